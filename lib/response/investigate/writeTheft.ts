import {
  COVERAGE_SUMMARY,
  OBJECTS,
  REPORT_DATA,
  STOLEN,
  THEFT_SUMMARY,
  write,
  writeLines,
} from "../../case/documents.ts";
import type { StolenList, TakenObject } from "../../case/objects.ts";
import type { ScanRound } from "../../case/scan.ts";
import type { TheftView } from "../../case/theft.ts";
import { insteadOf } from "../../core/logs/accessLog.ts";
import { heldSentence, type SizeAt } from "../../core/logs/objectMetadata.ts";
import { firstSignIn, isActor } from "../../core/theft/discovery.ts";
import { sharedGround } from "../../core/theft/marks.ts";
import { ledgerOf, type ReadRow, type TheftRules } from "../../core/theft/theft.ts";
import { type StatementInput, stateTheft, type UncountedRow } from "../../core/theft/theftStatement.ts";
import { accessLog, flowLog } from "../../logs/index.ts";
import type { Ports } from "../../ports/ports.ts";
import { toCsv } from "../../report/csv.ts";
import { ledgerRow } from "../../report/ledgerRow.ts";
import { countedCalls } from "./countedCalls.ts";
import { coverageViewOf, ifIrrelevantOf, measureCoverage } from "./measureCoverage.ts";
import { type ObjectMetadata, objectMetadata } from "./objectMetadata.ts";
import { sizesOf } from "./objectSizes.ts";
import { otherReads } from "./otherReads.ts";
import { writePivots } from "./pivots.ts";
import { ask } from "./queries.ts";
import { reportDataOf } from "./reportData.ts";
import { textsOf } from "./texts.ts";
import type { TheftInput } from "./theftInput.ts";
import { writeOpinion } from "./weigh.ts";
import { writeFlowLogs } from "./writeFlowLogs.ts";

/**
 * Writes down what was taken: the object ledger, the three totals and why they differ, the hours, what was refused, and
 * how complete all of that is. Returns the number of objects certainly taken, or null where that cannot be known.
 */
export const writeTheft = async (caseId: string, input: TheftInput, ports: Ports): Promise<number | null> => {
  const { finding, marks } = input;
  const since = firstSignOf(input);
  const parameters = [
    since,
    ...textsOf([...marks.shared, ...marks.own], 4),
    ...textsOf([...marks.shared, ...marks.own], 4),
    ...textsOf([...marks.addresses], 2),
  ];
  const reads = (await ask<ReadRow>(caseId, "reads", parameters, ports)).filter((row) => row.object_key !== null);
  const others = await otherReads(caseId, { ...input, since, parameters }, ports);
  const rows = [...reads, ...others.rows];
  const metadata = await objectMetadata(caseId, { ...input, since, parameters }, rows, ports);
  const isTold = (bucket: string, key: string): boolean => metadata.sizeAt(bucket, key, null, since) !== undefined;
  const now = await sizesOf(rows, finding, { account: ports.account, isTold });
  const rules = rulesOf(input, since, { sizeAt: metadata.sizeAt, now, atRead: others.sizes }, rows);
  const uncounted = await ask<UncountedRow>(caseId, "uncounted-reads", parameters.slice(0, 9), ports);
  const ledger = await others.corroborate(ledgerOf(rows, rules));
  const coverage = await measureCoverage(caseId, input, ledger, ports);
  const { counted, notKnown: countedTold } = await countedCalls(caseId, { ...input, since }, coverage, ports);
  const flowsFailed = await writeFlowLogs(caseId, { ...input, ledger, since }, ports);
  const ground = sharedGround(marks);
  const notes = [
    ...(ground === null ? [] : [ground]),
    ...unreadAccounts(input.rounds),
    ...others.notKnown,
    ...metadata.notKnown,
    ...countedTold,
    ...insteadOf(coverage.buckets, ledger),
  ];
  const found = { rows, rules, ledger, uncounted };
  const view = {
    ...viewOf(input, { ...found, coverage }, notes),
    ...heldOf(metadata.held, ledger),
    ...(counted.length === 0 ? {} : { counted }),
  };
  const { whole } = coverage;
  const ifIrrelevant =
    whole === null ? {} : { ifIrrelevant: ifIrrelevantOf(viewOf(input, { ...found, coverage: whole }, notes), whole) };
  await writeLedger(caseId, ledger, ports);
  await write(ports.cases, caseId, THEFT_SUMMARY, view);
  await write(ports.cases, caseId, COVERAGE_SUMMARY, {
    ...coverageViewOf(coverage, input.rounds, { [accessLog.id]: others.failed, [flowLog.id]: flowsFailed }),
    ...ifIrrelevant,
  });
  await write(
    ports.cases,
    caseId,
    REPORT_DATA,
    await reportDataOf(caseId, { ...input, ledger, parameters, rules, otherRows: others.rows }, ports),
  );
  await write(ports.cases, caseId, STOLEN, stolenOf(ledger, input.rounds.length));
  await writeOpinion(caseId, { ...input, ledger, since }, ports);
  await writePivots(caseId, { ...input, ledger }, ports);
  await ports.cases.append(caseId, {
    type: "theft.quantified",
    actor: "quantify",
    data: { certain: view.certain, likely: view.likely, upperBound: view.upperBound, notKnown: view.notKnown.length },
  });
  return view.certain?.objects ?? null;
};

