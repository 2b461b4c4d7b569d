import type { Chain, RoleChain } from "../../case/chain.ts";
import type { ScanRound } from "../../case/scan.ts";
import type { ChainActor } from "../../core/principal/credential.ts";
import type { Fingerprints } from "../../core/theft/discovery.ts";
import type { SignInRow } from "../../logs/identity.ts";
import { IDENTITY_LOGS, isFederated, namesOf, signInOf } from "../../logs/signIn.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import { textsOf } from "./texts.ts";

export interface SignInsInput {
  readonly chain: RoleChain;
  readonly marks: Fingerprints;
  readonly actors: readonly ChainActor[];
  readonly rounds: readonly ScanRound[];
}

const NOT_GIVEN =
  "A session was opened through an identity provider, whose log was not given: who signed in there, from where and with which factors is not known.";

/** The chain with the sign-in behind every start that has an identity provider. Never throws. */
export const withSignIns = async (
  caseId: string,
  { chain, marks, actors, rounds }: SignInsInput,
  ports: Ports,
): Promise<RoleChain> => {
  if (!chain.chains.some(isFederated)) return chain;
  const doubt = (sentence: string): RoleChain => ({ ...chain, notKnown: [...chain.notKnown, sentence] });
  const inventory = rounds.at(-1)?.result?.inventory;
  if (IDENTITY_LOGS.every((log) => foundOf(inventory, log) === null)) return doubt(NOT_GIVEN);
  try {
    const names = textsOf(namesOf(chain.chains), 2);
    const rows = await ask<SignInRow>(caseId, "sign-ins", [...names, ...names, ...names], ports);
    return { ...chain, chains: chain.chains.map((one) => joined(one, rows, actors, marks)) };
  } catch (error) {
    return doubt(`The log of the identity provider could not be asked: ${(error as Error).message}`);
  }
};

const joined = (chain: Chain, rows: readonly SignInRow[], actors: readonly ChainActor[], marks: Fingerprints): Chain =>
  isFederated(chain) ? { ...chain, start: { ...chain.start, signIn: signInOf(chain, rows, actors, marks) } } : chain;
