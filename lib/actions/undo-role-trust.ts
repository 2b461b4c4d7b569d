import type { State, Target, Verdict } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import {
  isForeignGrant,
  letsIn,
  letsLoginsIn,
  statementsIn,
  withoutForeignGrants,
  withoutLogins,
} from "../core/plan/foreign.ts";
import { policyOf, type Statement } from "../core/plan/policyDocument.ts";
import { isSamePolicy } from "../core/plan/samePolicy.ts";
import type { Action } from "./parts/action.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { captureTrust, updateTrust } from "./parts/roleTrust.ts";
import { isIamName } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-role-trust",
  title: "Take out of the role's trust policy whom the actor let in",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:UpdateAssumeRolePolicy", resource: "role/*", for: "write" },
  ],
  atExecution: "the outsiders are taken out of the trust policy that is found then; everything else in it stays",
  limits: [
    "Takes the outsiders that the actor's own call named out of the trust policy as it is now; principals of the account and services beside them stay. Sessions made through them live on: revoke the sessions of the role.",
    "Logins of a provider (GitHub, SAML, EKS) that the actor's trust policy lets in are offered apart: nobody but the owner can tell whose they are.",
    "A role that the actor made is theirs whole, whomever it trusts: its trust policy is replaced by one that denies everybody, as is one that would be empty afterwards.",
    "What the actor's call removed from the trust policy does not come back: CloudTrail does not record it.",
  ],
  sources: ["CloudTrail records of UpdateAssumeRolePolicy and CreateRole", "IAM API reference, UpdateAssumeRolePolicy"],
};

const NOBODY = policyOf([{ Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }]);

const grantsOf = (target: Target): readonly Statement[] => JSON.parse(target.statements!) as readonly Statement[];

const wanted = (target: Target, state: State, accountId: string): string =>
  target.minted !== undefined ? NOBODY : kept(target, state, accountId);

const kept = (target: Target, state: State, accountId: string): string =>
  (target.logins === undefined
    ? withoutForeignGrants(String(state.trust), grantsOf(target), accountId)
    : withoutLogins(String(state.trust), grantsOf(target))) ?? NOBODY;

const targets = (scene: Scene): readonly Target[] => {
  const byRole = Map.groupBy(
    changesOf(scene, "UpdateAssumeRolePolicy", "CreateRole"),
    ({ request: input }) => memberOf(input, "roleName") ?? "",
  );
  return [...byRole].flatMap(([roleName, changes]) => {
    const documents = changes.map(({ request: input }) => input.policyDocument ?? input.assumeRolePolicyDocument);
    const statements = documents.flatMap(statementsIn);
    if (!isIamName(roleName)) return [];
    const label = `trust of role ${roleName}`;
    const named = { roleName, ...eventsOf(changes) };
    const isMinted = changes.some(({ eventName }) => eventName === "CreateRole");
    const allowed = statements.filter(({ Effect }) => Effect === "Allow");
    const parts = isMinted
      ? listing(allowed, { label, ...named, minted: "yes" })
      : [
          ...listing(
            statements.filter((each) => isForeignGrant(each, scene.accountId)),
            { label, ...named },
          ),
          ...listing(statements.filter(letsLoginsIn), { label: `logins in the ${label}`, ...named, ...LOGINS }),
        ];
    return parts.map((target) =>
      withProtection(
        target,
        scene,
        [roleName, `arn:${scene.partition}:iam::${scene.accountId}:role/${roleName}`],
        "principals",
      ),
    );
  });
};

const listing = (grants: readonly Statement[], target: Target): readonly Target[] =>
  grants.length === 0 ? [] : [{ ...target, statements: JSON.stringify(grants) }];

/** A call puts the whole trust again, honest logins included: nobody pulls them unasked. */
const LOGINS = {
  logins: "yes",
  offer: "optional",
  caution:
    "Logins of a provider (OIDC, SAML) stand in the trust that the actor wrote: whose they are, and whether they stood there before, no record says. Compare the subjects with the owner's.",
} as const;

const stillTrusted = (isIn: boolean): Verdict =>
  isIn
    ? { ok: false, why: "outsiders whom the actor let in are still trusted" }
    : { ok: true, why: "nobody whom the actor let in from outside is trusted" };

export const undoRoleTrust: Action = {
  card,
  targets,

  capture: captureTrust,

  apply: (target, before, stamp) => {
    const document = wanted(target, before, stamp.accountId);
    return isSamePolicy(document, before.trust) ? [] : [updateTrust(target, document, stamp)];
  },

  verify: (target, _before, now, stamp) =>
    target.logins === undefined && target.minted === undefined
      ? stillTrusted(letsIn(now.trust, grantsOf(target), stamp.accountId))
      : stillTrusted(!isSamePolicy(wanted(target, now, stamp.accountId), now.trust)),

  rollback: (target, before, stamp) => [updateTrust(target, before.trust, stamp)],
  refuse: (target, before, stamp) =>
    refuseSpared(target, [String(before.holderArn ?? "")], stamp) ?? refuseUnmodifiable(target, before),
};
