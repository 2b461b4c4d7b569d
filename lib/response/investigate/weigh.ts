import { distinct } from "../../base/lists.ts";
import { LIKELIHOOD, SENSITIVITY_HINTS, write } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { ScanRound } from "../../case/scan.ts";
import { stableIdOf } from "../../core/principal/principal.ts";
import { baselineOf } from "../../core/theft/baseline.ts";
import type { ChangeRow } from "../../core/theft/changeRow.ts";
import { deedsOf } from "../../core/theft/deeds.ts";
import { type ActorRow, type Fingerprints, isActor } from "../../core/theft/discovery.ts";
import type { HabitRow } from "../../core/theft/habits.ts";
import { weigh } from "../../core/theft/likelihood.ts";
import { secretsRead } from "../../core/theft/secretsRead.ts";
import { hintsOf } from "../../core/theft/sensitivity.ts";
import type { ConductRow, SecretRow } from "../../core/theft/storyTold.ts";
import type { WeighedFacts } from "../../core/theft/weighedFacts.ts";
import type { Ports } from "../../ports/ports.ts";
import { baselineScanOf } from "./baselineScan.ts";
import { tagsOf } from "./objectTags.ts";
import { ask } from "./queries.ts";
import { textsOf } from "./texts.ts";

export interface WeighInput {
  readonly finding: Finding;
  readonly marks: Fingerprints;
  readonly actors: readonly ActorRow[];
  readonly changes: readonly ChangeRow[];
  readonly rounds: readonly ScanRound[];
  readonly ledger: readonly TakenObject[];
  /** First sign of the actor, ISO 8601 UTC. */
  readonly since: string;
}

/** Writes `sensitivity-hints.json` and `likelihood.json`. Never throws: an opinion that is missing must keep no figure from being written. */
export const writeOpinion = async (caseId: string, input: WeighInput, ports: Ports): Promise<void> => {
  const { tags, ...sample } = await tagsOf(input.ledger, input.finding, ports);
  const hints = hintsOf(
    input.ledger.map(({ bucket, key, certainty }) => {
      const own = tags.get(`${bucket}\n${key}`);
      return { bucket, key, certainty, ...(own === undefined ? {} : { tags: own }) };
    }),
    { ...sample, answered: tags.size },
  );
  const secrets = await readByActor(caseId, input, ports);
  await write(ports.cases, caseId, SENSITIVITY_HINTS, { ...hints, ...(secrets === null ? {} : { secrets }) });
  await writeLikelihood(caseId, input, hints.rotation.length, ports);
};

/** Secrets that the actor read; null where the question could not be asked: an opinion must keep no figure from being written. */
const readByActor = async (caseId: string, { marks }: WeighInput, ports: Ports) => {
  try {
    return secretsRead((await ask<SecretRow>(caseId, "secrets", [], ports)).filter((row) => isActor(row, marks)));
  } catch {
    return null;
  }
};

/** Writes `likelihood.json`, again once the baseline scan is there. Never throws. */
export const writeLikelihood = async (
  caseId: string,
  input: WeighInput,
  credentialNames: number,
  ports: Ports,
): Promise<void> => {
  try {
    const facts = await factsOf(caseId, input, credentialNames, ports);
    await write(ports.cases, caseId, LIKELIHOOD, weigh(facts));
  } catch (error) {
    const reason = `How likely this is theft could not be weighed: ${(error as Error).message}`;
    await write(ports.cases, caseId, LIKELIHOOD, {
      schema: "cordon/likelihood/v1",
      likelihood: null,
      reasons: [],
      notKnown: [reason],
    });
  }
};

const factsOf = async (
  caseId: string,
  input: WeighInput,
  credentialNames: number,
  ports: Ports,
): Promise<WeighedFacts> => {
  const { finding, marks, actors, changes, rounds, ledger, since } = input;
  const isActors = (row: ActorRow | ConductRow | SecretRow | ChangeRow): boolean => isActor(row, marks);
  const theirs = actors.filter(isActors);
  const habits = await ask<HabitRow>(caseId, "baseline", textsOf(identitiesOf(theirs), 4), ports);
  const window = { from: rounds[0]!.request.from, until: since };
  const taken = ledger.filter(({ certainty }) => certainty !== "upper-bound");
  const arns = distinct(theirs.map(({ issuer_arn, principal_arn }) => issuer_arn ?? principal_arn));
  const seen = distinct(theirs.map(({ principal_type }) => principal_type));
  return {
    findingType: finding.type,
    accountId: finding.accountId,
    principalTypes: seen.length > 0 ? seen : distinct(finding.principals.map(({ type }) => type)),
    principalArns: arns,
    identities: distinct(
      theirs.map(({ issuer_arn, principal_arn, principal_id }) => issuer_arn ?? principal_arn ?? principal_id),
    ),
    baseline: baselineOf(habits, marks, window, await baselineScanOf(caseId, ports)),
    taken,
    bytes: taken.reduce((sum, { bytesOut, size }) => sum + (bytesOut ?? size ?? 0), 0),
    deeds: deedsOf(changes.filter(isActors), finding.accountId),
    conduct: (await ask<ConductRow>(caseId, "conduct", [], ports)).filter(isActors),
    secrets: (await ask<SecretRow>(caseId, "secrets", [], ports)).filter(isActors),
    refused: theirs.reduce((sum, { failed }) => sum + Number(failed), 0),
    credentialNames,
    serviceSetUp: setUpOf(input, theirs),
    sharedWithOwner: marks.since != null,
  };
};

/** Calls of anybody's by which the service that reads came to these buckets, as far as the case's logs hold them. */
const setUpOf = ({ finding, changes, ledger }: WeighInput, theirs: readonly ActorRow[]): readonly string[] => {
  const names = [
    ...theirs.flatMap(({ sourceip }) => sourceip ?? []),
    ...finding.principals.flatMap(({ principalId }) => principalId ?? []),
  ];
  const services = names.filter((name) => name.endsWith(".amazonaws.com")).map((name) => name.split(".")[0]!);
  const buckets = new Set([...finding.buckets.map(({ name }) => name), ...ledger.map(({ bucket }) => bucket)]);
  return changes
    .filter(
      ({ eventsource, bucket, requestparameters }) =>
        services.some((service) => eventsource.startsWith(service)) ||
        (buckets.has(bucket ?? "") &&
          services.some((service) => requestparameters?.includes(`${service}.amazonaws.com`))),
    )
    .map(({ eventname, eventid, eventtime }) => `${eventname} ${eventid} ${eventtime}`);
};

/** The role or user behind a session, so that all sessions of one are one identity. */
export const identitiesOf = (actors: readonly ActorRow[]): readonly string[] =>
  distinct(
    actors.map(({ issuer_id, principal_id }) => issuer_id ?? (principal_id === null ? null : stableIdOf(principal_id))),
  );
