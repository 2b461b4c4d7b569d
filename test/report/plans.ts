import { digestOf, sha256Hex } from "../../lib/base/jcs.ts";
import type { ActionRecord, Plan, PlannedAction } from "../../lib/case/plan.ts";
import type { SignedDecision } from "../../lib/core/plan/decision.ts";
import { planDigestOf, renderPlan, shownDigestOf } from "../../lib/core/plan/renderPlan.ts";
import type { PlanPart } from "../../lib/report/dossier.ts";
import { ANALYTICS, CUSTOMERS, FINANCE } from "./loot.ts";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const JANE = `arn:aws:iam::${ACCOUNT}:user/developer-jane`;

type Draft = Pick<PlannedAction, "kind" | "title" | "before"> &
  Partial<PlannedAction> & { readonly label: string; readonly calls: PlannedAction["requests"] };

const planned = (id: string, { label, calls, ...rest }: Draft): PlannedAction => ({
  reversibility: "reversible",
  recommended: true,
  rollback: calls,
  restores: null,
  blastRadius: [],
  requires: [],
  ...rest,
  id,
  target: { label },
  requests: calls,
  beforeDigest: digestOf(rest.before),
});

const call = (service: "iam" | "s3", operation: string, input: Record<string, unknown>) => ({
  service,
  operation,
  region: REGION,
  accountId: ACCOUNT,
  input,
});

