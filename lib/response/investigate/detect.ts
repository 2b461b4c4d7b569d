import { digestOf } from "../../base/jcs.ts";
import { DETECTIONS, DISCOVERED, FINDING, find, read, write } from "../../case/documents.ts";
import type { DetectionResult } from "../../case/queries.ts";
import type { Row, ScanInventory } from "../../case/scan.ts";
import {
  type CaseValues,
  correlate,
  type Detection,
  type DetectionCard,
  isFiring,
  parametersOf,
  severityOf,
} from "../../core/theft/detection.ts";
import { type Suspected, suspectedIn, suspectsFirst } from "../../core/theft/suspectRows.ts";
import { detections } from "../../detections/index.ts";
import { withoutSecrets } from "../../evidence/secrets.ts";
import { LOG_SOURCES } from "../../logs/index.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { scanRounds } from "./scan.ts";
import { verifyLogs } from "./verifyLogs.ts";

/** Rows kept in the case per detection; `rowsTotal` and `resultDigest` speak of all of them. */
const KEPT_ROWS = 200;

/** Athena's time is mostly waiting; more at once than this would wait for one another. */
const AT_ONCE = 5;
/** Other identities named per detection; all of them are counted. */
const KEPT_OTHERS = 20;

/** Said of a detection over server access logs where the case has none. */
const NOT_GIVEN = "not run: no access logs given";
/** Principals named in the audit event; the rows hold all of them. */
const NAMED_PRINCIPALS = 20;

/**
 * Runs every detection over the case table and writes `detections.json`. One that fails is written down with its error
 * and stops no other; one that reads logs the case was not given (`table`) is not run, and listed as such.
 */
export const detect = async ({ caseId }: { caseId: string }, ports: Ports): Promise<{ fired: number }> => {
  const finding = await read(ports.cases, caseId, FINDING);
  const suspected = suspectedIn(finding, await find(ports.cases, caseId, DISCOVERED));
  const inventory = (await scanRounds(caseId, ports)).at(-1)?.result?.inventory;
  const results: DetectionResult[] = [];
  for (let at = 0; at < detections.length; at += AT_ONCE)
    results.push(
      ...(await Promise.all(
        detections
          .slice(at, at + AT_ONCE)
          .map((detection) =>
            isWithoutLogs(detection.card, inventory)
              ? notRun(detection)
              : run(caseId, detection, { ownAccounts: [finding.accountId], suspected }, ports),
          ),
      )),
    );
  await write(ports.cases, caseId, DETECTIONS, results);
  await ports.cases.append(caseId, { type: "detections.run", actor: "detect", data: summaryOf(results) });
  await verifyLogs(caseId, ports);
  return { fired: results.filter(({ fired }) => fired > 0).length };
};

const summaryOf = (results: readonly DetectionResult[]) => ({
  fired: idsOf(results, ({ fired }) => fired > 0),
  attempted: idsOf(results, ({ fired, attempts }) => fired === 0 && attempts > 0),
  failed: idsOf(results, ({ error }) => error !== null && error !== NOT_GIVEN),
  notRun: idsOf(results, ({ error }) => error === NOT_GIVEN),
  correlated: correlate(results.map(({ id, tactic, rows }) => ({ id, tactic, rows: firingRows(id, rows) }))).slice(
    0,
    NAMED_PRINCIPALS,
  ),
});

const idsOf = (results: readonly DetectionResult[], chosen: (one: DetectionResult) => boolean): readonly string[] =>
  results.filter(chosen).map(({ id }) => id);

const cardOf = (id: string): DetectionCard => detections.find(({ card }) => card.id === id)!.card;
const firingRows = (id: string, rows: readonly Row[]): readonly Row[] =>
  rows.filter((row) => isFiring(cardOf(id), row));

/** A detection over a log that was not given has no rows and no error: it was not run, and says so. */
const isWithoutLogs = ({ table }: DetectionCard, inventory: ScanInventory | undefined): boolean =>
  table !== undefined &&
  LOG_SOURCES.filter((source) => source.table === table).every(({ id }) => foundOf(inventory, id) === null);

const notRun = ({ card, sql }: Detection): DetectionResult => {
  const { id, title, technique, tactic, origins: origin } = card;
  const query = { name: `detections/${id}`, sql, parameters: [], engine: null, bytesScanned: 0, resultDigest: null };
  return { id, title, technique, tactic, origin, ...figuresOf(card, []), error: NOT_GIVEN, query };
};

const run = async (
  caseId: string,
  { card, sql }: Detection,
  { ownAccounts, suspected }: Pick<CaseValues, "ownAccounts"> & { readonly suspected: Suspected },
  ports: Ports,
): Promise<DetectionResult> => {
  const name = `detections/${card.id}`;
  const parameters = parametersOf(card, { ownAccounts, suspects: suspected.marks });
  const { id, title, technique, tactic, origins: origin } = card;
  const about = { id, title, technique, tactic, origin };
  try {
    const { engine, bytesScanned, rows: found } = await ports.trail.query(caseId, name, sql, parameters);
    const rows = withoutSecrets(found);
    const query = { name, sql, parameters, engine, bytesScanned, resultDigest: digestOf(rows) };
    return { ...about, ...figuresOf(card, rows, suspected), error: null, query };
  } catch (error) {
    const query = { name, sql, parameters, engine: null, bytesScanned: 0, resultDigest: null };
    return { ...about, ...figuresOf(card, []), error: (error as Error).message, query };
  }
};

const figuresOf = (card: DetectionCard, rows: readonly Row[], suspected: Suspected = NOBODY) => {
  const fired = rows.filter((row) => isFiring(card, row)).length;
  const { own, rest, others } = suspectsFirst(rows, suspected);
  return {
    severity: severityOf(card, own.length > 0 ? own : rows),
    rows: [...own, ...rest].slice(0, KEPT_ROWS),
    rowsTotal: rows.length,
    fired,
    attempts: rows.length - fired,
    ofSuspects: own.length,
    others: { identities: others.length, named: others.slice(0, KEPT_OTHERS) },
  };
};

const NOBODY: Suspected = { marks: [], names: new Set(), addresses: new Set() };
