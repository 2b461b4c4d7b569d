import type { RoleChain } from "../../case/chain.ts";
import { find, ROLE_CHAIN, write } from "../../case/documents.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { Indicators, ScanRound } from "../../case/scan.ts";
import type { ChainActor, ChainRow } from "../../core/principal/credential.ts";
import { traceChain } from "../../core/principal/roleChain.ts";
import type { Fingerprints } from "../../core/theft/discovery.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import { withSignIns } from "./signIns.ts";

export interface ChainInput {
  readonly suspects: readonly PrincipalRef[];
  readonly marks: Fingerprints;
  readonly actors: readonly ChainActor[];
  readonly rounds: readonly ScanRound[];
}

/**
 * Writes `role-chain.json`: where the suspects' credentials come from, what was made from them, and where to cut. Never
 * throws: what the chain cannot tell must not keep anything from being counted or cut.
 */
export const writeChain = async (
  caseId: string,
  { suspects, marks, actors, rounds }: ChainInput,
  ports: Ports,
): Promise<void> => {
  try {
    const rows = await ask<ChainRow>(caseId, "chain", [], ports);
    const asOf = rounds.at(-1)?.result?.watermark ?? null;
    const chain = traceChain(suspects, rows, actors, marks, asOf);
    const told = await withSignIns(caseId, { chain, marks, actors, rounds }, ports);
    await write(ports.cases, caseId, ROLE_CHAIN, told);
  } catch (error) {
    await write(ports.cases, caseId, ROLE_CHAIN, {
      schema: "cordon/role-chain/v1",
      chains: [],
      sessions: [],
      cut: null,
      notKnown: [`The role chain could not be traced: ${(error as Error).message}`],
    } satisfies RoleChain);
  }
};

/** Upstream credentials to look for in the next round: their own opening may lie where no other indicator reaches. */
export const upstreamOf = async (
  caseId: string,
  { cases }: Pick<Ports, "cases">,
): Promise<Pick<Indicators, "accessKeyIds" | "principalIds"> & { readonly accounts: readonly string[] }> => {
  const chain = await find(cases, caseId, ROLE_CHAIN);
  const above = (chain?.chains ?? []).flatMap(({ hops }) => hops.flatMap(({ from }) => from ?? []));
  const hops = (chain?.chains ?? []).flatMap((one) => one.hops);
  return {
    accounts: hops.flatMap(({ from, to }) => [from?.accountId ?? [], to.accountId ?? []].flat()),
    accessKeyIds: above.flatMap(({ accessKeyId }) => accessKeyId ?? []),
    principalIds: above.flatMap(({ accessKeyId, principalId }) => (accessKeyId === null ? (principalId ?? []) : [])),
  };
};
