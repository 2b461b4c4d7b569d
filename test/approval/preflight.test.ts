/** Before anybody is asked: what the organisation, or a boundary, forbids our own role is said beside the action. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { draftPlan } from "../../lib/response/contain/planContainment.ts";
import { openWorld } from "./world.ts";

type Answer = (action: string) => Readonly<Record<string, unknown>>;

/** Answers as IAM's simulator gives them (API reference, EvaluationResult), one action a page. */
const drafted = async (answer: Answer | null, ownRoles?: string[]): Promise<{ plan: Plan; asked: number }> => {
  const { ports, caseId } = await openWorld();
  let asked = 0;
  const account: Ports["account"] = {
    call: async (request) => {
      if (request.operation !== "SimulatePrincipalPolicy") return ports.account.call(request);
      asked += 1;
      if (answer === null) throw new ApiError(request.operation, "AccessDenied", "not allowed");
      const names = request.input.ActionNames as readonly string[];
      const at = Number(request.input.Marker ?? 0);
      const more = at + 1 < names.length ? { IsTruncated: true, Marker: String(at + 1) } : { IsTruncated: false };
      const result = { EvalActionName: names[at], EvalDecision: "allowed", ...answer(names[at]!) };
      return { requestId: "x", output: { EvaluationResults: [result], ...more } };
    },
  };
  const settings = ownRoles === undefined ? ports.settings : { ...ports.settings, ownRoles };
  return { plan: await draftPlan(caseId, "contain-9", "contain", { ...ports, settings, account }), asked };
};

const warned = ({ actions }: Plan, by: RegExp): readonly string[] =>
  actions.filter(({ warnings = [] }) => warnings.some((one) => by.test(one))).map(({ kind }) => kind);

test("an action whose calls the organisation forbids our role says so, and the others do not", async () => {
  const { plan } = await drafted(
    (name) => (name === "s3:PutBucketPolicy" ? { OrganizationsDecisionDetail: { AllowedByOrganizations: false } } : {}),
    ["CordonContain"],
  );
  const kinds = warned(plan, /organisation forbids s3:PutBucketPolicy/);
  assert.ok(kinds.includes("deny-actor-on-bucket") && !kinds.includes("deny-user"), kinds.join());
});

test("a boundary on our role is named, and what one role of ours may is no fault", async () => {
  const boundary: Answer = (name) =>
    name === "iam:PutUserPolicy" ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } } : {};
  assert.deepEqual(warned((await drafted(boundary, ["CordonContain"])).plan, /boundary of our role/), ["deny-user"]);
  let calls = 0;
  const firstOnly: Answer = (name) => (name === "iam:PutUserPolicy" && calls++ === 0 ? boundary(name) : {});
  assert.deepEqual(
    warned((await drafted(firstOnly, ["CordonRead", "CordonContain"])).plan, /boundary of our role/),
    [],
  );
});

test("where it cannot be asked the plan says that it is not known, and where no role of ours is set nothing is asked", async () => {
  const { plan } = await drafted(null, ["CordonContain"]);
  assert.ok(plan.remains!.some((line) => /own role these calls is not known: CordonContain/.test(line)));
  assert.deepEqual(warned(plan, /Our own role/), []);
  const none = await drafted(null);
  assert.equal(none.asked, 0);
  assert.ok(!none.plan.remains!.some((line) => /own role/.test(line)));
});