const onBucket = (id: string, bucket: string): PlannedAction =>
  planned(id, {
    kind: "deny-actor-on-bucket",
    title: "Deny the actor in the bucket policy",
    label: bucket,
    before: { policy: null },
    calls: [
      call("s3", "PutBucketPolicy", {
        Bucket: bucket,
        Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"CordonDenyActor","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::${bucket}","arn:aws:s3:::${bucket}/*"],"Condition":{"ArnEquals":{"aws:PrincipalArn":"${JANE}"}}}]}`,
      }),
    ],
    blastRadius: [
      "0 other principals match the deny; 14 principals read this bucket in the last 30 days and keep their access.",
    ],
  });

const CONTAIN: readonly PlannedAction[] = [
  planned("a1", {
    kind: "deny-user",
    title: "Deny everything to the user",
    label: JANE,
    before: { policies: [], document: null, boundary: null },
    calls: [
      call("iam", "PutUserPolicy", {
        UserName: "developer-jane",
        PolicyName: "Cordon-deny-all",
        PolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Sid":"CordonDenyAll","Effect":"Deny","Action":"*","Resource":"*"}]}',
      }),
    ],
    blastRadius: ["developer-jane made 212 calls from the office in the last 30 days; all of them stop."],
  }),
  planned("a2", {
    kind: "deactivate-access-keys",
    title: "Deactivate all access keys of the user",
    label: JANE,
    before: {
      keys: [
        { AccessKeyId: "AKIAJANE4DEV7EXAMPLE", Status: "Active" },
        { AccessKeyId: "AKIAM2NTED5QZEXAMPLE", Status: "Active" },
      ],
    },
    calls: [
      call("iam", "UpdateAccessKey", {
        UserName: "developer-jane",
        AccessKeyId: "AKIAJANE4DEV7EXAMPLE",
        Status: "Inactive",
      }),
      call("iam", "UpdateAccessKey", {
        UserName: "developer-jane",
        AccessKeyId: "AKIAM2NTED5QZEXAMPLE",
        Status: "Inactive",
      }),
    ],
    requires: ["a1"],
  }),
  onBucket("a3", CUSTOMERS),
  onBucket("a4", FINANCE),
  onBucket("a5", ANALYTICS),
  planned("a6", {
    kind: "require-vpc-endpoint",
    title: "Allow the bucket through the VPC endpoint only",
    label: CUSTOMERS,
    before: { policy: null },
    calls: [call("s3", "PutBucketPolicy", { Bucket: CUSTOMERS })],
    recommended: false,
    blastRadius: ["6 principals outside the VPC used this bucket in the last 30 days and would be locked out."],
  }),
];

const AFTER: Readonly<Record<string, Record<string, unknown>>> = {
  a1: {
    policies: ["Cordon-deny-all"],
    document:
      '{"Version":"2012-10-17","Statement":[{"Sid":"CordonDenyAll","Effect":"Deny","Action":"*","Resource":"*"}]}',
    boundary: null,
  },
  a2: {
    keys: [
      { AccessKeyId: "AKIAJANE4DEV7EXAMPLE", Status: "Inactive" },
      { AccessKeyId: "AKIAM2NTED5QZEXAMPLE", Status: "Inactive" },
    ],
  },
};

export const planOf = (planId: string, actions: readonly PlannedAction[], rest: Partial<Plan> = {}): Plan => ({
  schema: "cordon/plan/v1",
  caseId: "case-20260223-0a1b2c3d4e",
  planId,
  version: 1,
  purpose: "contain",
  mode: "enforce",
  deployment: "cordon.dev/ledger/0123456789abcdef",
  createdAt: "2026-02-23T04:16:20.000Z",
  expiresAt: "2026-02-23T08:16:20.000Z",
  nonce: "00112233445566778899aabbccddeeff",
  accountId: ACCOUNT,
  region: REGION,
  partition: "aws",
  suspects: [
    {
      arn: JANE,
      principalId: "AIDAJANEDEV2Q7EXAMPLE",
      accessKeyId: "AKIAJANE4DEV7EXAMPLE",
      identities: ["AIDAJANEDEV2Q7EXAMPLE", `user:${ACCOUNT}:developer-jane`],
    },
  ],
  policyDigest: sha256Hex("policy"),
  actions,
  leftOut: [{ kind: "revoke-role-sessions", target: "every role", reason: "the suspect held no role session" }],
  ...rest,
});

export const decisionOn = (plan: Plan, humanId: string, choice: "approve" | "deny", at: string): SignedDecision => ({
  decision: {
    kind: "decide",
    caseId: plan.caseId,
    planId: plan.planId,
    planNonce: plan.nonce,
    shownDigest: shownDigestOf(plan),
    choices: Object.fromEntries(plan.actions.filter(({ recommended }) => recommended).map(({ id }) => [id, choice])),
    reason: "Key used from a Tor exit at night; Jane confirms by phone that it was not her.",
    approver: { humanId },
    channel: "cli",
    assurance: "key-file",
    decidedAt: at,
  },
  keyFingerprint: sha256Hex(`key of ${humanId}`),
  planDigest: planDigestOf(plan),
  receivedAt: at,
});

const applied = (plan: Plan, action: PlannedAction, at: string): ActionRecord => ({
  planId: plan.planId,
  id: action.id,
  kind: action.kind,
  target: action.target.label,
  status: "applied",
  why: "the change is in place",
  calls: action.requests.map((request, index) => ({
    request,
    requestId: `4f1c${index}a2b-9d3e-4c5f-8a7b-${action.id}00000000`,
    at,
  })),
  before: action.before,
  after: AFTER[action.id] ?? { policy: action.requests[0]!.input.Policy as string },
  afterDigest: sha256Hex(action.id),
  verdict: { ok: true, why: "the change is in place" },
  at,
});

/** The first plan, approved but for the offered action, carried out, verified and watched for an hour. */
export const containedPart = (): PlanPart => {
  const plan = planOf("contain-1", CONTAIN);
  const decisions = [decisionOn(plan, "sec-lead-omar", "approve", "2026-02-23T04:24:05.000Z")];
  const done = CONTAIN.filter(({ recommended }) => recommended);
  const skipped: ActionRecord = {
    ...applied(plan, CONTAIN[5]!, "2026-02-23T04:25:03.000Z"),
    status: "not-approved",
    why: "offered, and nobody switched it on",
    calls: [],
    after: null,
    afterDigest: null,
    verdict: null,
  };
  return {
    plan,
    shown: renderPlan(plan),
    verdict: {
      state: "open",
      closed: null,
      why: "every action is decided",
      actions: CONTAIN.map(({ id, recommended }) => ({
        id,
        state: recommended ? "approved" : "denied",
        approvals: recommended ? ["sec-lead-omar"] : [],
        denials: [],
        quorum: 1,
        why: recommended ? "approved by sec-lead-omar" : "offered, and nobody switched it on",
      })),
      refused: [
        {
          humanId: "developer-jane",
          code: "INELIGIBLE",
          why: "developer-jane is among the suspects or shares their role",
        },
      ],
    },
    decisions,
    records: [...done.map((action, index) => applied(plan, action, `2026-02-23T04:25:0${index}.000Z`)), skipped],
    looks: ["2026-02-23T04:26:10.000Z", "2026-02-23T05:26:10.000Z"].map((at, index) => ({
      at,
      during: index === 0 ? "verify" : "watch",
      holds: done.map(({ id }) => ({
        id,
        ok: true,
        why: id === "a2" ? "no active key among 2" : "the policy denies every name of the actor",
      })),
    })),
  };
};

/** What the actor changed is to be undone; nobody has answered yet. */
export const followUpPart = (): PlanPart => {
  const actions = [
    planned("a1", {
      kind: "close-bucket-policy",
      title: "Take the foreign account out of the bucket policy",
      label: FINANCE,
      before: {
        policy:
          '{"Statement":[{"Sid":"PartnerRead","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"}}]}',
      },
      calls: [call("s3", "DeleteBucketPolicy", { Bucket: FINANCE })],
    }),
    planned("a2", {
      kind: "restart-trail",
      title: "Start the trail again",
      label: "management-trail",
      before: { logging: false },
      calls: [],
    }),
  ];
  const plan = planOf("follow-up-1", actions, {
    purpose: "follow-up",
    createdAt: "2026-02-23T04:31:00.000Z",
    expiresAt: "2026-02-23T08:31:00.000Z",
    leftOut: [],
  });
  return {
    plan,
    shown: renderPlan(plan),
    verdict: {
      state: "waiting",
      closed: null,
      why: "an answer is still due",
      actions: actions.map(({ id }) => ({
        id,
        state: "waiting",
        approvals: [],
        denials: [],
        quorum: 1,
        why: "0 of 1 approvals",
      })),
      refused: [],
    },
    decisions: [],
    records: [],
    looks: [],
  };
};

/** The same plan in a deployment that changes nothing. */
export const dryRunPart = (): PlanPart => {
  const part = containedPart();
  const plan: Plan = { ...part.plan, mode: "dry-run" };
  return {
    ...part,
    plan,
    shown: renderPlan(plan),
    decisions: [decisionOn(plan, "sec-lead-omar", "approve", "2026-02-23T04:24:05.000Z")],
    records: part.records.map((record) =>
      record.status === "applied"
        ? {
            ...record,
            status: "would-have-applied",
            why: "dry run: the calls of the plan were not made",
            calls: [],
            after: record.before,
            afterDigest: null,
            verdict: null,
          }
        : record,
    ),
    looks: [{ at: "2026-02-23T04:26:10.000Z", during: "verify", holds: [] }],
  };
};
