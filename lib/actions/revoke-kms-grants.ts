import { counted } from "../base/figures.ts";
import type { Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { readList, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { KEY } from "./parts/kmsKey.ts";

const card: ActionCard = {
  id: "revoke-kms-grants",
  title: "Revoke the grants on a key that the actor made",
  side: "undo",
  reversibility: "externally-reversible",
  offer: "default",
  permissions: [
    { action: "kms:ListGrants", resource: "key/*", for: "read" },
    { action: "kms:RevokeGrant", resource: "key/*", for: "write" },
  ],
  atExecution: "of the grants that the actor made those that are there then are revoked",
  limits: [
    "A grant that is gone is made anew by whoever needs it: its token and its id do not come back.",
    "Grants take effect, and end, within minutes (KMS is eventually consistent).",
    "Grants that a service of AWS makes for a volume or a function of the actor go with these: look at who the grantee is.",
  ],
  sources: [
    "KMS API reference, ListGrants and RevokeGrant",
    "CloudTrail record of CreateGrant (responseElements.grantId)",
  ],
};

/** KMS API reference, GrantId: 1 to 128 characters. */
const GRANT = /^[A-Za-z0-9-]{1,128}$/;

const targets = (scene: Scene): readonly Target[] =>
  [...Map.groupBy(changesOf(scene, "CreateGrant"), ({ request: input }) => memberOf(input, "keyId") ?? "")]
    .filter(([keyId]) => KEY.test(keyId))
    .flatMap(([keyId, changes]) => {
      const ids = changes.map(({ response }) => memberOf(response, "grantId") ?? "").filter((id) => GRANT.test(id));
      if (ids.length === 0) return [];
      const target = { label: `grants on key ${keyId.split("/").at(-1)}`, keyId, grantIds: ids.join(" ") };
      return [{ ...target, ...eventsOf(changes) }];
    });

const grantsIn = (state: Readonly<Record<string, unknown>>) =>
  state.grants as readonly Readonly<Record<string, string>>[];

export const revokeKmsGrants: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const asked = request(stamp, "kms", "ListGrants", { KeyId: target.keyId });
    const all = (await readList(account, asked, "Grants", {
      output: "NextMarker",
      input: "Marker",
    })) as readonly Readonly<Record<string, unknown>>[];
    const own = all.filter(({ GrantId }) => target.grantIds!.split(" ").includes(String(GrantId)));
    return {
      grants: own.map(({ GrantId, GranteePrincipal }) => ({ id: String(GrantId), grantee: String(GranteePrincipal) })),
    };
  },

  apply: (target, before, stamp) =>
    grantsIn(before).map(({ id }) => request(stamp, "kms", "RevokeGrant", { KeyId: target.keyId, GrantId: id })),

  verify: (_target, _before, now) =>
    grantsIn(now).length === 0
      ? { ok: true, why: "none of the actor's grants is there" }
      : { ok: false, why: `${counted(grantsIn(now).length, "grant")} of the actor still there` },

  rollback: () => [],
  refuse: () => null,
};
