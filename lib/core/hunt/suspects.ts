/**
 * Who stands out in a window of logs, and why. Stated rules, no score: each sign says what it rests on. Thresholds are
 * those of the preventive alarms (docs/decisions/hunt.md).
 */

import { SEVERITIES, type Severity } from "../../case/queries.ts";
import type { Row } from "../../case/scan.ts";

/** Object reads within an hour that are still ordinary; the number of the alarm in the seed documents. */
const READS_AN_HOUR = 1000;
/** More than so many times the busiest hour from other networks is a burst, if it is also large by itself. */
const TIMES_HABIT = 3;
const LARGE_READS = 100;
const LARGE_BYTES = 1_000_000_000;
/** Kinds of calls refused: a broken job is refused the same call again and again, somebody who tries doors many. */
const REFUSED_KINDS = 5;
const DAY_MILLISECONDS = 86_400_000;
const DELETIONS = 100;
/** An identity that came from so many networks before moves by nature: another one says nothing. */
const MOVES_OFTEN = 5;

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
  readonly looks: number;
  /** Events that touch what was asked for; 0 in a hunt. */
  readonly touched: number;
  readonly peakReads: number;
  readonly peakBytes: number;
  readonly before: { readonly networks: number; readonly days: number; readonly buckets: number };
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

export const SIGNS = {
  "new-network": "context",
  anonymous: "context",
  "foreign-account": "context",
  burst: "amount",
  "bytes-against-habit": "amount",
  "new-buckets": "amount",
  refusals: "manner",
  "looking-around": "manner",
  "copies-out": "amount",
  "deleted-after-reading": "deed",
  "covered-tracks": "deed",
  "opened-door": "deed",
  "own-credentials": "deed",
  "took-secrets": "deed",
} as const;
export type SignId = keyof typeof SIGNS;

export interface Sign {
  readonly id: SignId;
  readonly says: string;
}

export const LEVELS = ["likely theft", "worth a look", "ordinary"] as const;
export type Level = (typeof LEVELS)[number];

export interface Suspect extends Acts {
  readonly level: Level;
  readonly signs: readonly Sign[];
  readonly hits: readonly Hit[];
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
  before: {
    networks: Number(row.networks_before),
    days: Number(row.days_before),
    buckets: Number(row.buckets_before),
  },
  elsewhere: { peakReads: Number(row.other_peak_reads), peakBytes: Number(row.other_peak_bytes) },
});

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
const lines = (value: unknown): readonly string[] =>
  text(value)
    .split("\n")
    .filter((line) => line !== "");

/** Judges every row and puts the gravest first. Services of AWS acting by themselves are nobody's suspects. */
export const rankSuspects = (
  acts: readonly Acts[],
  hits: ReadonlyMap<Acts, readonly Hit[]>,
  ownAccounts: readonly string[],
): readonly Suspect[] =>
  acts
    .filter(({ identity, type }) => type !== "AWSService" && !/\.amazonaws\.com(\.cn)?$/.test(identity))
    .map((one) => judge(one, hits.get(one) ?? [], ownAccounts))
    .toSorted(gravestFirst);

const judge = (acts: Acts, hits: readonly Hit[], ownAccounts: readonly string[]): Suspect => {
  const signs = signsOf(acts, hits, ownAccounts);
  return { ...acts, signs, hits, level: levelOf(acts, signs) };
};

