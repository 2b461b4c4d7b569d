/** What the actor put into a policy: outsiders, and whom nobody but the owner can place. The way out of each is the same in every policy. */
import type { Target } from "../../case/plan.ts";
import { isDoubtfulGrant, isForeignGrant, withoutForeignGrants, withoutTheSame } from "../../core/plan/foreign.ts";
import type { Statement } from "../../core/plan/policyDocument.ts";
import { isSamePolicy } from "../../core/plan/samePolicy.ts";

/** A call puts the whole policy again, what the owner had put there included: nobody takes these out unasked. */
const DOUBTFUL = {
  whole: "yes",
  offer: "optional",
  caution:
    "The actor wrote a grant to everybody of an organisation, a network or an endpoint: whose that is, and whether it stood there before, no record says. Compare it with the owner's.",
} as const;

/** The outsiders as they are proposed, and apart from them, only offered, what may be the owner's. */
export const grantTargets = <T extends Target>(
  target: T,
  statements: readonly Statement[],
  accountId: string,
): readonly T[] => [
  ...listing(
    statements.filter((each) => isForeignGrant(each, accountId)),
    target,
  ),
  ...listing(
    statements.filter((each) => isDoubtfulGrant(each, accountId)),
    { ...target, ...DOUBTFUL, label: `grant of unknown reach in the ${target.label}` },
  ),
];

export const listing = <T extends Target>(grants: readonly Statement[], target: T): readonly T[] =>
  grants.length === 0 ? [] : [{ ...target, statements: JSON.stringify(grants) }];

export const grantsOf = (target: Target): readonly Statement[] =>
  JSON.parse(target.statements!) as readonly Statement[];

/** The policy without them; null when nothing is left. */
export const withoutGrants = (text: unknown, target: Target, accountId: string): string | null =>
  target.whole === undefined
    ? withoutForeignGrants(String(text), grantsOf(target), accountId)
    : withoutTheSame(String(text), grantsOf(target));

export const isStillIn = (text: unknown, target: Target, accountId: string): boolean =>
  typeof text === "string" && !isSamePolicy(withoutGrants(text, target, accountId), text);