/** Over an organisation only the accounts concerned are read: an address of the actor is not looked for in the others. */
const unreadAccounts = (rounds: readonly ScanRound[]): readonly string[] => {
  const accounts = rounds.at(-1)?.request.accounts;
  return accounts === undefined
    ? []
    : [
        `The logs of ${accounts.join(", ")} were read, and of no other account of the organisation: what an identity of another one did, that none of these logs names, is not known.`,
      ];
};

/** The first call that was the actor's; the finding's own first time where none is in the logs. */
export const firstSignOf = ({ actors, marks, finding }: Pick<TheftInput, "actors" | "marks" | "finding">): string => {
  const first = actors
    .filter((row) => isActor(row, marks))
    .map((row) => firstSignIn(row, marks))
    .toSorted()[0];
  return first !== undefined && first < finding.window.firstSeen ? first : `${finding.window.firstSeen.slice(0, 19)}Z`;
};

const rulesOf = (
  { actors, marks, finding }: TheftInput,
  since: string,
  sizes: Sizes,
  rows: readonly ReadRow[],
): TheftRules => ({
  marks,
  endpoints: new Set(rows.flatMap((row) => (isActor(row, marks) ? (row.vpcendpointid ?? []) : []))),
  ordinaryAddresses: new Set(
    actors
      .filter((row) => row.first_at < since && !isActor(row, marks) && row.sourceip !== null)
      .map(({ sourceip }) => sourceip!),
  ),
  anonymousThief:
    finding.principals.length === 0 ||
    finding.principals.some(({ type }) => type === "Anonymous" || type === "AWSAccount"),
  sizeOf: (bucket, key, versionId, at) => {
    const told = sizes.sizeAt(bucket, key, versionId, at);
    const place = `${bucket}\n${key}`;
    return sizes.atRead.get(place) ?? (told === undefined ? (sizes.now.get(place) ?? null) : told);
  },
});

/** Sizes by S3 Metadata tables, as they are now, and as the access log has them of the reads themselves; keyed `bucket\nkey`. */
interface Sizes {
  readonly sizeAt: SizeAt;
  readonly now: ReadonlyMap<string, number>;
  readonly atRead: ReadonlyMap<string, number>;
}

/** How much of each bucket was taken. */
const heldOf = (held: ObjectMetadata["held"], ledger: readonly TakenObject[]): Pick<TheftView, "held"> =>
  held.length === 0
    ? {}
    : {
        held: held.map((one) => {
          const own = ledger.filter(({ bucket, certainty }) => bucket === one.bucket && certainty === "certain");
          const taken = new Set(own.map(({ key }) => key)).size;
          return { ...one, taken, says: heldSentence({ ...one, taken }) };
        }),
      };

const viewOf = (
  { changes, marks }: TheftInput,
  found: Omit<StatementInput, "changes">,
  more: readonly string[],
): TheftView => {
  const { ledger, coverage } = found;
  const orders = changes
    .filter((row) => isActor(row, marks))
    .map(({ eventname, eventtime, bucket }) => ({ eventName: eventname, eventTime: eventtime, bucket }));
  const { certain, likely, upperBound, reasons } = stateTheft({ ...found, changes: orders });
  const sure = ledger.filter(({ certainty }) => certainty === "certain");
  return {
    certain,
    likely,
    upperBound,
    notKnown: [...reasons, ...coverage.holes, ...more],
    firstAt: sure.map(({ firstAt }) => firstAt).toSorted()[0] ?? null,
    lastAt:
      sure
        .map(({ lastAt }) => lastAt)
        .toSorted()
        .at(-1) ?? null,
    buckets: [...new Set(sure.map(({ bucket }) => bucket))].sort(),
    addresses: [...new Set(sure.flatMap(({ addresses }) => addresses))].sort(),
  };
};

const writeLedger = async (caseId: string, ledger: readonly TakenObject[], { cases }: Ports): Promise<void> => {
  await writeLines(cases, caseId, OBJECTS, ledger);
  await cases.write(caseId, "objects.csv", Buffer.from(toCsv(ledger.map(ledgerRow))));
};

/** For classification: what is certainly or likely gone. */
const stolenOf = (ledger: readonly TakenObject[], revision: number): StolenList => {
  const items = ledger
    .filter(({ certainty }) => certainty !== "upper-bound")
    .map(({ bucket, key, size, bytesOut }) => ({ bucket, key, bytes: size ?? bytesOut }));
  return { revision, items, bytes: items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) };
};
