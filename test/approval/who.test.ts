/** Who may decide: abuse groups 2, 4, 10, 11, 12 and 13 of the approval facts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import { identitiesOf, identityOf } from "../../lib/core/plan/eligibility.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { signDecision } from "../../lib/response/approve/sign.ts";
import { ACCOUNT } from "../actions/names.ts";
import { makeKey } from "../evidence/ledgerFixture.ts";
import { assertGateClosed, assertRefused, recorded, refused } from "./assertions.ts";
import { KEYS, openWorld, SETTINGS, signed } from "./world.ts";

const TWO = { quorum: { reversible: 2, externallyReversible: 2, irreversible: 2 } };

test("a stranger, and a stranger under an approver's name, decide nothing", async () => {
  const world = await openWorld();
  await refused(world, { humanId: "stranger" }, "UNKNOWN_KEY");
  await refused(world, { humanId: "ada", key: "stranger" }, "UNKNOWN_KEY");
});

test("one approver's key does not sign for another", async () => {
  const world = await openWorld();
  await refused(world, { humanId: "ada", key: "grace" }, "UNKNOWN_KEY");
});

test("a key sent along that did not sign is no proof", async () => {
  const world = await openWorld();
  const submission = await signed(world, { humanId: "ada", key: "stranger" });
  assertRefused(world, await submitDecision({ ...submission, publicKey: KEYS.ada.spki }, world.ports), "UNREADABLE");
});

test("who shares the role of the suspect neither approves nor stalls by denying", async () => {
  const world = await openWorld();
  await refused(world, { humanId: "mallory" }, "INELIGIBLE");
  await refused(world, { humanId: "mallory", approve: [] }, "INELIGIBLE");
  const { verdict } = await recorded(world, { humanId: "ada" });
  assert.equal(verdict.state, "open");
});

/** Names under which the same suspect may stand in the policy. GuardDuty names alice by id and bare name only. */
const NAMES: readonly (readonly [string, string])[] = [
  ["the user by ARN", `arn:aws:iam::${ACCOUNT}:user/alice`],
  ["the user by ARN with a path and in other letters", `arn:aws:iam::${ACCOUNT}:user/team/Alice`],
  ["the user by id", "AIDAALICE00000000001"],
  ["the key", "AKIARZPUZDIKJZEPKFUE"],
  ["the role", `arn:aws:iam::${ACCOUNT}:role/app`],
  ["the role with a path", `arn:aws:iam::${ACCOUNT}:role/x/y/app`],
  ["another session of the role", `arn:aws:sts::${ACCOUNT}:assumed-role/app/somebody-else`],
  ["the role by id", "AROARZPUZDIKF3GA73QXJ"],
  ["another session by id", "AROARZPUZDIKF3GA73QXJ:somebody-else"],
];
for (const [what, name] of NAMES) {
  test(`a suspect is known by any name: ${what}`, async () => {
    const approvers = SETTINGS.approvers.map((one) => (one.humanId === "ada" ? { ...one, principals: [name] } : one));
    await refused(await openWorld({ settings: { approvers } }), { humanId: "ada" }, "INELIGIBLE");
  });
}

for (const name of [
  `arn:aws:iam::${ACCOUNT}:user/alice2`,
  "arn:aws:iam::210987654321:user/alice",
  `arn:aws:iam::${ACCOUNT}:role/app2`,
  "AROARZPUZDIKF3GA73QXK",
]) {
  test(`somebody else is no suspect: ${name}`, async () => {
    const approvers = SETTINGS.approvers.map((one) => (one.humanId === "ada" ? { ...one, principals: [name] } : one));
    assert.equal(
      (await recorded(await openWorld({ settings: { approvers } }), { humanId: "ada" })).verdict.state,
      "open",
    );
  });
}

