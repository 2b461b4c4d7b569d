/** What the actor left open keeps a case from being called contained, and can be asked for beside the cut. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DISCOVERED as FOUND, PLAN as PLANS, read, write } from "../../lib/case/documents.ts";
import type { CaseEvent } from "../../lib/case/events.ts";
import { doorsOf } from "../../lib/core/plan/doors.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { isBreached } from "../../lib/response/contain/containmentStatus.ts";
import { openDoors, unaskedDoors } from "../../lib/response/contain/openDoors.ts";
import { draftPlan, planContainment } from "../../lib/response/contain/planContainment.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { tellOfDoors } from "../../lib/response/contain/tellOfDoors.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT, FOREIGN } from "../actions/names.ts";
import { change } from "../actions/world.ts";
import { recorded } from "../approval/assertions.ts";
import { execute, FOUND_SINCE, openWorld, PLAN, signed, type World } from "../approval/world.ts";

const grant = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "x",
      Effect: "Allow",
      Principal: { AWS: FOREIGN },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::shared/*",
    },
  ],
};
const opening = {
  ...change("PutBucketPolicy", { bucketName: "shared", bucketPolicy: grant }, { bucket: "shared" }),
  eventTime: "2026-11-21T02:31:00Z",
};

const call = ({ ports }: World, operation: string, input: Readonly<Record<string, unknown>>) =>
  ports.account.call({ service: "s3", operation, region: "us-east-1", accountId: ACCOUNT, input });

const withDoor = async (): Promise<World> => {
  const world = await openWorld();
  await call(world, "PutBucketPolicy", { Bucket: "shared", Policy: JSON.stringify(grant) });
  await recorded(world, { approve: world.plan.actions.filter((one) => one.recommended).map(({ id }) => id) });
  await execute(world);
  await write(world.ports.cases, world.caseId, FOUND, { ...FOUND_SINCE, changes: [opening] } as never);
  return world;
};

const statusOf = async ({ ports, caseId }: World): Promise<string> => (await ports.cases.head(caseId)).status;

test("a case with an open door is not contained, however well the actor is cut off; closed it is", async () => {
  const world = await withDoor();
  const { caseId, ports } = world;
  await verifyContainment({ caseId, planId: PLAN }, ports);
  assert.equal(await statusOf(world), "attention");
  world.advance(1000);
  await planContainment({ caseId, purpose: "contain", planId: "contain-2" }, ports);
  const plan = await read(ports.cases, caseId, PLANS.at("contain-2"));
  const closing = plan.actions.filter(({ kind }) => kind === "remove-foreign-grant").map(({ id }) => id);
  assert.equal(closing.length, 1);
  assert.deepEqual(await unaskedDoors(caseId, ports), []);
  assert.equal((await openDoors(caseId, ports)).length, 1);
  await submitDecision(await signed(world, { plan, approve: closing }), ports);
  await applyContainment({ caseId, planId: "contain-2" }, ports);
  assert.deepEqual(await openDoors(caseId, ports), []);
  await verifyContainment({ caseId, planId: "contain-2" }, ports);
  assert.equal(await statusOf(world), "contained");

  // Opened once more, it is a door again, and is asked about again.
  const again = { ...opening, eventId: "e1f3c2d4-0000-4000-8000-0000000000ff", eventTime: "2026-11-21T09:31:00Z" };
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [opening, again] } as never);
  await call(world, "PutBucketPolicy", { Bucket: "shared", Policy: JSON.stringify(grant) });
  assert.deepEqual(
    (await openDoors(caseId, ports)).map(({ eventId }) => eventId),
    [again.eventId],
  );
  const anew = await draftPlan(caseId, "contain-3", "contain", ports);
  assert.ok(anew.actions.some(({ kind }) => kind === "remove-foreign-grant"));
  await call(world, "DeleteBucketPolicy", { Bucket: "shared" });
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [opening] } as never);

  // What the actor opened is no part of "everything"; named, it says in red what it opens.
  world.advance(1000);
  await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
  const all = await read(ports.cases, caseId, PLANS.at("release-1"));
  assert.equal(
    all.actions.some(({ kind }) => kind === "remove-foreign-grant"),
    false,
  );
  await planRelease({ caseId, releaseId: "release-2", actions: [`contain-2/${closing[0]}`] }, ports);
  const [named] = (await read(ports.cases, caseId, PLANS.at("release-2"))).actions;
  assert.equal(named?.recommended, false);
  assert.match(named?.warnings?.join() ?? "", /DANGER/);
});

test("one call that let outsiders and logins in is closed when both are out, not when one is", async () => {
  const world = await openWorld();
  const { caseId, ports } = world;
  await recorded(world, { approve: world.plan.actions.filter((one) => one.recommended).map(({ id }) => id) });
  await execute(world);
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: FOREIGN }, Action: "sts:AssumeRole" },
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
        Action: "sts:AssumeRoleWithWebIdentity",
      },
    ],
  };
  const PolicyDocument = JSON.stringify(trust);
  const input = { RoleName: "app", PolicyDocument };
  await ports.account.call({
    service: "iam",
    operation: "UpdateAssumeRolePolicy",
    region: "us-east-1",
    accountId: ACCOUNT,
    input,
  });
  const put = {
    ...change("UpdateAssumeRolePolicy", { roleName: "app", policyDocument: PolicyDocument }),
    eventTime: "2026-11-21T02:31:00Z",
  };
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [put] } as never);
  for (const planId of ["contain-2", "contain-3"]) {
    assert.equal((await openDoors(caseId, ports)).length, 1, planId);
    world.advance(1000);
    await planContainment({ caseId, purpose: "contain", planId }, ports);
    const plan = await read(ports.cases, caseId, PLANS.at(planId));
    const [first] = plan.actions.filter(({ kind }) => kind === "undo-role-trust").map(({ id }) => id);
    await submitDecision(await signed(world, { plan, approve: [first!] }), ports);
    await applyContainment({ caseId, planId }, ports);
  }
  assert.deepEqual(await openDoors(caseId, ports), []);
});

test("a boundary that the actor took away is a door again when the cut by AWSDenyAll is taken back, and the release says so", async () => {
  const world = await openWorld();
  const { caseId, ports } = world;
  const team = `arn:aws:iam::${ACCOUNT}:policy/team-boundary`;
  const full = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${"x".repeat(10_000)}` }],
  };
  await ports.account.call({
    service: "iam",
    operation: "PutRolePolicy",
    region: "us-east-1",
    accountId: ACCOUNT,
    input: { RoleName: "app", PolicyName: "full", PolicyDocument: JSON.stringify(full) },
  });
  const taken = {
    ...change("DeleteRolePermissionsBoundary", { roleName: "app" }, { prior: { PermissionsBoundaryArn: team } }),
    eventTime: "2026-11-21T02:31:00Z",
  };
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [taken] } as never);
  const carryOut = async (planId: string, kind: string): Promise<string> => {
    const plan = await read(ports.cases, caseId, PLANS.at(planId));
    const { id } = plan.actions.find((one) => one.kind === kind)!;
    await submitDecision(await signed(world, { plan, approve: [id] }), ports);
    await applyContainment({ caseId, planId }, ports);
    return id;
  };
  world.advance(1000);
  await planContainment({ caseId, purpose: "contain", planId: "contain-2" }, ports);
  const cut = await carryOut("contain-2", "deny-role");
  world.advance(1000);
  await planContainment({ caseId, purpose: "contain", planId: "contain-3" }, ports);
  assert.deepEqual(await openDoors(caseId, ports), []);

  world.advance(1000);
  await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
  const all = await read(ports.cases, caseId, PLANS.at("release-1"));
  assert.ok(all.leftOut.some(({ kind, reason }) => kind === "deny-role" && reason.includes(team)));
  await planRelease({ caseId, releaseId: "release-2", actions: [`contain-2/${cut}`] }, ports);
  const [named] = (await read(ports.cases, caseId, PLANS.at("release-2"))).actions;
  assert.match(named?.warnings?.join() ?? "", /DANGER.*boundary of role app would be none again/);
  world.advance(1000);
  await carryOut("release-2", "deny-role");
  assert.equal((await openDoors(caseId, ports)).length, 1);
  world.advance(1000);
  await planContainment({ caseId, purpose: "contain", planId: "contain-4" }, ports);
  world.advance(1000);
  await carryOut("contain-4", "undo-boundary");
  assert.deepEqual(await openDoors(caseId, ports), []);
});

test("people hear of an open door once, in our own words", async () => {
  const world = await withDoor();
  await tellOfDoors(world.caseId, world.ports);
  await tellOfDoors(world.caseId, world.ports);
  const told = world.disk.notices.filter(({ text }) => text.includes("door"));
  assert.equal(told.length, 1);
  assert.doesNotMatch(told[0]!.text, new RegExp(`shared|${FOREIGN}`));
});

test("a door that the logs show after the cut was verified takes the word contained back", async () => {
  const world = await withDoor();
  const { caseId, ports } = world;
  await write(ports.cases, caseId, FOUND, FOUND_SINCE);
  await verifyContainment({ caseId, planId: PLAN }, ports);
  assert.equal(await statusOf(world), "contained");
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [opening] } as never);
  await tellOfDoors(caseId, ports);
  assert.equal(await statusOf(world), "attention");
});

test("what is a door is judged by the call: inside the account, or closing something, it is none", () => {
  const doors = (name: string, request: Record<string, unknown>) => doorsOf([change(name, request)], ACCOUNT).length;
  const policy = (Principal: unknown, rest = {}) => ({
    bucketPolicy: { Statement: [{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: "*", ...rest }] },
  });
  assert.equal(doors("PutBucketPolicy", policy("*")), 1);
  assert.equal(doors("PutBucketPolicy", policy({ AWS: FOREIGN })), 1);
  assert.equal(doors("PutBucketPolicy", policy({ AWS: ACCOUNT })), 0);
  assert.equal(
    doors("PutBucketPolicy", policy("*", { Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } })),
    0,
  );
  const cdn = (account: string) => ({
    Condition: { StringEquals: { "AWS:SourceArn": `arn:aws:cloudfront::${account}:distribution/E1` } },
  });
  assert.equal(doors("PutBucketPolicy", policy({ Service: "cloudfront.amazonaws.com" }, cdn(FOREIGN))), 1);
  assert.equal(doors("PutBucketPolicy", policy({ Service: "cloudfront.amazonaws.com" }, cdn(ACCOUNT))), 0);
  assert.equal(doors("PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }), 1);
  assert.equal(doors("PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } }), 0);
  assert.equal(doors("ModifySnapshotAttribute", { createVolumePermission: { remove: { items: [] } } }), 0);
  assert.equal(doors("StopLogging", { name: "t" }), 1);
  assert.equal(doors("ListBuckets", {}), 0);
  const everybody = (condition: object) => policy("*", { Condition: { StringEquals: condition } });
  assert.equal(doors("PutBucketPolicy", everybody({ "aws:PrincipalOrgID": "o-a1b2c3d4e5" })), 1);
  assert.equal(doors("PutBucketPolicy", everybody({ "aws:SourceVpce": "vpce-0123456789abcdef0" })), 1);
  const trusts = (principal: unknown) => ({
    roleName: "x",
    policyDocument: JSON.stringify(policy(principal).bucketPolicy),
  });
  assert.equal(doors("UpdateAssumeRolePolicy", trusts({ AWS: `arn:aws:iam::${ACCOUNT}:user/x` })), 1);
  assert.equal(doors("UpdateAssumeRolePolicy", trusts({ AWS: ACCOUNT })), 1);
  assert.equal(doors("UpdateAssumeRolePolicy", trusts({ Service: "ec2.amazonaws.com" })), 0);
  // A role that the actor made is a way back, whomever it trusts.
  assert.equal(
    doors("CreateRole", { roleName: "x", assumeRolePolicyDocument: policy({ AWS: ACCOUNT }).bucketPolicy }),
    1,
  );
});

test("what comes back, leaves or hides by other services is a door too, judged by the call", () => {
  const of = (name: string, request: Record<string, unknown>) =>
    doorsOf([change(name, request, { eventSource: `${request.by ?? "iam"}.amazonaws.com` })], ACCOUNT).length;
  const ours = { Policy: JSON.stringify(grant).replaceAll(FOREIGN, ACCOUNT) };
  const open: readonly (readonly [string, Record<string, unknown>])[] = [
    ["UpdateAccessKey", { userName: "bob", accessKeyId: "AKIAX", status: "Active" }],
    ["ChangePassword", {}],
    ["UploadSSHPublicKey", { userName: "bob" }],
    ["CreateFunction20150331", { functionName: "f", role: "r" }],
    ["UpdateFunctionCode20150331v2", { functionName: "f" }],
    ["CreateFunctionUrlConfig", { functionName: "f", authType: "NONE" }],
    ["AddPermission20150331v2", { functionName: "f", principal: FOREIGN }],
    ["AddPermission20150331v2", { functionName: "f", principal: "*" }],
    ["AddPermission20150331v2", { functionName: "f", principal: `arn:aws:iam::210987654321:role/of-${ACCOUNT}` }],
    ["PutMultiRegionAccessPointPolicy", { putMultiRegionAccessPointPolicyRequest: { details: {} } }],
    ["PutAccessPointPolicyForObjectLambda", { name: "x", policy: JSON.stringify(grant) }],
    ["PutVectorBucketPolicy", { policy: JSON.stringify(grant) }],
    ["PutAccountPublicAccessBlock", { PublicAccessBlockConfiguration: { RestrictPublicBuckets: false } }],
    ["PutBucketInventoryConfiguration", { InventoryConfiguration: { Destination: { Bucket: "arn:aws:s3:::loot" } } }],
    ["PutBucketNotification", { NotificationConfiguration: { Queue: `arn:aws:sqs:us-east-1:${FOREIGN}:q` } }],
    ["StartCopyJob", { destinationBackupVaultArn: `arn:aws:backup:us-east-1:${FOREIGN}:backup-vault:v` }],
    ["CreateProfile", { name: "anywhere" }],
    ["CreateAccountAssignment", { targetId: ACCOUNT }],
    ["DetachUserPolicy", { userName: "x", policyArn: "arn:aws:iam::aws:policy/AWSDenyAll" }],
    ["DetachPolicy", { policyId: "p-x", by: "organizations" }],
    ["PutBucketLogging", { BucketLoggingStatus: {} }],
    ["UpdateIPSet", { activate: true }],
  ];
  for (const [name, request] of open) assert.equal(of(name, request), 1, `${name} ${JSON.stringify(request)}`);
  const closed: readonly (readonly [string, Record<string, unknown>])[] = [
    ["UpdateAccessKey", { userName: "bob", accessKeyId: "AKIAX", status: "Inactive" }],
    ["CreateFunctionUrlConfig", { functionName: "f", authType: "AWS_IAM" }],
    ["AddPermission20150331v2", { functionName: "f", principal: "s3.amazonaws.com" }],
    ["AddPermission20150331v2", { functionName: "f", principal: `arn:aws:iam::${ACCOUNT}:role/x` }],
    ["PutAccessPointPolicyForObjectLambda", { name: "x", policy: ours.Policy }],
    ["PutBucketInventoryConfiguration", { InventoryConfiguration: { Destination: { AccountId: ACCOUNT } } }],
    ["PutBucketNotification", { NotificationConfiguration: { Queue: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` } }],
    ["PutBucketNotification", { NotificationConfiguration: {} }],
    ["DetachUserPolicy", { userName: "x", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    ["DetachPolicy", { userName: "x" }],
    ["PutBucketLogging", { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "logs" } } }],
  ];
  for (const [name, request] of closed) assert.equal(of(name, request), 0, `${name} ${JSON.stringify(request)}`);
});

test("a door that no action closes is said in the plan before anybody approves", async () => {
  const world = await openWorld();
  const { caseId, ports } = world;
  const left = {
    ...change("CreateFunctionUrlConfig", { functionName: "f", authType: "NONE" }),
    eventId: "e1f3c2d4-0000-4000-8000-0000000000bb",
    eventTime: "2026-11-21T02:31:00Z",
  };
  const asked = { ...change("UpdateAccessKey", { status: "Active" }), eventId: "e1f3c2d4-0000-4000-8000-0000000000aa" };
  await write(ports.cases, caseId, FOUND, { ...FOUND_SINCE, changes: [left, opening, asked] } as never);
  const { remains = [] } = await draftPlan(caseId, "contain-9", "contain", ports);
  const said = remains.filter((line) => line.includes("no change here closes it"));
  assert.equal(said.length, 1);
  assert.match(said[0]!, /public access \(CreateFunctionUrlConfig, 2026-11-21T02:31:00Z\)/);
});

test("an inline policy that allows is a door; one that only denies is none, and one that cannot be read is", () => {
  const put = (name: string, policyDocument: unknown) => change(name, { userName: "alice", policyDocument });
  const policy = (Effect: string): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action: "*", Resource: "*" }] });
  for (const name of ["PutUserPolicy", "PutRolePolicy", "PutGroupPolicy"])
    assert.deepEqual(
      doorsOf([put(name, policy("Allow")), put(name, policy("Deny")), put(name, "{")], ACCOUNT).map(({ kind }) => kind),
      ["privilege", "privilege"],
      name,
    );
});

test("a breach stands until another change is made: a release and an execution that made none end nothing", () => {
  const event = (seq: number, type: string, data: object) => ({ seq, type, data }) as unknown as CaseEvent;
  const breach = event(1, "containment.breached", { planId: "contain-1", isLasting: true });
  const after = (planId: string, applied: number) =>
    isBreached([breach, event(2, "execution.finished", { planId, applied })]);
  assert.equal(isBreached([breach]), true);
  assert.equal(after("release-1", 2), true);
  assert.equal(after("follow-up-1", 0), true);
  assert.equal(after("contain-1", 1), true);
  assert.equal(after("contain-2", 1), false);
});
