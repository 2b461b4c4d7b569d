/** What the recommended plan leaves open, by the escape matrix: every probe that is let through is said before anybody approves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import { remainsOf } from "../../lib/core/plan/remains.ts";
import { ACCOUNT, alice, appSession, FOREIGN, scene, suspect } from "../actions/world.ts";

const denyUser = { kind: "deny-user", reversibility: "reversible", target: { label: "user alice" } } as const;
const said = (one: PrincipalRef, logs: "read" | "not read", actions: Parameters<typeof remainsOf>[1] = []): string =>
  remainsOf(scene({ suspects: [one] }), actions, { logs }).join(" ");

const root = suspect({ type: "Root", principalId: ACCOUNT });
const sso = suspect({
  type: "AssumedRole",
  principalId: "AROASSO0000000000001:eve@example.com",
  userName: "AWSReservedSSO_Admin_0123456789abcdef",
});
const stranger = suspect({ type: "AWSAccount", accountId: FOREIGN, principalId: "AIDAFOREIGN000000001" });
const federated = suspect({ type: "FederatedUser", principalId: `${ACCOUNT}:bob-fed` });

test("a role session that a user took before the cut is a way that stays, until the logs were read", () => {
  assert.match(said(alice, "not read", [denyUser]), /other roles/);
  assert.equal(said(alice, "read", [denyUser]), "");
  assert.match(said(appSession, "not read"), /other roles/);
});

test("who cannot be denied as an identity keeps what is outside of the case's buckets", () => {
  for (const one of [alice, federated]) assert.match(said(one, "read"), /Other buckets and services stay open/);
  assert.match(said(root, "read"), /service control policy/);
  assert.match(said(sso, "read"), /quarantine-identity-center/);
  const inSet = { ...denyUser, kind: "deny-identity-center-user" } as const;
  assert.match(said(sso, "read", [inSet]), /other permission sets and accounts.*quarantine-identity-center/);
  assert.match(said(stranger, "read"), new RegExp(`${FOREIGN}.*quarantine-bucket`));
  assert.match(said(suspect({ type: "Anonymous", accountId: null }), "read"), /public/);
});

test("an instruction that nobody has followed closes nothing", () => {
  const byHand = { ...denyUser, reversibility: "instruction" } as const;
  assert.match(said(alice, "read", [byHand]), /stay open/);
});
