import { counted } from "../../base/figures.ts";
import type { Novelty, Sign, Volume } from "../../case/opinion.ts";
import { type Deed, isTampering } from "./deeds.ts";
import { networkOf } from "./network.ts";
import type { WeighedFacts } from "./weighedFacts.ts";

/** GuardDuty types that rest on a threat list, an attack tool, stolen credentials or a correlated sequence, not on unusual conduct alone. */
const KNOWN_BAD =
  /TorIPCaller|MaliciousIPCaller|InstanceCredentialExfiltration|(Kali|Parrot|Pentoo)Linux|^AttackSequence:/;
/** Fewer refusals happen to everybody. */
const WALL = 10;
/** Fewer secrets, and fewer deletions, happen in a day's work. */
const MANY_SECRETS = 10;
const MANY_DELETIONS = 25;
/** Calls that may delete a thousand objects each (S3 API, DeleteObjects). */
const BATCH = "DeleteObjects";
const GIGABYTE = 1e9;
const MOST_EVENTS = 5;

/** Signs of the actor's conduct that no backup shows: one of them, and a backup does not fit. */
export const UNLIKE_BACKUP: readonly string[] = [
  "covering-tracks",
  "own-credentials",
  "own-escalation",
  "identity-changes",
  "foreign-grants",
  "secrets-read",
  "destruction",
  "spike",
  "other-account",
];

/** Whether the actor calls from where the identity always did: true, false, or null where nothing tells. */
type Home = boolean | null;

export const signsOf = (facts: WeighedFacts): readonly Sign[] => {
  const home = homeOf(facts.baseline.network);
  return [
    knownBad(facts),
    tampering(facts),
    credentials(facts, home),
    escalation(facts),
    identityChanges(facts),
    grants(facts, home),
    secrets(facts),
    destruction(facts, home),
    refusals(facts),
    network(facts),
    fresh("new-agent", facts, facts.baseline.agent, "user agent"),
    fresh("new-bucket", facts, facts.baseline.bucket, "bucket"),
    fresh("new-hour", facts, facts.baseline.hourOfDay, "hour of day (UTC)", "hours of day (UTC)"),
    spike(facts),
    gigabytes(facts),
    sign(
      "credential-names",
      false,
      facts.credentialNames > 0,
      `${counted(facts.credentialNames, "stolen object")} named like credentials.`,
    ),
    abroad(facts, home),
  ];
};

const sign = (
  id: string,
  decisive: boolean,
  holds: boolean | null,
  text: string,
  eventIds: readonly string[] = [],
): Sign => ({ id, decisive, holds, text, eventIds: holds === true ? eventIds.slice(0, MOST_EVENTS) : [] });

const homeOf = ({ fresh: found, during, changing }: Novelty): Home =>
  found === null || during.length === 0 ? null : found.length === 0 || changing === true;

const idsOf = (deeds: readonly Deed[]): readonly string[] => deeds.map(({ eventId }) => eventId);
const namesOf = (deeds: readonly Deed[]): string =>
  deeds.length === 0 ? "" : `: ${[...new Set(deeds.map(({ name }) => name))].sort().join(", ")}`;

const knownBad = ({ findingType }: WeighedFacts): Sign => {
  const holds = KNOWN_BAD.test(findingType);
  const basis = holds
    ? "a threat list, an attack tool, stolen credentials or a sequence of signs"
    : "unusual conduct alone";
  return sign("known-bad", true, holds, `GuardDuty's ${findingType} rests on ${basis}.`);
};

/** By effect: what makes logging stronger is ordinary. Letting objects expire is done for tidiness too. */
const tampering = ({ deeds }: WeighedFacts): Sign => {
  const covered = deeds.filter(isTampering);
  const grave = covered.filter(({ name }) => !name.startsWith("PutBucketLifecycle"));
  return sign(
    "covering-tracks",
    grave.length > 0,
    covered.length > 0,
    `${counted(covered.length, "change")} to hide what follows${namesOf(covered)}.`,
    idsOf(grave.length > 0 ? grave : covered),
  );
};

const LASTING =
  /^(Create(User|AccessKey|LoginProfile|SAMLProvider|OpenIDConnectProvider|ServiceSpecificCredential|TrustAnchor)|UpdateLoginProfile|ChangePassword|UploadSSHPublicKey|UploadSigningCertificate)$/;

const isLasting = ({ name, phase }: Deed): boolean => LASTING.test(name) && phase !== "ordinary";

