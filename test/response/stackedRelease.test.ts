import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isApiError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Plan, PlannedAction } from "../../lib/case/plan.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { applyContainment } from "../../lib/response/contain/applyContainment.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { planRelease } from "../../lib/response/contain/planRelease.ts";
import { isReleased } from "../../lib/response/contain/released.ts";
import { openWorld, signed, type World } from "../approval/world.ts";

/** Two kinds of action that write the whole policy of bucket `plain`, the second on top of the first. */
const KINDS = ["deny-actor-on-bucket", "require-vpc-endpoint"] as const;
type Kind = (typeof KINDS)[number];

const call = (operation: string, input: Readonly<Record<string, unknown>>): ApiRequest => ({
  service: "s3",
  operation,
  region: "us-east-1",
  accountId: "123456789012",
  input: { Bucket: "plain", ...input },
});

const policyNow = async ({ ports }: World): Promise<string | null> => {
  try {
    return String((await ports.account.call(call("GetBucketPolicy", {}))).output.Policy);
  } catch (error) {
    if (isApiError(error, "NoSuchBucketPolicy")) return null;
    throw error;
  }
};

const setPolicy = (world: World, text: string | null): Promise<unknown> =>
  world.ports.account.call(text === null ? call("DeleteBucketPolicy", {}) : call("PutBucketPolicy", { Policy: text }));

const statementsIn = (text: unknown): readonly string[] =>
  typeof text !== "string"
    ? []
    : (JSON.parse(text) as { Statement: unknown[] }).Statement.map((statement) => JSON.stringify(statement));

const ofKind = ({ actions }: Plan, kind: Kind): PlannedAction => actions.find((action) => action.kind === kind)!;

/** The statements an action adds, read off the plan that people approved. */
const gainsOf = ({ before, requests }: PlannedAction): readonly string[] =>
  statementsIn(requests[0]!.input.Policy).filter((one) => !statementsIn(before.policy).includes(one));

const carryOut = async (world: World, planId: string, approve: readonly string[] | "all"): Promise<Plan> => {
  const plan = await readPlan(world.caseId, planId, world.ports);
  if (plan.actions.length === 0) return plan;
  const receipt = await submitDecision(await signed(world, { plan, approve }), world.ports);
  assert.ok(receipt.recorded);
  await applyContainment({ caseId: world.caseId, planId }, world.ports);
  return plan;
};

const contained = async (base: string | null, kinds: readonly Kind[]): Promise<{ world: World; plan: Plan }> => {
  const world = await openWorld();
  await setPolicy(world, base);
  await planContainment({ caseId: world.caseId, purpose: "contain", planId: "contain-2" }, world.ports);
  const plan = await readPlan(world.caseId, "contain-2", world.ports);
  await carryOut(
    world,
    "contain-2",
    kinds.map((kind) => ofKind(plan, kind).id),
  );
  return { world, plan };
};

const release = async (world: World, plan: Plan, number: number, kinds: readonly Kind[]): Promise<Plan> => {
  world.advance(1000);
  const releaseId = `release-${number}`;
  const actions = kinds.map((kind) => `contain-2/${ofKind(plan, kind).id}`);
  await planRelease({ caseId: world.caseId, releaseId, actions }, world.ports);
  return carryOut(world, releaseId, "all");
};

const statement = fc.record({
  Sid: fc.string({ unit: fc.constantFrom(..."abcXYZ019"), minLength: 1, maxLength: 8 }),
  Effect: fc.constantFrom("Allow", "Deny"),
  Principal: fc.constantFrom(
    "*",
    { AWS: "arn:aws:iam::123456789012:role/ci" },
    { Service: "logging.s3.amazonaws.com" },
  ),
  Action: fc.subarray(["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"], { minLength: 1 }),
  Resource: fc.constantFrom("arn:aws:s3:::plain/*", "arn:aws:s3:::plain/logs/*"),
  Condition: fc.constantFrom(
    { Bool: { "aws:SecureTransport": "false" } },
    { StringEquals: { "aws:SourceAccount": "123456789012" } },
  ),
});
const policy = fc.option(
  fc
    .tuple(
      fc.uniqueArray(statement, { minLength: 1, maxLength: 5, selector: ({ Sid }) => Sid }),
      fc.constantFrom<number | undefined>(undefined, 2, 4),
    )
    .map(([Statement, indent]) => JSON.stringify({ Version: "2012-10-17", Statement }, null, indent)),
);

