import type { Novelty, Sign, Volume } from "../../case/opinion.ts";
import type { WeighedFacts } from "./likelihood.ts";

/** GuardDuty types that rest on a threat list, an attacker's tool, stolen credentials or a correlated sequence, not on unusual conduct alone. */
const KNOWN_BAD =
  /TorIPCaller|MaliciousIPCaller|InstanceCredentialExfiltration|(Kali|Parrot|Pentoo)Linux|^AttackSequence:/;
const COVERING =
  /^(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteDetector|UpdateDetector|DisassociateFromAdministratorAccount|DisableMacie|PutBucketLogging|CreateIPSet|CreateFilter)$/;
/** Fewer refusals happen to everybody. */
const WALL = 10;

export const signsOf = (facts: WeighedFacts): readonly Sign[] => {
  const { findingType, changes, minted, refused, baseline, credentialNames } = facts;
  const covered = changes.filter((name) => COVERING.test(name));
  return [
    sign(
      "known-bad",
      true,
      KNOWN_BAD.test(findingType),
      `GuardDuty's ${findingType} rests on ${KNOWN_BAD.test(findingType) ? "a threat list, an attacker's tool, stolen credentials or a sequence of signs" : "unusual conduct alone"}.`,
    ),
    sign(
      "covering-tracks",
      true,
      covered.length > 0,
      `${covered.length} change(s) that hide what follows${covered.length === 0 ? "" : `: ${[...new Set(covered)].sort().join(", ")}`}.`,
    ),
    sign(
      "own-credentials",
      true,
      minted > 0,
      `${minted} lasting credential(s) or user(s) were made by the suspect's calls.`,
    ),
    sign(
      "refusals",
      false,
      refused >= WALL,
      `${refused} of its calls were refused (${WALL} or more tell of somebody who does not know what he may do).`,
    ),
    fresh("new-network", baseline.network, "network(s)", baseline.hours),
    fresh("new-agent", baseline.agent, "user agent(s)", baseline.hours),
    fresh("new-bucket", baseline.bucket, "bucket(s)", baseline.hours),
    fresh("new-hour", baseline.hourOfDay, "hour(s) of day (UTC)", baseline.hours),
    spike("spike", baseline.readsPerHour, "reads"),
    sign(
      "credential-names",
      false,
      credentialNames > 0,
      `${credentialNames} stolen object(s) are named like credentials.`,
    ),
    abroad(facts),
  ];
};

const sign = (id: string, decisive: boolean, holds: boolean | null, text: string): Sign => ({
  id,
  decisive,
  holds,
  text,
});

const fresh = (id: string, { fresh: found, during, before }: Novelty, what: string, hours: number): Sign =>
  found === null || during.length === 0
    ? sign(id, false, null, `Whether its ${what} are new cannot be told: the logs hold nothing to compare.`)
    : sign(
        id,
        false,
        found.length > 0,
        `${found.length} of its ${during.length} ${what} were not among the ${before} used in the ${hours} hours before.`,
      );

const spike = (id: string, { above, points, mean, threshold, busiest }: Volume, what: string): Sign =>
  above === null || threshold === null || busiest === null
    ? sign(
        id,
        false,
        null,
        `Whether ${busiest?.value ?? 0} ${what} in the busiest hour are a spike cannot be told: ${points} active hour(s) before are fewer than the rule needs.`,
      )
    : sign(
        id,
        false,
        above,
        `${busiest.value} ${what} in the hour of ${busiest.hour} against a mean of ${rounded(mean ?? 0)} and a threshold of ${rounded(threshold)} over ${points} active hours before.`,
      );

const rounded = (value: number): number => Math.round(value * 10) / 10;

const abroad = ({ taken, accountId }: WeighedFacts): Sign => {
  const gone = taken.filter(
    ({ destination }) => destination !== null && destination.accountId !== null && destination.accountId !== accountId,
  );
  const accounts = [...new Set(gone.map(({ destination }) => destination!.accountId!))].sort();
  return sign(
    "other-account",
    false,
    gone.length > 0,
    `${gone.length} object(s) went to other account(s)${accounts.length === 0 ? "" : `: ${accounts.join(", ")}`}.`,
  );
};