/** Everybody rotates their own key from where they work; a user for somebody else is an administrator's work there. */
const credentials = ({ deeds }: WeighedFacts, home: Home): Sign => {
  const lasting = deeds.filter(isLasting);
  const made = lasting.some(({ name }) => name === "CreateUser");
  const theirs = lasting.filter(({ own }) => !own || made);
  const weighed = home === true ? theirs : lasting;
  return sign(
    "own-credentials",
    home === false || (home === null && theirs.length > 0),
    weighed.length > 0,
    `${counted(lasting.length, "lasting credential, user or way to sign in", "lasting credentials, users or ways to sign in")} made by the suspect's calls${namesOf(lasting)}${lasting.length > weighed.length ? `; ${lasting.length - weighed.length} for itself from a network it had used before` : ""}.`,
    idsOf(weighed),
  );
};

const isEscalation = ({ phase, service }: Deed): boolean =>
  phase === "escalation" && (service === "iam" || service === "sso");

const escalation = ({ deeds }: WeighedFacts): Sign => {
  const raised = deeds.filter((deed) => isEscalation(deed) && (deed.own || deed.everything));
  return sign(
    "own-escalation",
    raised.some(({ own }) => own),
    raised.length > 0,
    `${counted(raised.length, "change")} raised the suspect's own rights or gave somebody all rights${namesOf(raised)}.`,
    idsOf(raised),
  );
};

const identityChanges = ({ deeds }: WeighedFacts): Sign => {
  const rest = deeds.filter(
    (deed) =>
      (deed.phase === "persistence" || isEscalation(deed)) &&
      !isLasting(deed) &&
      !(isEscalation(deed) && (deed.own || deed.everything)),
  );
  return sign(
    "identity-changes",
    false,
    rest.length > 0,
    `${counted(rest.length, "other change")} of identities and rights${namesOf(rest)}.`,
    idsOf(rest),
  );
};

/** A second account of one's own is granted access too: from where the identity always worked only its owner can tell. */
const grants = ({ deeds }: WeighedFacts, home: Home): Sign => {
  const open = deeds.filter(
    ({ phase, accounts = [], effect }) =>
      phase !== "ordinary" && (accounts.length > 0 || /\bto everybody\b|with everybody/.test(effect)),
  );
  const accounts = [...new Set(open.flatMap(({ accounts: gained = [] }) => gained))].sort();
  const whom = [...accounts, ...(open.some(({ effect }) => /everybody/.test(effect)) ? ["everybody"] : [])];
  return sign(
    "foreign-grants",
    home === false,
    open.length > 0,
    `${counted(open.length, "grant")} to other accounts or to everybody${whom.length === 0 ? "" : ` (${whom.join(", ")})`}${namesOf(open)}.`,
    idsOf(open),
  );
};

const secrets = ({ secrets: read, baseline }: WeighedFacts): Sign => {
  const items = new Set(read.map(({ eventname, item }) => `${eventname} ${item}`)).size;
  const calls = read.reduce((sum, row) => sum + Number(row.calls), 0);
  const isKnown = baseline.activeHours > 0;
  const usual = isKnown && (baseline.habit?.secrets ?? 0) > 0;
  return sign(
    "secrets-read",
    isKnown && items >= MANY_SECRETS,
    items > 0 && !usual,
    `Secrets, parameters or machine passwords read: ${items}, in ${counted(calls, "call")}${usual ? "; it read such things before too" : ""}.`,
    read.flatMap(({ event_ids }) => event_ids.split(",")),
  );
};

/** What was read and then deleted, keys, backups and whole buckets; an ETL job moves what it deletes, and does so every day. */
const destruction = ({ deeds, conduct, taken, baseline }: WeighedFacts, home: Home): Sign => {
  const robbed = new Set(taken.map(({ bucket }) => bucket));
  const done = conduct.filter(({ errorcode }) => errorcode === null);
  const deleted = done.filter(
    ({ eventname, bucket }) => /^DeleteObjects?$/.test(eventname) && robbed.has(bucket ?? ""),
  );
  const batches = deleted.some(({ eventname }) => eventname === BATCH) && taken.length >= MANY_DELETIONS;
  const [count, written] = [callsOf(deleted), callsOf(done.filter(({ eventname }) => WRITES.test(eventname)))];
  const isMass = (batches || count >= MANY_DELETIONS) && (baseline.habit?.deletes ?? 0) === 0;
  const isMove = home !== false && written >= count / 2;
  const ended = deeds.filter(
    ({ phase, service, technique }) => phase === "impact" && ENDING.has(service) && technique !== "T1531",
  );
  return sign(
    "destruction",
    (isMass && !isMove) || (ended.length > 0 && home !== true),
    isMass || ended.length > 0,
    `${counted(count, "call")} deleted objects of buckets that were read (${written} wrote objects), and ${counted(ended.length, "change")} ${ended.length === 1 ? "destroys" : "destroy"} keys, backups or stores${namesOf(ended)}.`,
    [...(isMass ? deleted.flatMap(({ event_ids }) => event_ids.split(",")) : []), ...idsOf(ended)],
  );
};

