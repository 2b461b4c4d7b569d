/** The whole plan, carried out on an account that respells, reorders, answers late and throttles: it holds, and goes again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "../../lib/base/errors.ts";
import { canonicalState } from "../../lib/core/plan/samePolicy.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { choicesFor } from "../../lib/response/approve/sign.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { findRecord } from "../../lib/response/contain/progress.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { respelling, stale, throttled } from "../actions/hostileAccount.ts";
import { api } from "../actions/world.ts";
import { openWorld, signed, type World } from "./world.ts";

/** What the state machine does with a step that must be tried again. */
const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1)
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof TransientError) || attempt === 20) throw error;
    }
};

const approveAll = async (world: World, planId: string): Promise<void> => {
  const plan = await readPlan(world.caseId, planId, world.ports);
  const choices = choicesFor(
    plan,
    plan.actions.map(({ id }) => id),
  );
  for (const humanId of ["ada", "grace"] as const)
    await submitDecision(await signed(world, { plan, choices, humanId }), world.ports);
};

/** Policies as they are in the account itself, whatever its readers are told. */
const policiesIn = async ({ disk }: World, account: World["ports"]["account"]): Promise<string> => {
  const read = async (service: "s3" | "iam", operation: string, input: Record<string, string>) =>
    account.call(api(service, operation, input)).then(
      ({ output }) => output,
      (error: Error) => ({ error: error.message }),
    );
  assert.ok(disk);
  return canonicalState({
    bucket: await read("s3", "GetBucketPolicy", { Bucket: "plain" }),
    user: await read("iam", "ListUserPolicies", { UserName: "alice" }),
    role: await read("iam", "ListRolePolicies", { RoleName: "app" }),
    trust: await read("iam", "GetRole", { RoleName: "app" }),
  });
};

for (const reads of [0, 1, 3])
  test(`with ${reads} late answer(s) after each write every approved change is in force, and a release leaves nothing of it`, async () => {
    let honest: World["ports"]["account"] | null = null;
    const world = await openWorld({
      wrap: (ports) => {
        honest = ports.account;
        return { ...ports, account: throttled(stale(respelling(ports.account), reads)) };
      },
    });
    const { caseId, plan, ports } = world;
    const before = await policiesIn(world, honest!);
    await approveAll(world, "contain-1");
    await untilDone(() => applyContainment({ caseId, planId: "contain-1" }, ports));
    await verifyContainment({ caseId, planId: "contain-1" }, ports);
    await watchContainment({ caseId, planId: "contain-1" }, ports);
    for (const { id, kind } of plan.actions.filter(({ reversibility }) => reversibility !== "instruction"))
      assert.equal((await findRecord(plan, id, ports))?.status, "applied", `${id} ${kind}`);
    assert.equal((await ports.cases.head(caseId)).status, "contained");
    await planRelease({ caseId, releaseId: "release-1", actions: [] }, ports);
    await approveAll(world, "release-1");
    await untilDone(() => applyContainment({ caseId, planId: "release-1" }, ports));
    const release = await readPlan(caseId, "release-1", ports);
    for (const { id, kind } of release.actions)
      assert.equal((await findRecord(release, id, ports))?.status, "applied", `${id} ${kind}`);
    assert.equal(await policiesIn(world, honest!), before);
  });