test("a suspect found after the plan was made decides no more, and what he approved counts no more", async () => {
  const approvers = SETTINGS.approvers.map((one) =>
    one.humanId === "ada" ? { ...one, principals: ["AIDABOB0000000000001"] } : one,
  );
  const world = await openWorld({ settings: { approvers } });
  assert.equal((await recorded(world, { humanId: "ada" })).verdict.state, "open");
  const bob = {
    type: "IAMUser",
    accountId: ACCOUNT,
    principalId: "AIDABOB0000000000001",
    arn: null,
    userName: "bob",
    accessKeyId: null,
    roleSession: null,
    issuerArn: null,
  };
  const found = JSON.parse(
    Buffer.from((await world.ports.cases.read(world.caseId, "discovered.json"))!).toString(),
  ) as { suspects: unknown[] };
  await world.ports.cases.write(
    world.caseId,
    "discovered.json",
    Buffer.from(JSON.stringify({ ...found, suspects: [...found.suspects, bob] })),
  );
  await assertGateClosed(world);
});

test("the deployment that made the plan approves nothing with its own key", async () => {
  const evidenceKey = makeKey();
  const world = await openWorld({ wrap: (ports) => ({ ...ports, signer: evidenceKey }) });
  const answer = {
    humanId: "ada",
    kind: "decide",
    choices: { a1: "approve" },
    reason: "approved by the software itself",
    channel: "api",
    assurance: "kms-key",
    decidedAt: world.now(),
  } as const;
  const submission = await signDecision(world.plan, answer, world.ports.signer);
  assertRefused(world, await submitDecision(submission, world.ports), "UNKNOWN_KEY");
  await assertGateClosed(world);
});

test("one person with two keys is one person", async () => {
  const world = await openWorld({ settings: TWO });
  await recorded(world, { humanId: "ada", key: "ada" });
  const again = await recorded(world, { humanId: "ada", key: "ada-2" });
  assert.equal(again.repeated, true);
  assert.equal(again.verdict.state, "waiting");
  await assertGateClosed(world);
  assert.equal((await recorded(world, { humanId: "grace" })).verdict.state, "open");
});

/** Detection is 02:58 (the finding), the case was opened at 03:04; 24 hours before is the limit. */
const ADDED: readonly (readonly [string, string])[] = [
  ["2026-11-20T02:57:59.999Z", "recorded"],
  ["2026-11-20T02:58:00.000Z", "recorded"],
  ["2026-11-20T02:58:00.001Z", "INELIGIBLE"],
  ["2026-11-21T01:58:00.000Z", "INELIGIBLE"],
  ["2026-11-21T03:01:00.000Z", "INELIGIBLE"],
  ["2027-01-01T00:00:00.000Z", "INELIGIBLE"],
];
for (const [since, expected] of ADDED) {
  test(`an approver added at ${since}: ${expected}`, async () => {
    const approvers = SETTINGS.approvers.map((one) => (one.humanId === "ada" ? { ...one, since } : one));
    const world = await openWorld({ settings: { approvers } });
    if (expected === "recorded") assert.equal((await recorded(world, {})).verdict.state, "open");
    else await refused(world, {}, expected);
  });
}

test("who came with the first policy of a young deployment is no newcomer", async () => {
  const foundedAt = "2026-11-21T02:00:00.000Z";
  const approvers = SETTINGS.approvers.map((one) => ({ ...one, since: foundedAt }));
  assert.equal((await recorded(await openWorld({ settings: { foundedAt, approvers } }), {})).verdict.state, "open");
});

test("identities of a principal are compared without path, session and letter case", () => {
  // Forms of names: IAM user guide, "IAM identifiers"; ids of the AWS documentation's examples.
  assert.equal(identityOf("arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com"), "role:123456789012:admin");
  assert.equal(
    identityOf("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123"),
    "role:123456789012:awsreservedsso_admin_0123",
  );
  assert.equal(identityOf("arn:aws-us-gov:iam::123456789012:user/division_abc/Bob"), "user:123456789012:bob");
  assert.equal(identityOf("arn:aws:iam::123456789012:root"), "root:123456789012");
  assert.equal(identityOf("AROADBQP57FF2AEXAMPLE:session"), "AROADBQP57FF2AEXAMPLE");
  assert.equal(
    identityOf("arn:aws:sts::123456789012:federated-user/Bob"),
    "arn:aws:sts::123456789012:federated-user/Bob",
  );
  const root: PrincipalRef = {
    type: "Root",
    accountId: ACCOUNT,
    principalId: ACCOUNT,
    arn: null,
    userName: null,
    accessKeyId: null,
    roleSession: null,
    issuerArn: null,
  };
  assert.deepEqual(identitiesOf(root), [ACCOUNT, `root:${ACCOUNT}`]);
});
