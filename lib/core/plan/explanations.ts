import { counted } from "../../base/figures.ts";
import type { Criterion, Explanation, Novelty, Sign } from "../../case/opinion.ts";
import { isMovedInside } from "../theft/theft.ts";
import { UNLIKE_BACKUP } from "../theft/theftSigns.ts";
import type { WeighedFacts } from "../theft/weighedFacts.ts";

const HUMANS: readonly string[] = ["IAMUser", "IdentityCenterUser", "SAMLUser", "FederatedUser"];
const WORK_BUCKET = /(^|[^a-z])(dev|develop|development|test|testing|sandbox|staging|stage|qa|demo)([^a-z]|$)/i;
/** Days that make a habit; fewer may be chance. */
const HABIT_DAYS = 3;
const HABIT_SHARE = 0.8;
const USER_IS_EITHER = "; whether an IAM user is a person's or a program's stands in no log";

/** The ordinary explanations: the three of the second seed's table "Common False Positives", and a service of AWS at work; each judged by criteria that the logs can hold. */
export const explanationsOf = (facts: WeighedFacts, signs: readonly Sign[]): readonly Explanation[] => [
  explain(
    "migration",
    "Legitimate data migration",
    migration(facts, signs),
    "Check for a change ticket, ask the system's owner, and verify that the recipient account is authorized.",
  ),
  explain(
    "development",
    "Development activity",
    development(facts, signs),
    "Check that the actor is a developer who works on this, and that the data was neither production nor sensitive.",
  ),
  explain(
    "backup",
    "Automated backup",
    backup(facts, signs),
    "Look for the schedule, check the automation's documentation, and verify the backup policy.",
  ),
  explain(
    "service",
    "AWS service at work",
    service(facts),
    "Check who set the service up and what for: the job of Macie, the distribution of CloudFront, the rule that made it work.",
  ),
];

const explain = (
  id: Explanation["id"],
  title: string,
  criteria: readonly Criterion[],
  verify: string,
): Explanation => ({
  id,
  title,
  verdict: criteria.some(({ holds }) => holds === false)
    ? "does not fit"
    : criteria.every(({ holds }) => holds === true)
      ? "fits"
      : "possible",
  criteria,
  verify,
});

const criterion = (id: string, holds: boolean | null, text: string): Criterion => ({ id, holds, text });

const migration = (facts: WeighedFacts, signs: readonly Sign[]): readonly Criterion[] => {
  const moved = facts.taken.filter(({ path }) => isMovedInside(path) || path === "datasync").length;
  const total = facts.taken.length;
  return [
    criterion(
      "moved-inside",
      total === 0 ? null : moved > total / 2,
      `${moved} of ${total} objects moved by copy, replication, batch or DataSync, as migrations do; the rest were downloaded.`,
    ),
    known("known-network", facts.baseline.network, "network"),
    undisturbed(facts, signs),
    criterion(
      "authorized",
      null,
      "Whether the recipient is authorized and a change was planned is in no log: ask the owner.",
    ),
  ];
};

const development = (facts: WeighedFacts, signs: readonly Sign[]): readonly Criterion[] => {
  const { principalTypes, taken, baseline, credentialNames } = facts;
  const work = taken.filter(({ bucket }) => WORK_BUCKET.test(bucket)).length;
  const humans = principalTypes.filter((type) => HUMANS.includes(type)).length;
  const { above, busiest, threshold } = baseline.readsPerHour;
  return [
    criterion(
      "human",
      principalTypes.length === 0 ? null : humans > 0 || (principalTypes.includes("AssumedRole") ? null : false),
      `${humans} of ${principalTypes.length} suspect identities are users${listed(principalTypes)}; a role session may be one's too.`,
    ),
    known("known-network", baseline.network, "network"),
    known("known-agent", baseline.agent, "user agent"),
    criterion(
      "work-data",
      taken.length === 0 ? null : work === taken.length,
      `${work} of ${taken.length} objects lie in buckets named for development or test.`,
    ),
    criterion(
      "ordinary-volume",
      above === null ? null : !above,
      `${busiest?.value ?? 0} reads in the busiest hour${threshold === null ? ", with too few hours before to compare" : ` against a threshold of ${Math.round(threshold)}`}.`,
    ),
    criterion(
      "no-credentials",
      taken.length === 0 ? null : credentialNames === 0,
      `${counted(credentialNames, "stolen object")} named like credentials.`,
    ),
    undisturbed(facts, signs),
  ];
};