const WRITES = /^(PutObject|CopyObject|CompleteMultipartUpload)$/;
/** Services whose destruction takes data or the way back to it; what else the table calls impact is too wide to weigh. */
const ENDING: ReadonlySet<string> = new Set([
  "kms",
  "backup",
  "rds",
  "redshift",
  "dynamodb",
  "elasticfilesystem",
  "fsx",
]);

const callsOf = (rows: WeighedFacts["conduct"]): number => rows.reduce((sum, { calls }) => sum + Number(calls), 0);

const refusals = ({ refused, conduct }: WeighedFacts): Sign =>
  sign(
    "refusals",
    false,
    refused >= WALL,
    `${refused} of its calls were refused (${WALL} or more tell of somebody who does not know what they may do).`,
    conduct.filter(({ errorcode }) => errorcode !== null).flatMap(({ event_ids }) => event_ids.split(",")),
  );

const network = (facts: WeighedFacts): Sign => {
  const found = fresh("new-network", facts, facts.baseline.network, "network");
  return found.holds === true && facts.baseline.network.changing === true
    ? {
        ...found,
        holds: false,
        eventIds: [],
        text: `${found.text} It had a new one almost every day before, so this says nothing.`,
      }
    : found;
};

/** What of the new thing a row of conduct names, as far as it names it. */
const SHOWN_BY: Readonly<Record<string, (row: WeighedFacts["conduct"][number]) => string | null>> = {
  "new-network": ({ sourceip }) => networkOf(sourceip),
  "new-bucket": ({ bucket }) => bucket,
  "new-hour": ({ hour }) => hour.slice(11, 13),
  "new-agent": () => null,
};

const fresh = (
  id: string,
  { baseline: { hours }, conduct }: WeighedFacts,
  { fresh: found, during, before }: Novelty,
  what: string,
  many = `${what}s`,
): Sign => {
  if (found === null || during.length === 0)
    return sign(id, false, null, `Whether its ${many} are new cannot be told: the logs hold nothing to compare.`);
  const rows = id === "new-agent" ? conduct : conduct.filter((row) => found.includes(SHOWN_BY[id]!(row) ?? ""));
  return sign(
    id,
    false,
    found.length > 0,
    `${found.length} of its ${counted(during.length, what, many)} ${found.length === 1 ? "was" : "were"} not among the ${before} used in the ${hours} hours before.`,
    rows.flatMap(({ event_ids }) => event_ids.split(",")),
  );
};

/** Reads or bytes against habit, whichever is above it. */
const spike = ({ baseline: { readsPerHour, bytesPerHour }, conduct }: WeighedFacts): Sign => {
  const [volume, what] =
    readsPerHour.above !== true && bytesPerHour.above === true ? [bytesPerHour, "bytes read"] : [readsPerHour, "reads"];
  const { above, points, busiest } = volume;
  if (above === null || busiest === null)
    return sign(
      "spike",
      false,
      null,
      `Whether ${busiest?.value ?? 0} ${what} in the busiest hour are a spike cannot be told: ${counted(points, "active hour")} before ${points === 1 ? "is" : "are"} fewer than the rule needs.`,
    );
  const there = conduct.filter(
    ({ hour, eventname }) => busiest.hour.startsWith(hour) && /^(GetObject|SelectObject)/.test(eventname),
  );
  return sign(
    "spike",
    false,
    above,
    `${busiest.value} ${what} in the hour of ${busiest.hour} against ${habitOf(volume)}.`,
    there.flatMap(({ event_ids }) => event_ids.split(",")),
  );
};

const habitOf = ({ threshold, mean, most, points }: Volume): string =>
  threshold === null
    ? `${most ?? 0} at most in the ${points} active hours before`
    : `a mean of ${rounded(mean ?? 0)} and a threshold of ${rounded(threshold)} over ${points} active hours before`;

const rounded = (value: number): number => Math.round(value * 10) / 10;

const gigabytes = ({ baseline, bytes }: WeighedFacts): Sign => {
  const { above } = baseline.bytesPerHour;
  const much = bytes >= GIGABYTE;
  return sign(
    "gigabytes",
    false,
    much ? above : false,
    `${rounded(bytes / GIGABYTE)} GB were taken${much && above === null ? ", and how much it read before is not known" : ""}.`,
  );
};

/** As with grants: a second account of one's own is copied to from where the identity always worked. */
const abroad = ({ taken, accountId }: WeighedFacts, home: Home): Sign => {
  const gone = taken.filter(
    ({ destination }) => destination !== null && destination.accountId !== null && destination.accountId !== accountId,
  );
  const accounts = [...new Set(gone.map(({ destination }) => destination!.accountId!))].sort();
  return sign(
    "other-account",
    home === false,
    gone.length > 0,
    `${counted(gone.length, "object")} went to other accounts${accounts.length === 0 ? "" : `: ${accounts.join(", ")}`}.`,
    gone.flatMap(({ eventIds = [] }) => eventIds),
  );
};
