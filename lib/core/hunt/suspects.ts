/**
 * Who stands out in a window of logs, and why. Stated rules, no score: each sign says what it rests on. Thresholds are
 * those of the preventive alarms (docs/decisions/hunt.md).
 */

import { counted } from "../../base/figures.ts";
import { SEVERITIES } from "../../case/queries.ts";
import type { Acts, Hit } from "./acts.ts";
import { type AllowEntry, entriesFor } from "./allow.ts";
import type { Ranges } from "./ranges.ts";
import { SIGNS, type Sign, type SignId, weightOf } from "./signs.ts";

/** Object reads within an hour that are still ordinary; the number of the alarm in the seed documents. */
const READS_AN_HOUR = 1000;
/** More than so many times the busiest hour from other networks is a burst, if it is also large by itself. */
const TIMES_HABIT = 3;
const LARGE_READS = 100;
const LARGE_BYTES = 1_000_000_000;
/** Kinds of calls refused: a broken job is refused the same call again and again, somebody who tries doors many. */
const REFUSED_KINDS = 5;
/** Kinds of calls that look around, beyond listing what one is about to read, which every backup does. */
const LOOKING_KINDS = 3;
const DAY_MILLISECONDS = 86_400_000;
const DELETIONS = 100;
/** An identity that came from so many networks before moves by nature: another one says nothing. */
const MOVES_OFTEN = 5;

/** What is known of the surroundings. */
export interface Known {
  readonly ownAccounts: readonly string[];
  readonly ranges: Ranges;
  /** Entries of the allow list that hold today. */
  readonly allowed: readonly AllowEntry[];
}

export const LEVELS = ["likely theft", "worth a look", "ordinary"] as const;
export type Level = (typeof LEVELS)[number];

export interface Suspect extends Acts {
  readonly level: Level;
  readonly signs: readonly Sign[];
  /** Signs that somebody answers for, and who: they count nothing. */
  readonly allowed: readonly (Sign & { readonly owner: string; readonly reason: string; readonly until: string })[];
  readonly hits: readonly Hit[];
}

/** Judges every row and puts the gravest first. Services of AWS acting by themselves are nobody's suspects. */
export const rankSuspects = (
  acts: readonly Acts[],
  hits: ReadonlyMap<Acts, readonly Hit[]>,
  known: Known,
): readonly Suspect[] =>
  acts
    .filter(({ identity, type }) => type !== "AWSService" && !/\.amazonaws\.com(\.cn)?$/.test(identity))
    .map((one) => judge(one, hits.get(one) ?? [], known))
    .toSorted(gravestFirst);

const judge = (acts: Acts, hits: readonly Hit[], known: Known): Suspect => {
  const found = signsOf(acts, hits, known);
  const entries = entriesFor(acts, known.allowed);
  const allowed = found.flatMap((sign) => {
    const entry = entries.find((one) => one.signs.includes(sign.id));
    return entry === undefined ? [] : [{ ...sign, owner: entry.owner, reason: entry.reason, until: entry.until }];
  });
  const signs = found.filter(({ id }) => !allowed.some((one) => one.id === id));
  return { ...acts, signs, allowed, hits, level: levelOf(acts, signs) };
};