const backup = (facts: WeighedFacts, signs: readonly Sign[]): readonly Criterion[] => {
  const { principalTypes, baseline, identities } = facts;
  const { active, sameHour } = baseline.days;
  const machines = principalTypes.filter((type) => type === "AssumedRole" || type === "AWSService").length;
  return [
    criterion(
      "regular",
      active < HABIT_DAYS
        ? active === 0
          ? null
          : sameHour === 0
            ? false
            : null
        : sameHour >= HABIT_DAYS && sameHour / active >= HABIT_SHARE,
      `It called in the same hours of day on ${sameHour} of the ${counted(active, "day")} before on which it called.`,
    ),
    criterion(
      "system-account",
      principalTypes.length === 0
        ? null
        : machines === principalTypes.length
          ? true
          : principalTypes.includes("Root")
            ? false
            : null,
      `${machines} of ${principalTypes.length} suspect identities are roles or services${listed(identities)}${machines < principalTypes.length ? USER_IS_EITHER : ""}.`,
    ),
    known("known-network", baseline.network, "network"),
    known("known-agent", baseline.agent, "user agent"),
    known("known-bucket", baseline.bucket, "bucket"),
    unlikeBackup(signs),
  ];
};

/** AWS writes a service's name for the address only of calls that the service makes itself, and nobody but it can assume its own role. */
const service = ({ principalTypes, principalArns, baseline, serviceSetUp }: WeighedFacts): readonly Criterion[] => {
  const own = principalTypes.length > 0 && principalTypes.every((type) => type === "AWSService");
  const linked = principalArns.length > 0 && principalArns.every((arn) => LINKED.test(arn));
  const from = baseline.address.during;
  return [
    criterion(
      "service-identity",
      own || linked,
      own
        ? "The suspect is a service of AWS itself."
        : `${linked ? "Every" : "Not every"} suspect identity is a role that only a service of AWS can assume${listed(principalArns)}.`,
    ),
    criterion(
      "from-service",
      own || (from.length > 0 && from.every((address) => SERVICE.test(address))),
      `Its calls come from ${from.length === 0 ? "no address in the logs" : from.slice(0, 5).join(", ")}.`,
    ),
    criterion(
      "not-set-up",
      serviceSetUp.length === 0 ? true : null,
      serviceSetUp.length === 0
        ? "Nobody set up or changed the service's way to these buckets within these logs."
        : `Whoever set up the service's way to these buckets must be asked: ${serviceSetUp.slice(0, 5).join(", ")}.`,
    ),
  ];
};

/** Service-linked roles (IAM user guide): their path is AWS's own. */
const LINKED = /:(?:role\/aws-service-role\/|assumed-role\/AWSServiceRoleFor)/;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com$/;

const known = (id: string, { fresh, during, before }: Novelty, what: string): Criterion =>
  criterion(
    id,
    fresh === null || during.length === 0 ? null : fresh.length === 0,
    fresh === null
      ? `Nothing is on record from before to compare its ${what}s with.`
      : `${during.length - fresh.length} of its ${counted(during.length, what)} ${during.length - fresh.length === 1 ? "was" : "were"} among the ${before} used before.`,
  );

/** Decisive signs of the conduct itself; what GuardDuty says of the caller is weighed apart. */
const undisturbed = ({ deeds, refused }: WeighedFacts, signs: readonly Sign[]): Criterion => {
  const grave = shown(signs).filter(({ id, decisive }) => decisive && id !== "known-bad");
  return criterion(
    "nothing-hidden",
    grave.length === 0,
    `${counted(deeds.length, "setting")} changed, ${counted(refused, "call")} refused${grave.length === 0 ? "" : `; decisive: ${grave.map(({ id }) => id).join(", ")}`}.`,
  );
};

const unlikeBackup = (signs: readonly Sign[]): Criterion => {
  const found = shown(signs).filter(({ id }) => UNLIKE_BACKUP.includes(id));
  return criterion(
    "nothing-else",
    found.length === 0,
    found.length === 0
      ? "Nothing it did is foreign to a backup: no identities, grants, secrets, deletions or logs touched, and no more read than ever before."
      : `A backup does not do this: ${found.map(({ id }) => id).join(", ")}.`,
  );
};

const shown = (signs: readonly Sign[]): readonly Sign[] => signs.filter(({ holds }) => holds === true);

const listed = (names: readonly string[]): string => (names.length === 0 ? "" : ` (${names.join(", ")})`);
