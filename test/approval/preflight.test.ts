/** Before anybody is asked: what the organisation, or a boundary, forbids our own role is said beside the action. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { draftPlan } from "../../lib/response/contain/planContainment.ts";
import { openWorld } from "./world.ts";

type Answer = (action: string, resource: string, role: string) => Readonly<Record<string, unknown>> | null;

/** Answers as IAM's simulator gives them (API reference, EvaluationResult), one action a page. */
const drafted = async (answer: Answer | null, ownRoles?: string[]): Promise<{ plan: Plan; asked: number }> => {
  const { ports, caseId } = await openWorld();
  let asked = 0;
  const account: Ports["account"] = {
    call: async (request) => {
      if (request.operation !== "SimulatePrincipalPolicy") return ports.account.call(request);
      asked += 1;
      const names = request.input.ActionNames as readonly string[];
      const at = Number(request.input.Marker ?? 0);
      const more = at + 1 < names.length ? { IsTruncated: true, Marker: String(at + 1) } : { IsTruncated: false };
      const [resource = "*"] = (request.input.ResourceArns ?? []) as readonly string[];
      const role = String(request.input.PolicySourceArn).split("/").at(-1)!;
      const given = answer === null ? null : answer(names[at]!, resource, role);
      if (given === null) throw new ApiError(request.operation, "AccessDenied", "not allowed");
      const result = { EvalActionName: names[at], EvalDecision: "allowed", ...given };
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
  const firstOnly: Answer = (name, resource, role) => (role === "CordonRead" ? boundary(name, resource, role) : {});
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

test("what the role's own policies do not allow on this very user or bucket, or deny, is said", async () => {
  const { plan } = await drafted(
    (name, resource) => ({
      EvalDecision:
        resource === "arn:aws:iam::123456789012:user/alice"
          ? "implicitDeny"
          : name === "s3:PutBucketPolicy" && resource === "arn:aws:s3:::plain"
            ? "explicitDeny"
            : "allowed",
    }),
    ["CordonContain"],
  );
  assert.ok(warned(plan, /no policy of our role allows [^;]*iam:PutUserPolicy/).includes("deny-user"));
  assert.ok(warned(plan, /a policy of our role denies s3:PutBucketPolicy/).includes("deny-actor-on-bucket"));
  assert.deepEqual(
    warned(plan, /role/).filter((kind) => /role/.test(kind)),
    [],
  );
});

test("the role that only reads keeps nobody from what the other one may", async () => {
  const { plan } = await drafted(
    (_name, _resource, role) => ({ EvalDecision: role === "CordonRead" ? "implicitDeny" : "allowed" }),
    ["CordonRead", "CordonContain"],
  );
  assert.deepEqual(warned(plan, /Our own role/), []);
});

test("a role that cannot be asked is named beside one that can, and what hangs on a condition is not known", async () => {
  const half = await drafted(
    (_name, _resource, role) => (role === "CordonRead" ? null : {}),
    ["CordonRead", "CordonContain"],
  );
  assert.ok(half.plan.remains!.some((line) => /is not known: CordonRead/.test(line)));
  const hanging = await drafted(
    () => ({ EvalDecision: "implicitDeny", MissingContextValues: ["aws:PrincipalTag/team"] }),
    ["CordonContain"],
  );
  assert.deepEqual(warned(hanging.plan, /Our own role/), []);
  assert.ok(hanging.plan.remains!.some((line) => /iam:PutUserPolicy hangs on aws:PrincipalTag\/team/.test(line)));
});
