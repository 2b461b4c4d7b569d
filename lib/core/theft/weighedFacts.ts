import type { TakenObject } from "../../case/objects.ts";
import type { Comparison } from "../../case/opinion.ts";
import type { Deed } from "./deeds.ts";
import type { ConductRow, SecretRow } from "./storyTold.ts";

/** What is weighed: all of it is on record elsewhere in the case. */
export interface WeighedFacts {
  readonly findingType: string;
  readonly accountId: string;
  /** Types of the suspects, as CloudTrail names them. */
  readonly principalTypes: readonly string[];
  /** ARNs of the suspects' roles and users, where the logs name them. */
  readonly principalArns: readonly string[];
  /** Names of the roles and users in question. */
  readonly identities: readonly string[];
  readonly baseline: Comparison;
  /** Objects that are certainly or likely gone. */
  readonly taken: readonly Pick<TakenObject, "bucket" | "path" | "destination" | "eventIds">[];
  /** Bytes of them that left, as far as known. */
  readonly bytes: number;
  /** Settings the actor changed with success, in order of time. */
  readonly deeds: readonly Deed[];
  /** The actor's calls by hour, kind and outcome. */
  readonly conduct: readonly ConductRow[];
  /** Secrets, parameters and machine passwords the actor read. */
  readonly secrets: readonly SecretRow[];
  readonly refused: number;
  /** Whoever set up a service's way to these buckets within the case's logs: events of anybody's. */
  readonly serviceSetUp: readonly string[];
  readonly sharedWithOwner: boolean;
  /** Stolen objects whose names look like credentials. */
  readonly credentialNames: number;
}
