import type { Severity } from "../../case/queries.ts";
import type { Row } from "../../case/scan.ts";

/** What an identity did from one network. Times ISO 8601 UTC, bytes as CloudTrail's `bytesTransferredOut`. */
export interface Acts {
  readonly identity: string;
  readonly name: string;
  readonly type: string | null;
  readonly network: string;
  readonly addresses: readonly string[];
  readonly accessKeyIds: readonly string[];
  readonly principals: readonly string[];
  readonly principalIds: readonly string[];
  readonly userName: string | null;
  /** The account whose trail recorded it. */
  readonly hostAccount: string | null;
  readonly agents: readonly string[];
  readonly buckets: readonly string[];
  readonly account: string | null;
  readonly firstAt: string;
  /** First sign of the identity anywhere in what was read. */
  readonly knownSince: string;
  readonly lastAt: string;
  readonly calls: number;
  readonly refused: number;
  readonly refusedKinds: number;
  readonly reads: number;
  readonly objects: number;
  readonly bytesOut: number;
  readonly copies: number;
  readonly deletes: number;
  /** Kinds of calls that look around: who am I, which buckets, their settings, which users. */
  readonly looks: number;
  /** Events that touch what was asked for; 0 in a hunt. */
  readonly touched: number;
  readonly peakReads: number;
  readonly peakBytes: number;
  /** Hours of the day (UTC, `00` to `23`) in which it read, and in which the identity was active before. */
  readonly hoursOfDay: readonly string[];
  readonly hoursBefore: readonly string[];
  readonly before: {
    readonly networks: number;
    readonly days: number;
    readonly buckets: number;
    readonly looks: number;
    readonly bytesOut: number;
  };
  readonly elsewhere: { readonly peakReads: number; readonly peakBytes: number };
}

/** A detection that fired on these acts. */
export interface Hit {
  readonly detection: string;
  readonly title: string;
  readonly severity: Severity;
  readonly tactic: string;
  readonly firstAt: string;
  readonly detail: string;
}

/** A row of `suspects.sql`. */
export const actsOf = (row: Row): Acts => ({
  identity: text(row.identity),
  name: text(row.identity_name),
  type: row.principal_type === null ? null : text(row.principal_type),
  network: text(row.network),
  addresses: lines(row.addresses),
  accessKeyIds: lines(row.access_keys),
  principals: lines(row.principals),
  principalIds: lines(row.principal_ids),
  userName: row.user_name === null ? null : text(row.user_name),
  hostAccount: row.recipient_account === null ? null : text(row.recipient_account),
  agents: lines(row.agents),
  buckets: lines(row.buckets),
  account: row.principal_account === null ? null : text(row.principal_account),
  firstAt: text(row.first_at),
  knownSince: text(row.identity_first_at),
  lastAt: text(row.last_at),
  calls: Number(row.calls),
  refused: Number(row.refused),
  refusedKinds: Number(row.refused_kinds),
  reads: Number(row.reads),
  objects: Number(row.objects),
  bytesOut: Number(row.bytes_out),
  copies: Number(row.copies),
  deletes: Number(row.deletes),
  looks: Number(row.looks),
  touched: Number(row.touched),
  peakReads: Number(row.peak_reads),
  peakBytes: Number(row.peak_bytes),
  hoursOfDay: words(row.hours_of_day),
  hoursBefore: words(row.hours_before),
  before: {
    networks: Number(row.networks_before),
    days: Number(row.days_before),
    buckets: Number(row.buckets_before),
    looks: Number(row.looks_before),
    bytesOut: Number(row.bytes_before),
  },
  elsewhere: { peakReads: Number(row.other_peak_reads), peakBytes: Number(row.other_peak_bytes) },
});

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
const words = (value: unknown): readonly string[] =>
  text(value)
    .split(" ")
    .filter((word) => word !== "");
const lines = (value: unknown): readonly string[] =>
  text(value)
    .split("\n")
    .filter((line) => line !== "");
