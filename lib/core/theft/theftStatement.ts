import { counted, second } from "../../base/figures.ts";
import type { Certainty, TakenObject, TheftPath } from "../../case/objects.ts";
import type { ActorChange } from "../../case/principal.ts";
import type { Amount } from "../../case/theft.ts";
import type { Coverage } from "../logs/coverage.ts";
import { isMovedInside, type ReadRow, type Taken, type TheftRules, takenOf } from "./theft.ts";
import { totalsOf } from "./theftTotals.ts";

/** Names in one sentence; the ledger has them all. */
const NAMES = 3;

/** The three numbers as they may be said: null where the logs cannot tell, and why they differ, in sentences. */
export interface TheftStatement {
  readonly certain: Amount | null;
  readonly likely: Amount | null;
  readonly upperBound: Amount | null;
  readonly reasons: readonly string[];
}

export interface StatementInput {
  readonly rows: readonly ReadRow[];
  readonly rules: TheftRules;
  readonly ledger: readonly TakenObject[];
  readonly coverage: Coverage;
  /** Reads that are no reads of objects; absent: nobody asked. */
  readonly uncounted?: readonly UncountedRow[];
  /** What the actor changed; orders among it may have moved objects that no log of ours shows. */
  readonly changes: readonly Change[];
}

/** A row of `lib/sql/uncounted-reads.sql`. */
export interface UncountedRow {
  readonly eventsource: string;
  readonly eventname: string;
  readonly calls: number;
  readonly first_at: string;
  readonly last_at: string;
}

type Change = Pick<ActorChange, "eventName" | "eventTime" | "bucket">;

/**
 * Certain and likely are lower bounds: they hold even where logs are missing, unless nothing at all could be seen. An
 * upper bound may only be stated when the logs are whole for every bucket, and no order of the actor is still open.
 */
export const stateTheft = (input: StatementInput): TheftStatement => {
  const { rows, rules, ledger, coverage, changes } = input;
  const totals = totalsOf(rows, rules);
  const unseen = namesOf(coverage, "absent", "unknown");
  const partly = namesOf(coverage, "partly");
  const open = [...openOrders(changes, ledger), ...uncountedSentences(input)];
  const known = ledger.length > 0 || coverage.buckets.length > unseen.length;
  return {
    certain: known ? totals.certain : null,
    likely: known ? totals.likely : null,
    upperBound: known && unseen.length === 0 && partly.length === 0 && open.length === 0 ? totals["upper-bound"] : null,
    reasons: [
      ...(known ? [] : ["What was taken cannot be known: no S3 data event covers the buckets concerned."]),
      ...(known && unseen.length > 0
        ? [`Reads of ${listed(unseen)} are not on record, so there is no upper bound.`]
        : []),
      ...(partly.length > 0 ? [`The logs of ${listed(partly)} have holes, so there is no upper bound.`] : []),
      ...open,
      ...differences(takenOf(rows, rules)),
      ...unsized(ledger),
    ],
  };
};

const namesOf = ({ buckets }: Coverage, ...kinds: readonly string[]): readonly string[] =>
  buckets.filter(({ dataEvents }) => kinds.includes(dataEvents)).map(({ name }) => name);

const MOVES: Readonly<Record<string, TheftPath>> = {
  PutBucketReplication: "replication",
  CreateJob: "batch",
  StartTaskExecution: "datasync",
};

/** Orders of the actor of which no object is in the ledger: they may have run, and only the other side's logs know. */
const openOrders = (changes: readonly Change[], ledger: readonly TakenObject[]): readonly string[] =>
  changes
    .filter(({ eventName }) => {
      const path = MOVES[eventName];
      return path !== undefined && !ledger.some((entry) => entry.path === path);
    })
    .map(
      ({ eventName, eventTime, bucket }) =>
        `${eventName}${bucket === null ? "" : ` on ${bucket}`} succeeded at ${second(eventTime)}; no object it moved is in these logs, and how many it did move is not known.`,
    );

const SERVICES: Readonly<Record<string, string>> = {
  "s3vectors.amazonaws.com": "read vectors (S3 Vectors), which are no objects and are in no total",
  "s3files.amazonaws.com":
    "put a file system over a bucket (S3 Files): what is read through it is read by its role, not by the caller",
};

const uncountedSentences = ({ uncounted = [] }: StatementInput): readonly string[] =>
  uncounted.map(
    ({ eventsource, eventname, calls, first_at, last_at }) =>
      `${counted(calls, `${eventname} call`)} from ${first_at} to ${last_at} ${SERVICES[eventsource] ?? `of ${eventsource} are in no total`}.`,
  );

/** Why a number is larger than the one before it: whose calls make the difference. */
const differences = (taken: readonly Taken[]): readonly string[] => [
  ...difference(
    taken,
    "likely",
    (from) => `were read with the stolen identity from addresses that its owner had not used before (${from})`,
  ),
  ...difference(
    taken,
    "upper-bound",
    (from) => `were read by the stolen identity's owner, it seems, or by others from the actor's address (${from})`,
  ),
];

const difference = (taken: readonly Taken[], level: Certainty, say: (from: string) => string): readonly string[] => {
  const parts = taken.filter(({ certainty }) => certainty === level);
  if (parts.length === 0) return [];
  const objects = new Set(parts.map(({ bucket, key, versionId }) => JSON.stringify([bucket, key, versionId])));
  const from = [
    ...new Set(parts.map(({ row }) => `${row.principal_arn ?? row.principal_id ?? "nobody"} from ${row.sourceip}`)),
  ].sort();
  const name = level === "likely" ? "Likely" : "The upper bound";
  return [`${name} has ${objects.size} objects that ${say(listed(from))}.`];
};

const unsized = (ledger: readonly TakenObject[]): readonly string[] => {
  const copies = ledger.filter(({ path, size }) => isMovedInside(path) && size === null).length;
  const reads = ledger.filter(({ path, bytesOut }) => !isMovedInside(path) && bytesOut === null).length;
  return [
    ...(copies === 0
      ? []
      : [`${copies} objects were copied inside S3 and have no known size: their bytes are in no total.`]),
    ...(reads === 0
      ? []
      : [`${reads} objects were read by calls whose logs do not say how much they sent: their bytes are in no total.`]),
  ];
};

const listed = (names: readonly string[]): string =>
  names.length <= NAMES ? names.join(", ") : `${names.slice(0, NAMES).join(", ")} and ${names.length - NAMES} more`;
