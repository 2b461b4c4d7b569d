/** Keys that are made on a contained user: whoever made them, and whenever, they are cut, and a release wakes none of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DISCOVERED, write } from "../../lib/case/documents.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { change } from "../actions/world.ts";
import { decide, execute, FOUND_SINCE, openWorld, signed, type World } from "./world.ts";

const MADE = "AKIAMADEMADEMADEMAD1";
type Key = Readonly<Record<string, string>>;

const keysOf = async ({ ports }: World): Promise<readonly Key[]> => {
  const asked = {
    service: "iam",
    operation: "ListAccessKeys",
    region: "us-east-1",
    accountId: "123456789012",
  } as const;
  return (await ports.account.call({ ...asked, input: { UserName: "alice" } })).output
    .AccessKeyMetadata as readonly Key[];
};

/** IAM allows two keys: the spare one goes, and another is made. */
const mint = async (world: World): Promise<void> => {
  const [stolen, spare] = await keysOf(world);
  world.disk.settings.set("keys/alice", [stolen!, { ...spare!, AccessKeyId: MADE, Status: "Active" }]);
};

/** What the logs say of it later. */
const shownInLogs = ({ ports, caseId }: World): Promise<unknown> =>
  write(ports.cases, caseId, DISCOVERED, {
    ...FOUND_SINCE,
    changes: [
      change(
        "CreateAccessKey",
        { userName: "alice" },
        { response: { accessKey: { accessKeyId: MADE, userName: "alice" } } },
      ),
    ],
  });

const releaseAll = async (world: World): Promise<void> => {
  const { caseId, ports } = world;
  world.advance(86_400_000);
  await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
  const plan = await readPlan(caseId, "release-1", ports);
  await submitDecision(await signed(world, { plan, approve: "all" }), ports);
  await applyContainment({ caseId, planId: "release-1" }, ports);
};

for (const [when, isShown] of [
  ["between the plan and the approval", true],
  ["between the plan and the approval, and no log shows by whom", false],
  ["after the cut", true],
  ["after the cut, and no log shows by whom", false],
] as const)
  test(`a key made ${when} is cut, and stays off when everything is released`, async () => {
    const world = await openWorld({ settings: { watchMinutes: 60 } });
    const input = { caseId: world.caseId, planId: world.plan.planId };
    if (when.startsWith("between")) await mint(world);
    await decide(world, {});
    await execute(world);
    await verifyContainment(input, world.ports);
    if (when.startsWith("after")) await mint(world);
    world.advance(300_000);
    if ((await watchContainment(input, world.ports)).next === "apply") await applyContainment(input, world.ports);
    assert.deepEqual(
      (await keysOf(world)).map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
      [
        ["AKIARZPUZDIKJZEPKFUE", "Inactive"],
        [MADE, "Inactive"],
      ],
    );
    if (isShown) await shownInLogs(world);
    await releaseAll(world);
    assert.deepEqual(
      (await keysOf(world)).map(({ Status }) => Status),
      ["Inactive", "Inactive"],
    );
  });
