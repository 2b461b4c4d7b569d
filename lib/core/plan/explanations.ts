import type { Criterion, Explanation, Novelty } from "../../case/opinion.ts";
import type { WeighedFacts } from "../theft/likelihood.ts";
import { isMovedInside } from "../theft/theft.ts";

const HUMANS: readonly string[] = ["IAMUser", "IdentityCenterUser", "SAMLUser", "FederatedUser"];
const WORK_BUCKET = /(^|[^a-z])(dev|develop|development|test|testing|sandbox|staging|stage|qa|demo)([^a-z]|$)/i;
/** Days that make a habit; fewer may be chance. */
const HABIT_DAYS = 3;
const HABIT_SHARE = 0.8;
const USER_IS_EITHER = "; whether an IAM user is a person's or a program's stands in no log";

/** The three ordinary explanations of the second seed's table "Common False Positives", each judged by criteria that the logs can hold. */
export const explanationsOf = (facts: WeighedFacts): readonly Explanation[] => [
  explain(
    "migration",
    "Legitimate data migration",
    migration(facts),
    "Check for a change ticket, ask the system's owner, and verify that the recipient account is authorized.",
  ),
  explain(
    "development",
    "Development activity",
    development(facts),
    "Check that the actor is a developer who works on this, and that the data was neither production nor sensitive.",
  ),
  explain(
    "backup",
    "Automated backup",
    backup(facts),
    "Look for the schedule, check the automation's documentation, and verify the backup policy.",
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

const migration = (facts: WeighedFacts): readonly Criterion[] => {
  const moved = facts.taken.filter(({ path }) => isMovedInside(path) || path === "datasync").length;
  const total = facts.taken.length;
  return [
    criterion(
      "moved-inside",
      total === 0 ? null : moved > total / 2,
      `${moved} of ${total} objects moved by copy, replication, batch or DataSync, as migrations do; the rest were downloaded.`,
    ),
    known("known-network", facts.baseline.network, "network(s)"),
    undisturbed(facts),
    criterion(
      "authorized",
      null,
      "Whether the recipient is authorized and a change was planned is in no log: ask the owner.",
    ),
  ];
};

const development = ({ principalTypes, taken, baseline, credentialNames }: WeighedFacts): readonly Criterion[] => {
  const work = taken.filter(({ bucket }) => WORK_BUCKET.test(bucket)).length;
  const humans = principalTypes.filter((type) => HUMANS.includes(type)).length;
  const { above, busiest, threshold } = baseline.readsPerHour;
  return [
    criterion(
      "human",
      principalTypes.length === 0 ? null : humans > 0 || (principalTypes.includes("AssumedRole") ? null : false),
      `${humans} of ${principalTypes.length} suspect identities are users${listed(principalTypes)}; a role session may be one's too.`,
    ),
    known("known-network", baseline.network, "network(s)"),
    known("known-agent", baseline.agent, "user agent(s)"),
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
      `${credentialNames} stolen object(s) are named like credentials.`,
    ),
  ];
};

const backup = (facts: WeighedFacts): readonly Criterion[] => {
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
      `It called in the same hours of day on ${sameHour} of the ${active} day(s) before on which it called.`,
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
    known("known-network", baseline.network, "network(s)"),
    known("known-agent", baseline.agent, "user agent(s)"),
    known("known-bucket", baseline.bucket, "bucket(s)"),
    undisturbed(facts),
  ];
};

const known = (id: string, { fresh, during, before }: Novelty, what: string): Criterion =>
  criterion(
    id,
    fresh === null || during.length === 0 ? null : fresh.length === 0,
    fresh === null
      ? `Nothing is on record from before to compare its ${what} with.`
      : `${during.length - fresh.length} of its ${during.length} ${what} were among the ${before} used before.`,
  );

const undisturbed = ({ changes, minted, refused }: WeighedFacts): Criterion =>
  criterion(
    "nothing-hidden",
    minted === 0 &&
      !changes.some((name) =>
        /^(StopLogging|DeleteTrail|DeleteDetector|PutEventSelectors|UpdateTrail|UpdateDetector)$/.test(name),
      ),
    `${changes.length} setting(s) changed, ${minted} credential(s) made, ${refused} call(s) refused.`,
  );

const listed = (names: readonly string[]): string => (names.length === 0 ? "" : ` (${names.join(", ")})`);
