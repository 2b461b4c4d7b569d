import type { RoleChain } from "../case/chain.ts";
import { find, LIKELIHOOD, ROLE_CHAIN, SENSITIVITY_HINTS } from "../case/documents.ts";
import { LIKELIHOODS, type LikelihoodName } from "../case/opinion.ts";
import { nameOf } from "../core/principal/credential.ts";
import { type Overruling, overruling } from "../core/theft/overruling.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { type ChainLine, chainTree } from "../report/chainTree.ts";
import { verdictOf } from "../response/approve/reviewsDue.ts";

/** What the figures mean, for whoever decides: is it theft, where do the credentials come from, which secrets are out. */
export interface OpinionPage {
  /** Null: not weighed (yet). `told` null: it could not be. */
  readonly theft: {
    readonly told: LikelihoodName | null;
    readonly reasons: readonly string[];
    /** Whoever put another verdict in its place last. */
    readonly overruled: Overruling | null;
    /** What a person signs who puts another verdict in its place: about this plan, over this digest. Null: there is no plan yet. */
    readonly overrule: OverrulePage | null;
  } | null;
  readonly chain: {
    readonly lines: readonly ChainLinePage[];
    readonly cut: { readonly name: string; readonly reason: string } | null;
    readonly notKnown: readonly string[];
  } | null;
  /** Stolen objects named like credentials; null: names were not looked at (yet). */
  readonly rotation: {
    readonly total: number;
    readonly first: readonly { readonly bucket: string; readonly key: string; readonly means: string }[];
  } | null;
}

export interface OverrulePage {
  readonly planId: string;
  readonly subject: string;
  readonly verdicts: readonly LikelihoodName[];
}

export type ChainLinePage = Pick<ChainLine, "depth" | "name" | "whose" | "held" | "cut" | "revokeToo" | "left"> & {
  readonly how: string | null;
  readonly at: string | null;
  readonly eventId: string | null;
};

/** The page stays a page; the report and the documents hold all. */
const MOST_REASONS = 6;
const MOST_LISTED = 10;

export const opinionOf = async (caseId: string, { cases }: Pick<ReadPorts, "cases">): Promise<OpinionPage> => {
  const opinion = await find(cases, caseId, LIKELIHOOD);
  const chain = await find(cases, caseId, ROLE_CHAIN);
  const hints = await find(cases, caseId, SENSITIVITY_HINTS);
  return {
    theft:
      opinion === null
        ? null
        : {
            told: opinion.likelihood,
            reasons: [...opinion.reasons, ...opinion.notKnown].slice(0, MOST_REASONS),
            overruled: overruling(await cases.events(caseId)),
            overrule: await overrulePage(caseId, { cases }),
          },
    chain: chain === null ? null : chainPage(chain),
    rotation:
      hints === null
        ? null
        : {
            total: hints.rotation.length,
            first: hints.rotation.slice(0, MOST_LISTED).map(({ bucket, key, means }) => ({ bucket, key, means })),
          },
  };
};

const overrulePage = async (caseId: string, ports: Pick<ReadPorts, "cases">): Promise<OverrulePage | null> => {
  const computed = await verdictOf(caseId, ports);
  return computed === null ? null : { planId: computed.planId, subject: computed.subject, verdicts: LIKELIHOODS };
};

const chainPage = (chain: RoleChain): NonNullable<OpinionPage["chain"]> => ({
  lines: chainTree(chain).map(({ depth, name, whose, held, cut, revokeToo, left, hop }) => ({
    ...{ depth, name, whose, held, cut, revokeToo, left },
    how: hop?.how ?? null,
    at: hop?.at ?? null,
    eventId: hop?.eventId ?? null,
  })),
  cut: chain.cut === null ? null : { name: nameOf(chain.cut.credential), reason: chain.cut.reason },
  notKnown: chain.notKnown,
});
