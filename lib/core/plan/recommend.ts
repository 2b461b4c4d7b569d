/** Which changes of a plan are recommended, by what is known when it is made: stated rules, one sentence each. */
import type { PlanBasis, Target } from "../../case/plan.ts";

/** What of an action's card says how far it reaches. */
export interface Card {
  readonly id: string;
  readonly side: "identity" | "bucket" | "undo";
  readonly offer: "default" | "optional";
}

export interface Advice {
  readonly recommended: boolean;
  readonly why: string;
}

/** Changes that name a key, a session or a user, and nobody else. */
const ACTOR_ALONE: readonly string[] = [
  "deny-user",
  "deactivate-access-keys",
  "disable-console-login",
  "deny-role-session",
  "deny-identity-center-user",
  "quarantine-identity-center",
  "contain-root",
];

const COMES_BACK = "Without it this actor can come back.";

/**
 * Before there is a verdict only what names the actor alone is recommended, and from "likely theft" on what reaches others
 * too; then every session of the role is revoked, and one session need not be denied apart, unless it is an instance's or a
 * task's, which hands out fresh credentials under the same name. Where it is unclear, a key or session that the owner uses
 * alike is left for a person to decide, and so is everything where no sign of theft was seen and something ordinary may
 * explain it; where it is likely legitimate, everything is.
 */
export const adviceOn = (card: Card, target: Target, basis: PlanBasis): Advice => {
  const { verdict, sharedWithOwner, suspicion, overruledBy, ordinary = [] } = basis;
  const isTheft = verdict === "likely theft" || verdict === "very likely theft";
  const isProposed = card.offer === "default" || (card.id === "deny-role-session" && !isTheft);
  if (suspicion === true && overruledBy === null)
    return offered("a person suspects this and no detector has alarmed; people decide.");
  if (verdict === "likely legitimate") return offered("the verdict is that this is likely legitimate.");
  if (card.side === "undo") return { recommended: isProposed, why: "It takes back what the actor changed." };
  if (!isProposed) return offered(`it is never needed first. ${COMES_BACK}`, card.side === "bucket");
  if (verdict === "unclear" && ordinary.length > 0)
    return offered(
      `it is unclear whether this is theft: no sign of it was seen, and it may be ${ordinary.map(lower).join(", or ")}.`,
    );
  if (isActorAlone(card, target)) {
    if (verdict === "unclear" && sharedWithOwner)
      return offered("it is unclear whether this is theft, and owner and actor use the same key from the same place.");
    return { recommended: true, why: "It names the actor alone." };
  }
  if (verdict === null) return offered(`it reaches others too, and there is no verdict yet. ${COMES_BACK}`);
  if (verdict === "unclear")
    return offered(`it reaches others too, and it is unclear whether this is theft. ${COMES_BACK}`);
  return { recommended: true, why: `It reaches others too, and this is ${verdict}. ${COMES_BACK}` };
};

const lower = (title: string): string => `${title[0]!.toLowerCase()}${title.slice(1)}`;

const offered = (why: string, isPerimeter = false): Advice => ({
  recommended: false,
  why: isPerimeter ? "Offered: it closes more than the actor's way." : `Offered: ${why}`,
});

/** A deny in a bucket policy names the actor, unless the whole role is denied, a whole account, or whoever does not sign. */
const isActorAlone = ({ id }: Card, target: Target): boolean => {
  const { principalArns = "", roleIds = "", accounts = "", anonymous = "" } = target;
  const isWide = principalArns.includes(":role/") || [roleIds, accounts, anonymous].some((names) => names !== "");
  return ACTOR_ALONE.includes(id) || (id === "deny-actor-on-bucket" && !isWide);
};
