import {
  type CaseValues,
  type Detection,
  type DetectionCard,
  isFiring,
  parametersOf,
  type Severity,
  severityOf,
} from "../core/detection.ts";
import type { Finding } from "../core/finding.ts";
import { detections } from "../detections/index.ts";
import { digestOf } from "../evidence/jcs.ts";
import type { Ports, Row } from "../ports.ts";
import { readDocument, writeDocument } from "./documents.ts";

/** Rows kept in the case per detection; `rowsTotal` and `resultDigest` speak of all of them. */
const KEPT_ROWS = 200;

/** One detection as `detections.json` holds it. `fired` counts rows that happened, `attempts` those that were refused. */
export interface DetectionResult extends Pick<DetectionCard, "id" | "title" | "technique" | "tactic"> {
  readonly origin: DetectionCard["origins"];
  readonly severity: Severity;
  readonly rows: readonly Row[];
  readonly rowsTotal: number;
  readonly fired: number;
  readonly attempts: number;
  /** Why it could not be run; null when it was. */
  readonly error: string | null;
  readonly query: {
    readonly name: string;
    readonly sql: string;
    readonly parameters: readonly string[];
    readonly engine: string | null;
    readonly bytesScanned: number;
    readonly resultDigest: string | null;
  };
}

/** Runs every detection over the case table. One that fails is written down as not known and stops no other. */
export const detect = async ({ caseId }: { caseId: string }, ports: Ports): Promise<{ fired: number }> => {
  const { accountId } = await readDocument<Finding>(ports.cases, caseId, "finding.json");
  const results: DetectionResult[] = [];
  for (const detection of detections) results.push(await run(caseId, detection, { ownAccounts: [accountId] }, ports));
  await writeDocument(ports.cases, caseId, "detections.json", results);
  const fired = results.filter((one) => one.fired > 0).map(({ id }) => id);
  const attempted = results.filter((one) => one.fired === 0 && one.attempts > 0).map(({ id }) => id);
  const failed = results.filter(({ error }) => error !== null).map(({ id }) => id);
  await ports.cases.append(caseId, { type: "detections.run", actor: "detect", data: { fired, attempted, failed } });
  return { fired: fired.length };
};

const run = async (
  caseId: string,
  { card, sql }: Detection,
  values: CaseValues,
  ports: Ports,
): Promise<DetectionResult> => {
  const name = `detections/${card.id}`;
  const parameters = parametersOf(card, values);
  const { id, title, technique, tactic, origins: origin } = card;
  const about = { id, title, technique, tactic, origin };
  try {
    const { engine, bytesScanned, rows } = await ports.trail.query(caseId, name, sql, parameters);
    const query = { name, sql, parameters, engine, bytesScanned, resultDigest: digestOf(rows) };
    return { ...about, ...figuresOf(card, rows), error: null, query };
  } catch (error) {
    const query = { name, sql, parameters, engine: null, bytesScanned: 0, resultDigest: null };
    return { ...about, ...figuresOf(card, []), error: (error as Error).message, query };
  }
};

const figuresOf = (card: DetectionCard, rows: readonly Row[]) => {
  const fired = rows.filter((row) => isFiring(card, row)).length;
  return {
    severity: severityOf(card, rows),
    rows: rows.slice(0, KEPT_ROWS),
    rowsTotal: rows.length,
    fired,
    attempts: rows.length - fired,
  };
};
