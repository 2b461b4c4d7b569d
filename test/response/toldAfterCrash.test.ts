/** A host that falls over while it tells people tells them when it takes the step up again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COVERAGE_SUMMARY, DISCOVERED, write } from "../../lib/case/documents.ts";
import { ofType } from "../../lib/case/events.ts";
import { askApproval } from "../../lib/response/approve/askApproval.ts";
import { setAsideOf, signMark } from "../../lib/response/approve/mark.ts";
import { signReview } from "../../lib/response/approve/review.ts";
import { reviewsDue } from "../../lib/response/approve/reviewsDue.ts";
import { submitSigned } from "../../lib/response/approve/submitSigned.ts";
import { tellOfNewSuspects } from "../../lib/response/contain/newSuspects.ts";
import { tellOfDoors } from "../../lib/response/contain/tellOfDoors.ts";
import { tell } from "../../lib/response/tell.ts";
import { FOREIGN } from "../actions/names.ts";
import { change } from "../actions/world.ts";
import { recorded } from "../approval/assertions.ts";
import { decide, FOUND_SINCE, KEYS, openWorld, PLAN, START, WINDOW_SECONDS, type World } from "../approval/world.ts";
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

const REASON = "The pager is dead, the data is leaving.";

const NOTHING_READ = { watermark: START, filesRead: 0, filesSetAside: 1, buckets: [], holes: [] };

const toldOf = (world: World, pattern: RegExp): number =>
  world.disk.notices.filter(({ text }) => pattern.test(text)).length;

/** Another notice goes out before the step is taken up again. */
const afterTheFall = async (world: World, step: () => Promise<unknown>, pattern: RegExp): Promise<void> => {
  const before = toldOf(world, pattern);
  fallsOverOnce(world);
  await assert.rejects(step, /fell over/);
  assert.equal(toldOf(world, pattern), before);
  await tell(world.ports, world.caseId, "decided", 3, "Something else.");
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
    reason: REASON,
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

test("a review of a broken glass that was not right, and a file called irrelevant", async () => {
  const world = await openWorld({ settings: { breakGlass: { humanIds: ["ada"] } } });
  const { caseId, ports } = world;
  await recorded(world, { kind: "break-glass", choices: { a1: "approve" }, reason: REASON });
  const due = (await reviewsDue(caseId, ports)).find(({ about }) => about === "break-glass")!;
  const said = { humanId: "grace", reason: REASON, channel: "cli", assurance: "key-file" } as const;
  const review = await signReview(
    caseId,
    due,
    { ...said, verdict: "not-justified", reviewedAt: world.now() },
    KEYS.grace,
  );
  await afterTheFall(world, () => submitSigned(review, ports), /was reviewed: not-justified/);
  assert.equal(ofType(await ports.cases.events(caseId), "break-glass.reviewed").length, 1);
  const again = await submitSigned(review, ports);
  assert.ok(again.recorded && again.repeated);
  assert.equal(toldOf(world, /was reviewed/), 1);

  const setAside = [{ file: "notes.txt", reason: "not understood" }];
  await write(ports.cases, caseId, COVERAGE_SUMMARY, { ...NOTHING_READ, setAside });
  const [met] = await setAsideOf(caseId, ports);
  const mark = await signMark(caseId, met!, { ...said, markedAt: world.now() }, KEYS.grace);
  await afterTheFall(world, () => submitSigned(mark, ports), /1 file irrelevant/);
});
