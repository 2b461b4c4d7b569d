/** A host that falls over while it tells people tells them when it takes the step up again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DISCOVERED, write } from "../../lib/case/documents.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { tellOfNewSuspects } from "../../lib/response/contain/newSuspects.ts";
import { tellOfDoors } from "../../lib/response/contain/tellOfDoors.ts";
import { FOREIGN } from "../actions/names.ts";
import { change } from "../actions/world.ts";
import { decide, FOUND_SINCE, openWorld, PLAN, WINDOW_SECONDS, type World } from "../approval/world.ts";
import { ALICE, watched } from "./watchWorld.ts";

/** The next notice never leaves: the process is gone. */
const fallsOverOnce = (world: World): void => {
  const whole = world.ports.notifier.notify;
  let stands = false;
  Object.assign(world.ports.notifier, {
    notify: async (notice: Parameters<typeof whole>[0]) => {
      if (stands) return whole(notice);
      stands = true;
      throw new Error("the host fell over");
    },
  });
};

const toldOf = (world: World, pattern: RegExp): number =>
  world.disk.notices.filter(({ text }) => pattern.test(text)).length;

const afterTheFall = async (world: World, step: () => Promise<unknown>, pattern: RegExp): Promise<void> => {
  const before = toldOf(world, pattern);
  fallsOverOnce(world);
  await assert.rejects(step, /fell over/);
  assert.equal(toldOf(world, pattern), before);
  await step();
  assert.equal(toldOf(world, pattern), before + 1);
};

test("a reminder", async () => {
  const world = await openWorld();
  const { caseId, ports } = world;
  world.advance((WINDOW_SECONDS / 3) * 1000 + 1000);
  await afterTheFall(world, () => askApproval({ caseId, planId: PLAN, token: "u".repeat(64) }, ports), /On-call lead/);
});

test("an open door, and an identity in no plan, once each", async () => {
  const world = await openWorld();
  const { caseId, ports } = world;
  const grant = { Statement: [{ Effect: "Allow", Principal: { AWS: FOREIGN }, Action: "s3:*", Resource: "*" }] };
  const opening = change("PutBucketPolicy", { bucketName: "shared", bucketPolicy: grant }, { bucket: "shared" });
  const session = FOUND_SINCE.suspects[0]!;
  const other = {
    ...session,
    arn: `${session.arn}2`,
    principalId: `${session.principalId}2`,
    accessKeyId: "ASIAOTHER000000000001",
  };
  await write(ports.cases, caseId, DISCOVERED, { ...FOUND_SINCE, changes: [opening], suspects: [session, other] });
  await afterTheFall(world, () => tellOfDoors(caseId, ports), /door/);
  await tellOfDoors(caseId, ports);
  assert.equal(toldOf(world, /door/), 1);
  await afterTheFall(world, () => tellOfNewSuspects(caseId, ports), /in no plan/i);
  await tellOfNewSuspects(caseId, ports);
  assert.equal(toldOf(world, /in no plan/i), 1);
});

test("a broken glass", async () => {
  const world = await openWorld({ settings: { breakGlass: { humanIds: ["ada"] } } });
  const given = {
    kind: "break-glass",
    reason: "The pager is dead, the data is leaving.",
    choices: { a1: "approve" },
  } as const;
  await afterTheFall(world, () => decide(world, given), /BREAK GLASS/);
});

test("a success of the actor after the cut", async (context) => {
  const world = await watched(context, ["a1"]);
  world.deliver([60, { userIdentity: ALICE }]);
  await afterTheFall(world, () => world.look(2), /After the cut/);
  await world.look(13);
  assert.equal(toldOf(world, /After the cut/), 1);
});