test("one of two stacked changes is released and the other stays exactly; then the base is back byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(policy, fc.shuffledSubarray([...KINDS], { minLength: 2 }), async (base, order) => {
      const { world, plan } = await contained(base, KINDS);
      let kept: readonly Kind[] = KINDS;
      for (const [index, kind] of order.entries()) {
        const { leftOut } = await release(world, plan, index + 1, [kind]);
        assert.deepEqual(leftOut, []);
        kept = kept.filter((one) => one !== kind);
        const expected = [...statementsIn(base), ...kept.flatMap((one) => gainsOf(ofKind(plan, one)))];
        assert.deepEqual(statementsIn(await policyNow(world)), expected);
        for (const one of KINDS)
          assert.equal(await isReleased(plan, ofKind(plan, one), world.ports), !kept.includes(one), one);
      }
      assert.equal(await policyNow(world), base);
    }),
    { numRuns: 40 },
  );
});

test("both at once are taken back newest first, and the base is back byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(policy, async (base) => {
      const { world, plan } = await contained(base, KINDS);
      const undone = await release(world, plan, 1, KINDS);
      assert.deepEqual(
        undone.actions.map(({ kind, requires }) => `${kind} ${requires.join()}`),
        ["require-vpc-endpoint ", "deny-actor-on-bucket a1"],
      );
      assert.equal(await policyNow(world), base);
    }),
    { numRuns: 15 },
  );
});

test("a stranger's edit after ours stays, and only ours is taken out, whichever change is released", async () => {
  await fc.assert(
    fc.asyncProperty(
      policy,
      fc.constantFrom<readonly Kind[]>(["deny-actor-on-bucket"], ["require-vpc-endpoint"], KINDS),
      async (base, kinds) => {
        const { world, plan } = await contained(base, KINDS);
        const edited = JSON.parse((await policyNow(world))!) as { Statement: unknown[] };
        edited.Statement.push({
          Sid: "Stranger",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::plain/x",
        });
        await setPolicy(world, JSON.stringify(edited));
        const undone = await release(world, plan, 1, kinds);
        assert.deepEqual(undone.leftOut, []);
        const gone = kinds.flatMap((kind) => gainsOf(ofKind(plan, kind)));
        assert.deepEqual(
          statementsIn(await policyNow(world)),
          statementsIn(JSON.stringify(edited)).filter((one) => !gone.includes(one)),
        );
      },
    ),
    { numRuns: 15 },
  );
});

test("an edit between planning a stacked release and carrying it out stays", async () => {
  const { world, plan } = await contained(null, KINDS);
  world.advance(1000);
  await planRelease(
    { caseId: world.caseId, releaseId: "release-1", actions: [`contain-2/${ofKind(plan, "deny-actor-on-bucket").id}`] },
    world.ports,
  );
  const edited = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::plain/x" }],
  });
  await setPolicy(world, edited);
  await carryOut(world, "release-1", "all");
  assert.equal(await policyNow(world), edited);
});

test("a release that would throw the other change away with it is not genuine and is not carried out", async () => {
  const { world, plan } = await contained(null, KINDS);
  world.advance(1000);
  const lower = ofKind(plan, "deny-actor-on-bucket");
  await planRelease({ caseId: world.caseId, releaseId: "release-1", actions: [`contain-2/${lower.id}`] }, world.ports);
  const honest = await readPlan(world.caseId, "release-1", world.ports);
  const { propose } = await import("../../lib/response/contain/planContainment.ts");
  const forged: Plan = {
    ...honest,
    planId: "release-2",
    nonce: "d".repeat(32),
    actions: honest.actions.map((action) => ({ ...action, requests: lower.rollback, restores: lower.beforeDigest })),
  };
  await propose(forged, world.ports);
  const before = await policyNow(world);
  await carryOut(world, "release-2", "all");
  assert.equal(await policyNow(world), before);
});

test("what was released can be contained anew, and the new change is not taken for released", async () => {
  const { world, plan } = await contained(null, ["deny-actor-on-bucket"]);
  await release(world, plan, 1, ["deny-actor-on-bucket"]);
  world.advance(1000);
  await planContainment({ caseId: world.caseId, purpose: "contain", planId: "contain-3" }, world.ports);
  const again = await readPlan(world.caseId, "contain-3", world.ports);
  const action = ofKind(again, "deny-actor-on-bucket");
  await carryOut(world, "contain-3", [action.id]);
  assert.equal(await isReleased(again, action, world.ports), false);
  assert.equal(await isReleased(plan, ofKind(plan, "deny-actor-on-bucket"), world.ports), true);
  world.advance(1000);
  await planRelease({ caseId: world.caseId, releaseId: "release-2", actions: [] }, world.ports);
  await carryOut(world, "release-2", "all");
  assert.equal(await policyNow(world), null);
});