const signsOf = (acts: Acts, hits: readonly Hit[], { ownAccounts, ranges }: Known): readonly Sign[] => {
  const { before, elsewhere } = acts;
  const fired = (...ids: readonly string[]): Hit | undefined => hits.find(({ detection }) => ids.includes(detection));
  const ofTactic = (tactic: string): Hit | undefined =>
    hits.find((hit) => hit.tactic === tactic && SEVERITIES.indexOf(hit.severity) >= SEVERITIES.indexOf("medium"));
  const found: readonly (readonly [SignId, string | false | undefined])[] = [
    [
      "new-network",
      isNewNetwork(acts) &&
        `Known since ${acts.knownSince} from ${counted(before.networks, "other network")}, never from ${acts.network} before ${acts.firstAt}.`,
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
    ["listed-range", listedRange(acts, ranges)],
    [
      "off-hours",
      isOffHours(acts) &&
        `Reads at ${acts.hoursOfDay.join(", ")} h UTC; in ${before.days} days before active at ${acts.hoursBefore.join(", ")} h only.`,
    ],
    ["machine-credentials", fired("instance-role-outside")?.title],
    [
      "burst",
      (acts.peakReads > READS_AN_HOUR ||
        (acts.peakReads > LARGE_READS && acts.peakReads > TIMES_HABIT * elsewhere.peakReads && before.days > 0)) &&
        `${acts.peakReads} object reads within an hour; at most ${elsewhere.peakReads} from elsewhere.`,
    ],
    ["bytes-against-habit", bytesAgainstHabit(acts)],
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
    [
      "looking-around",
      acts.looks > 0 &&
        acts.reads > 0 &&
        acts.looks >= LOOKING_KINDS &&
        acts.looks > before.looks &&
        `${acts.looks} kinds of calls that look around.`,
    ],
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

/** Within an hour, or in all: what is carried away slowly makes no busy hour. */
const bytesAgainstHabit = ({ peakBytes, bytesOut, before, elsewhere }: Acts): string | false => {
  if (peakBytes > LARGE_BYTES && peakBytes > TIMES_HABIT * elsewhere.peakBytes)
    return `${peakBytes} bytes within an hour; at most ${elsewhere.peakBytes} from elsewhere.`;
  return (
    before.days > 0 &&
    bytesOut > LARGE_BYTES &&
    bytesOut > TIMES_HABIT * before.bytesOut &&
    `${bytesOut} bytes in all; ${before.bytesOut} from elsewhere in ${before.days} days before.`
  );
};

/** A name of a service in place of an address is AWS acting for the identity. */
const isNewNetwork = ({ network, before, firstAt, knownSince }: Acts): boolean =>
  before.networks > 0 &&
  before.networks < MOVES_OFTEN &&
  !/[a-z]\.amazonaws\.com|^AWS Internal$/.test(network) &&
  Date.parse(firstAt) - Date.parse(knownSince) >= DAY_MILLISECONDS;

const listedRange = ({ addresses }: Acts, ranges: Ranges): string | false => {
  for (const address of addresses) {
    const label = ranges.labelOf(address);
    if (label !== null) return `${address} lies in a listed range: ${label}.`;
  }
  return false;
};

/** Days that make hours of work a habit, and hours of the day beyond which there is none. */
const DAYS_OF_HABIT = 5;
const MOST_HOURS = 14;
/** So many strange hours are what a machine does at work and at night, whatever the other reads were. */
const MANY_HOURS = 8;

/** Every read at an hour that is not within one of the identity's own, or at many such hours. */
const isOffHours = ({ hoursOfDay, hoursBefore, before }: Acts): boolean => {
  const usual = new Set(hoursBefore.map(Number));
  const strange = hoursOfDay
    .map(Number)
    .filter((hour) => ![hour - 1, hour, hour + 1].some((near) => usual.has((near + 24) % 24)));
  return (
    before.days >= DAYS_OF_HABIT &&
    usual.size > 0 &&
    usual.size <= MOST_HOURS &&
    strange.length > 0 &&
    (strange.length === hoursOfDay.length || strange.length >= MANY_HOURS)
  );
};

const isAnonymous = ({ type, identity }: Acts): boolean => type === "Anonymous" || /anonymous/i.test(identity);

/**
 * Likely theft: data goes out, the circumstances are not the identity's own, and either tracks were covered, or two grounds
 * meet: each deed is one, copies to elsewhere are one, an unusual amount is one, an unusual manner is one. One ground alone is worth a look, never more: a first
 * full backup, a migration, a new colleague, an administrator who shares or publishes something give one, and circumstances too.
 */
const levelOf = (acts: Acts, signs: readonly Sign[]): Level => {
  const of = (kind: (typeof SIGNS)[SignId]): number => signs.filter(({ id }) => SIGNS[id] === kind).length;
  const isWayOut = signs.some(({ id }) => id === "copies-out" || id === "opened-door");
  const isTaking = acts.reads > 0 || acts.copies > 0 || isWayOut;
  const copies = signs.some(({ id }) => id === "copies-out") ? 1 : 0;
  const grounds = of("deed") + copies + Math.min(1, of("amount") - copies) + Math.min(1, of("manner"));
  const isCovered = signs.some(({ id }) => id === "covered-tracks");
  const isStrange = of("context") > 0;
  if (isTaking && isStrange && (isCovered || grounds >= 2)) return "likely theft";
  if (isWayOut && isCovered) return "likely theft";
  return isStrange || of("amount") + of("deed") > 0 ? "worth a look" : "ordinary";
};

const weighed = ({ signs }: Suspect): number => signs.reduce((sum, { id }) => sum + weightOf(id), 0);

const gravestFirst = (a: Suspect, b: Suspect): number =>
  LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
  weighed(b) - weighed(a) ||
  b.bytesOut - a.bytesOut ||
  b.calls - a.calls ||
  (a.identity < b.identity ? -1 : 1);
