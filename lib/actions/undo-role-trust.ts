import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import { insidersIn, letsLoginsIn, statementsIn, withoutInsider } from "../core/plan/foreign.ts";
import { policyOf, type Statement } from "../core/plan/policyDocument.ts";
import { isMadeBySuspect } from "../core/plan/remade.ts";
import { isSamePolicy } from "../core/plan/samePolicy.ts";
import type { Action } from "./parts/action.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { grantTargets, listing, withoutGrants } from "./parts/grants.ts";
import { refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { captureTrust, updateTrust } from "./parts/roleTrust.ts";
import { isIamName, roleTargets, userTargets } from "./parts/suspects.ts";

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
    "Takes the outsiders that the actor's own call named out of the trust policy as it is now; services beside them stay. Sessions made through them live on: revoke the sessions of the role.",
    "Identities of the account itself that the actor's own call named are asked about each alone: those that are the actor's or were made by them go by default, the others, and whole organisations or networks, are offered.",
    "Logins of a provider (GitHub, SAML, EKS) that the actor's trust policy lets in are offered apart: nobody but the owner can tell whose they are.",
    "A role that the actor made is theirs whole, whomever it trusts: its trust policy is replaced by one that denies everybody, as is one that would be empty afterwards.",
    "What the actor's call removed from the trust policy does not come back: CloudTrail does not record it.",
  ],
  sources: ["CloudTrail records of UpdateAssumeRolePolicy and CreateRole", "IAM API reference, UpdateAssumeRolePolicy"],
};

const NOBODY = policyOf([{ Effect: "Deny", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }]);

const wanted = (target: Target, state: State, accountId: string): string =>
  target.minted !== undefined ? NOBODY : kept(target, state, accountId);

const kept = (target: Target, { trust }: State, accountId: string): string =>
  (target.insider === undefined
    ? withoutGrants(trust, target, accountId)
    : withoutInsider(String(trust), target.insider, accountId)) ?? NOBODY;

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
          ...grantTargets({ label, ...named }, statements, scene.accountId),
          ...listing(statements.filter(letsLoginsIn), { label: `logins in the ${label}`, ...named, ...LOGINS }),
          ...insiders(statements, { label, ...named }, scene),
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

/** Of the account itself: whom the actor is or made goes by default, whoever else is asked about, each alone. */
const insiders = (statements: readonly Statement[], target: Target, scene: Scene): readonly Target[] =>
  [...new Set(statements.flatMap((each) => insidersIn(each, scene.accountId)))].map((insider) => ({
    ...target,
    label: `${insider} in the ${target.label}`,
    insider,
    ...(isActors(insider, scene) ? {} : OF_THE_ACCOUNT),
  }));

const OF_THE_ACCOUNT = {
  offer: "optional",
  caution:
    "An identity of the account itself stands in the trust that the actor wrote: whether it stood there before, and who uses it, no record says. Ask its owner.",
} as const;

const isActors = (insider: string, scene: Scene): boolean => {
  const name = /:assumed-role\/([^/]+)\//.exec(insider)?.[1] ?? insider.split("/").at(-1)!;
  const kind = /:(?:assumed-)?role\//.test(insider) ? "roleName" : "userName";
  const suspects = [...userTargets(scene), ...roleTargets(scene)];
  const target = { label: insider, [kind]: name };
  return suspects.some((one) => one[kind] === name) || isMadeBySuspect(target, scene);
};

/** A call puts the whole trust again, honest logins included: nobody pulls them unasked. */
const LOGINS = {
  whole: "yes",
  offer: "optional",
  caution:
    "Logins of a provider (OIDC, SAML) stand in the trust that the actor wrote: whose they are, and whether they stood there before, no record says. Compare the subjects with the owner's.",
} as const;

export const undoRoleTrust: Action = {
  card,
  targets,

  capture: captureTrust,

  apply: (target, before, stamp) => {
    const document = wanted(target, before, stamp.accountId);
    return isSamePolicy(document, before.trust) ? [] : [updateTrust(target, document, stamp)];
  },

  verify: (target, _before, now, stamp) =>
    isSamePolicy(wanted(target, now, stamp.accountId), now.trust)
      ? { ok: true, why: "nobody whom the actor let in is trusted" }
      : { ok: false, why: "somebody whom the actor let in is still trusted" },

  rollback: (target, before, stamp) => [updateTrust(target, before.trust, stamp)],
  refuse: (target, before, stamp) =>
    refuseSpared(target, [String(before.holderArn ?? "")], stamp) ?? refuseUnmodifiable(target, before),
};
