/** What a plan does not reach though it be carried out whole: said before anybody approves. */
import type { PlanBasis, PlannedAction } from "../../case/plan.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { Scene } from "./action.ts";

type Planned = Pick<PlannedAction, "kind" | "target" | "reversibility">;

/** Ways that stay open with what is recommended, in sentences; which of the other actions would close them. */
export const remainsOf = (
  scene: Scene,
  actions: readonly Planned[],
  { logs }: Pick<PlanBasis, "logs">,
): readonly string[] => [...new Set(scene.suspects.flatMap((suspect) => waysOf(suspect, scene, actions, logs)))];

const waysOf = (
  suspect: PrincipalRef,
  scene: Scene,
  actions: readonly Planned[],
  logs: PlanBasis["logs"],
): readonly string[] => {
  const has = (kind: string): boolean =>
    actions.some((action) => action.kind === kind && action.reversibility !== "instruction");
  const unread = logs === "read" ? [] : [UNREAD];
  switch (suspect.type) {
    case "IAMUser":
      return has("deny-user") ? unread : [ELSEWHERE("this user", "the account's IAM could not be read"), ...unread];
    case "Root":
      return [ROOT];
    case "FederatedUser":
      return has("deny-user")
        ? unread
        : [ELSEWHERE("this federated user", "who issued the session is not known"), ...unread];
    case "AssumedRole":
    case "Role":
      return isIdentityCenter(suspect)
        ? [has("deny-identity-center-user") ? ONE_SET : IDENTITY_CENTER, ...unread]
        : unread;
    case "AWSAccount":
      return suspect.accountId === scene.accountId ? unread : [FOREIGN(suspect.accountId ?? "another account")];
    case "Anonymous":
      return [ANONYMOUS];
    default:
      return [];
  }
};

const isIdentityCenter = ({ userName, issuerArn }: PrincipalRef): boolean =>
  /^AWSReservedSSO_/.test(userName ?? "") || /\/aws-reserved\/sso\.amazonaws\.com\//.test(issuerArn ?? "");

const UNREAD =
  "Sessions of other roles that the actor took before are not cut: the logs that would show them have not been read. The question is brought up to date when they are; until then quarantine-bucket closes the buckets of the case to everybody.";
const ELSEWHERE = (who: string, why: string): string =>
  `Other buckets and services stay open to ${who}: ${why}, so that only the buckets of the case are closed to them.`;
const ROOT =
  "Root reaches every other bucket and setting of the account, and can take the denies away: only a service control policy binds it (contain-root), and nothing binds the root of a management account.";
const IDENTITY_CENTER =
  "The role of a permission set cannot be changed here: the live session, and sessions of roles taken from it, go on elsewhere until quarantine-identity-center is done by hand. Only the buckets of the case are closed to it.";
const ONE_SET =
  "Only the permission set that was used is closed to the Identity Center user, and in this account alone: their other permission sets and accounts, and sessions of roles taken from it, stay open until quarantine-identity-center is done by hand.";
const FOREIGN = (account: string): string =>
  `Whoever else of ${account} the bucket lets in gets in, under another name than the one that was seen, and other buckets that let them in stay open: remove-foreign-grant takes the grant away, quarantine-bucket closes the bucket to everybody.`;
const ANONYMOUS =
  "Other buckets that are public stay public: nobody signed, so that nobody can be named there. Copies that were read are out.";
