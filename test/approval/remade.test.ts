/** A user or role deleted and made again under the same name is another one: IAM gives it another id. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DISCOVERED, PLAN as PLANS, read, write } from "../../lib/case/documents.ts";
import { type CutChangeRow, changesToCut } from "../../lib/core/plan/cutChanges.ts";
import type { Json } from "../../lib/embedded/account/store.ts";
import { draftPlan } from "../../lib/response/contain/planContainment.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { change } from "../actions/world.ts";
import { decide, execute, FOUND_SINCE, openWorld, PLAN, type World } from "./world.ts";

const NEW_ID = "AROANEWNEWNEWNEWNEW01";

const remake = ({ disk }: World, name: string, id: string): void => {
  const [kind, member] = name.startsWith("role/") ? ["Role", "RoleId"] : ["User", "UserId"];
  const before = disk.settings.get(name) as Record<string, Json>;
  const { PermissionsBoundary: _, ...rest } = before;
  disk.settings.set(name, { ...rest, [member!]: id, [`${kind}PolicyList`]: [], AttachedManagedPolicies: [] });
};

const contained = async (kind: string): Promise<World> => {
  const world = await openWorld({ settings: { watchMinutes: 20 } });
  const { id } = world.plan.actions.find((one) => one.kind === kind)!;
  await decide(world, { approve: [id] });
  await execute(world);
  await verifyContainment({ caseId: world.caseId, planId: PLAN }, world.ports);
  return world;
};

const watchedOn = async (world: World): Promise<void> => {
  const input = { caseId: world.caseId, planId: PLAN };
  for (let look = 0, next = "watch"; look < 20 && next !== "done"; look += 1) {
    world.advance(61_000);
    if (next === "apply") await execute(world);
    next = (await (next === "apply" ? verifyContainment(input, world.ports) : watchContainment(input, world.ports)))
      .next;
  }
};

test("the deny is not put on a role that was made again: a person is called, and asked about the new one", async () => {
  const world = await contained("revoke-role-sessions");
  const { caseId, ports } = world;
  const calls = world.changes().length;
  remake(world, "role/app", NEW_ID);
  await watchedOn(world);
  assert.equal(world.changes().length, calls);
  assert.equal((await ports.cases.head(caseId)).status, "attention");
  const asked = (await draftPlan(caseId, "contain-2", "contain", ports)).actions.filter(
    ({ target, before }) => target.roleName === "app" && before.holderId === NEW_ID,
  );
  assert.ok(asked.length > 1);
  for (const { recommended, warnings = [], kind } of asked) {
    assert.ok(
      warnings.some((one) => one.includes(NEW_ID) && /ask its owner/.test(one)),
      kind,
    );
    assert.equal(recommended, false, kind);
  }

  await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
  const release = await read(ports.cases, caseId, PLANS.at("release-1"));
  assert.deepEqual(release.actions, []);
  assert.match(release.leftOut.map(({ reason }) => reason).join(), /made again since/);
});

test("one that a suspect made again is said to be theirs, and stays recommended as it was", async () => {
  const world = await contained("revoke-role-sessions");
  const { caseId, ports } = world;
  const recommended = async () =>
    (await draftPlan(caseId, "contain-2", "contain", ports)).actions
      .filter(({ target }) => target.roleName === "app")
      .map((one) => [one.kind, one.recommended]);
  remake(world, "role/app", "AROARZPUZDIKF3GA73QXJ");
  const before = await recommended();
  remake(world, "role/app", NEW_ID);
  const changes = [change("CreateRole", { roleName: "app", assumeRolePolicyDocument: "{}" })];
  await write(ports.cases, caseId, DISCOVERED, { ...FOUND_SINCE, changes } as never);
  assert.deepEqual(
    (await recommended()).filter(([kind]) => kind !== "undo-role-trust"),
    before,
  );
  const { actions } = await draftPlan(caseId, "contain-2", "contain", ports);
  assert.ok(actions.some(({ warnings = [] }) => warnings.some((one) => /a suspect made it/.test(one))));
});

test("a release after a boundary was set on the new one leaves that boundary alone", async () => {
  const world = await contained("deny-user");
  const { caseId, ports } = world;
  remake(world, "user/alice", "AIDANEWNEWNEWNEWNEW01");
  await watchedOn(world);
  assert.equal((await ports.cases.head(caseId)).status, "attention");
  const calls = world.changes().length;
  await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
  const release = await read(ports.cases, caseId, PLANS.at("release-1"));
  assert.deepEqual(release.actions, []);
  assert.equal(world.changes().length, calls);
});

test("the logs show one made again after the cut as a change taken away, whichever way it was cut", () => {
  const row = (eventname: string, parameters: object): CutChangeRow => ({
    ...{ event_key: eventname, eventtime: "2026-11-21T05:00:00Z", eventsource: "iam.amazonaws.com", eventname },
    ...{ requestid: "r", bucket: null, principal_id: null, principal_arn: null, access_key_id: null },
    ...{ invoked_by: null, sourceip: null, requestparameters: JSON.stringify(parameters) },
  });
  const made = (operation: string, input: object) => [
    {
      id: "a1",
      since: "2026-11-21T04:00:00Z",
      requests: [{ service: "iam", operation, region: "us-east-1", accountId: "123456789012", input } as const],
    },
  ];
  const found = (guarded: ReturnType<typeof made>, name: string, parameters: object) =>
    changesToCut([row(name, parameters)], guarded as never, new Set()).map(({ is }) => is);
  for (const operation of [
    "PutRolePolicy",
    "PutRolePermissionsBoundary",
    "UpdateAssumeRolePolicy",
    "AttachRolePolicy",
  ]) {
    const guarded = made(operation, { RoleName: "app", PolicyArn: "arn", PolicyName: "p" });
    for (const name of ["CreateRole", "DeleteRole"]) {
      assert.deepEqual(found(guarded, name, { roleName: "app" }), ["removed"], `${operation} ${name}`);
      assert.deepEqual(found(guarded, name, { roleName: "other" }), []);
    }
  }
  for (const operation of ["PutUserPolicy", "PutUserPermissionsBoundary", "UpdateAccessKey"])
    assert.deepEqual(found(made(operation, { UserName: "alice" }), "CreateUser", { userName: "alice" }), ["removed"]);
});
