/** Two cases about one user: a release of one never takes away what the other relies on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { choicesFor } from "../../lib/response/approve/sign.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { api } from "../actions/world.ts";
import { openFinding } from "./finding.ts";
import { FINDING, openWorld, signed, type World } from "./world.ts";

/** An inline policy of somebody's that leaves no room for ours: the boundary is set then. */
const padded = async ({ ports }: World): Promise<void> => {
  for (let count = 40; count > 0; count -= 1) {
    const Resource = Array.from({ length: count }, (_, at) => `arn:aws:s3:::pad-${String(at).padStart(30, "0")}`);
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource }],
    });
    const done = await ports.account
      .call(api("iam", "PutUserPolicy", { UserName: "alice", PolicyName: "pad", PolicyDocument }))
      .then(
        () => true,
        () => false,
      );
    if (done) return;
  }
};

const carriedOut = async (world: World, caseId: string, planId: string): Promise<void> => {
  const plan = await readPlan(caseId, planId, world.ports);
  const choices = choicesFor(
    plan,
    plan.actions.map(({ id }) => id),
  );
  await submitDecision(await signed(world, { plan, choices }), world.ports);
  await submitDecision(await signed(world, { plan, choices, humanId: "grace" }), world.ports);
  await applyContainment({ caseId, planId }, world.ports);
};

const holdsIn = async ({ ports }: World, caseId: string): Promise<boolean> => {
  await verifyContainment({ caseId, planId: "contain-1" }, ports);
  return (await ports.cases.head(caseId)).status !== "attention";
};

for (const [name, prepare] of [
  ["room for both", async () => {}],
  ["no room for an inline policy", padded],
] as const)
  test(`with ${name}, the release of one case leaves the other's cut as it is, in either order`, async () => {
    for (const first of [0, 1]) {
      const world = await openWorld();
      const { ports } = world;
      await prepare(world);
      const one = world.caseId;
      // A month before: findings of one actor at one time are one case.
      const seen = { eventFirstSeen: "2026-10-21T02:11:00.000Z", eventLastSeen: "2026-10-21T02:57:00.000Z" };
      const earlier = { id: "6ac3f1e2d4b6a8907162534455667788", service: { ...FINDING.service, ...seen } };
      const two = await openFinding({ ...FINDING, ...earlier }, ports);
      assert.notEqual(one, two);
      await carriedOut(world, one, "contain-1");
      await planContainment({ caseId: two, purpose: "contain" }, ports);
      if ((await readPlan(two, "contain-1", ports)).actions.length > 0) await carriedOut(world, two, "contain-1");
      const [released, kept] = first === 0 ? [one, two] : [two, one];
      await planRelease({ caseId: released, releaseId: "release-1", actions: [] }, ports);
      const release = await readPlan(released, "release-1", ports);
      if (release.actions.length > 0) await carriedOut(world, released, "release-1");
      assert.ok(await holdsIn(world, kept), `${name}: ${released === one ? "first" : "second"} released`);
      const user = await ports.account.call(
        api("iam", "SimulatePrincipalPolicy", {
          PolicySourceArn: "arn:aws:iam::123456789012:user/alice",
          ActionNames: ["s3:GetObject"],
          ResourceArns: ["arn:aws:s3:::plain/any"],
        }),
      );
      assert.doesNotMatch(JSON.stringify(user.output), /"EvalDecision":"allowed"/);
    }
  });
