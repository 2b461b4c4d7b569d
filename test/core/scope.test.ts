import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { scopePrincipal } from "../../lib/response/investigate/scope.ts";
import { ACCOUNT, alice, appSession, FOREIGN, openAccount, suspect } from "../actions/world.ts";

// Expected values: what was set up in moto when the fixture was recorded (test/fixtures/moto-account/NOTICE).

test("a user is described with keys, password, groups and policies", async () => {
  const dossier = await scopePrincipal(alice, openAccount());
  assert.equal(dossier.entity, "user");
  assert.equal(dossier.arn, `arn:aws:iam::${ACCOUNT}:user/alice`);
  assert.deepEqual(
    dossier.keys.map(({ status, userName }) => [status, userName]),
    [
      ["Active", "alice"],
      ["Inactive", "alice"],
    ],
  );
  assert.equal(dossier.consoleLogin, true);
  assert.deepEqual(dossier.groups, ["developers"]);
  assert.deepEqual(dossier.mfaDevices, []);
  assert.deepEqual(dossier.attachedPolicies, [`arn:aws:iam::${ACCOUNT}:policy/team-read`]);
  assert.deepEqual(
    dossier.inlinePolicies?.map(({ name }) => name),
    ["work"],
  );
  assert.deepEqual(dossier.notKnown, []);
  assert.deepEqual(JSON.parse(JSON.stringify(dossier)), dossier);
});

test("a role session is described by its role, with who may assume it", async () => {
  const dossier = await scopePrincipal(appSession, openAccount());
  assert.equal(dossier.entity, "role");
  assert.deepEqual(dossier.trust?.allows, ["ec2.amazonaws.com"]);
  assert.deepEqual(dossier.instanceProfiles, ["app"]);
  assert.deepEqual(dossier.keys, []);
  assert.deepEqual(dossier.notKnown, []);
});

test("a long-term key alone leads to its user", async () => {
  const account = openAccount();
  const { keys } = await scopePrincipal(alice, account);
  const dossier = await scopePrincipal(suspect({ type: "IAMUser", accessKeyId: keys[0]!.accessKeyId }), account);
  assert.equal(dossier.arn, `arn:aws:iam::${ACCOUNT}:user/alice`);
});

test("without a snapshot every question is listed as not known, and nothing is thrown", async () => {
  const blind: Account = {
    call: async ({ operation }) => Promise.reject(new ApiError(operation, "NotKnown", "no snapshot")),
  };
  for (const principal of [alice, appSession]) {
    const dossier = await scopePrincipal(principal, blind);
    assert.ok(dossier.notKnown.length >= 4);
    assert.ok(dossier.notKnown.every(({ reason }) => reason === "NotKnown"));
    assert.deepEqual(
      [dossier.groups, dossier.attachedPolicies, dossier.consoleLogin, dossier.trust],
      [null, null, null, null],
    );
  }
});

test("one read that fails leaves only its own member unknown", async () => {
  const account = openAccount();
  const flaky: Account = {
    call: (request) =>
      request.operation === "ListMFADevices" || request.operation === "GetLoginProfile"
        ? Promise.reject(new ApiError(request.operation, "AccessDenied", "not allowed"))
        : account.call(request),
  };
  const dossier = await scopePrincipal(alice, flaky);
  assert.deepEqual(
    dossier.notKnown.map(({ what, reason }) => [what, reason]),
    [
      ["MFA devices", "AccessDenied"],
      ["console password", "AccessDenied"],
    ],
  );
  assert.deepEqual([dossier.mfaDevices, dossier.consoleLogin, dossier.groups], [null, null, ["developers"]]);
});

test("principals that IAM does not hold are said to be none of its entities", async () => {
  const account = openAccount();
  for (const principal of [
    suspect({ type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root` }),
    suspect({ type: "AWSAccount", accountId: FOREIGN }),
    suspect({ type: "Anonymous", accountId: null }),
    suspect({ type: "AWSService" }),
  ]) {
    const dossier = await scopePrincipal(principal, account);
    assert.equal(dossier.entity, "none");
    assert.equal(dossier.notKnown.length, 1);
  }
});