const signsOf = (acts: Acts, hits: readonly Hit[], ownAccounts: readonly string[]): readonly Sign[] => {
  const { before, elsewhere } = acts;
  const fired = (...ids: readonly string[]): Hit | undefined => hits.find(({ detection }) => ids.includes(detection));
  const ofTactic = (tactic: string): Hit | undefined =>
    hits.find((hit) => hit.tactic === tactic && SEVERITIES.indexOf(hit.severity) >= SEVERITIES.indexOf("medium"));
  const found: readonly (readonly [SignId, string | false | undefined])[] = [
    [
      "new-network",
      isNewNetwork(acts) &&
        `Known since ${acts.knownSince} from ${before.networks} other network(s), never from ${acts.network} before ${acts.firstAt}.`,
    ],
    ["anonymous", isAnonymous(acts) && acts.reads > 0 && "Nobody signed these requests."],
    [
      "foreign-account",
      acts.account !== null &&
        /^\d{12}$/.test(acts.account) &&
        ownAccounts.length > 0 &&
        !ownAccounts.includes(acts.account) &&
        `Belongs to account ${acts.account}, which delivers none of these logs.`,
    ],
    [
      "burst",
      (acts.peakReads > READS_AN_HOUR ||
        (acts.peakReads > LARGE_READS && acts.peakReads > TIMES_HABIT * elsewhere.peakReads && before.days > 0)) &&
        `${acts.peakReads} object reads within an hour; at most ${elsewhere.peakReads} from elsewhere.`,
    ],
    [
      "bytes-against-habit",
      acts.peakBytes > LARGE_BYTES &&
        acts.peakBytes > TIMES_HABIT * elsewhere.peakBytes &&
        `${acts.peakBytes} bytes within an hour; at most ${elsewhere.peakBytes} from elsewhere.`,
    ],
    [
      "new-buckets",
      acts.buckets.length >= 2 &&
        before.days > 0 &&
        acts.buckets.length > before.buckets &&
        `${acts.buckets.length} buckets read; ${before.buckets} before.`,
    ],
    [
      "copies-out",
      fired("copy-to-other-account", "replication-to-other-account", "datasync-exfiltration", "batch-job")?.detail,
    ],
    [
      "refusals",
      acts.refusedKinds >= REFUSED_KINDS && `${acts.refused} calls of ${acts.refusedKinds} kinds were refused.`,
    ],
    ["looking-around", acts.looks > 0 && acts.reads > 0 && acts.looks >= 3 && `${acts.looks} calls that look around.`],
    ["deleted-after-reading", acts.deletes >= DELETIONS && acts.reads > 0 && `${acts.deletes} objects deleted.`],
    ["covered-tracks", ofTactic("covering tracks")?.title],
    [
      "opened-door",
      fired(
        "bucket-policy-foreign",
        "bucket-policy-public",
        "bucket-acl-public",
        "open-bucket-via-cli",
        "ami-shared",
        "ec2-snapshot-shared",
        "rds-snapshot-shared",
        "public-access-block-weakened",
      )?.title,
    ],
    ["own-credentials", ofTactic("persistence")?.title ?? ofTactic("escalation")?.title],
    ["took-secrets", ofTactic("credential access")?.title],
  ];
  return found.flatMap(([id, says]) => (typeof says === "string" ? [{ id, says }] : []));
};

/** A name of a service in place of an address is AWS acting for the identity. */
const isNewNetwork = ({ network, before, firstAt, knownSince }: Acts): boolean =>
  before.networks > 0 &&
  before.networks < MOVES_OFTEN &&
  !/[a-z]\.amazonaws\.com|^AWS Internal$/.test(network) &&
  Date.parse(firstAt) - Date.parse(knownSince) >= DAY_MILLISECONDS;

const isAnonymous = ({ type, identity }: Acts): boolean => type === "Anonymous" || /anonymous/i.test(identity);

/**
 * Likely theft: data goes out, the circumstances are not the identity's own, and either a deed that no backup does, or an
 * unusual amount taken in an unusual manner. One kind of sign alone is worth a look, never more: a first full backup, a
 * migration or a new colleague give amount and circumstances too.
 */
const levelOf = (acts: Acts, signs: readonly Sign[]): Level => {
  const has = (kind: (typeof SIGNS)[SignId]): boolean => signs.some(({ id }) => SIGNS[id] === kind);
  const isTaking =
    acts.reads > 0 || acts.copies > 0 || signs.some(({ id }) => id === "copies-out" || id === "opened-door");
  if (isTaking && has("context") && (has("deed") || (has("amount") && has("manner")))) return "likely theft";
  if (isTaking && signs.some(({ id }) => id === "opened-door" || id === "copies-out") && has("deed"))
    return "likely theft";
  return has("context") || has("amount") || has("deed") ? "worth a look" : "ordinary";
};

const gravestFirst = (a: Suspect, b: Suspect): number =>
  LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
  b.signs.length - a.signs.length ||
  b.bytesOut - a.bytesOut ||
  b.calls - a.calls ||
  (a.identity < b.identity ? -1 : 1);
