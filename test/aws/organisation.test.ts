import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { createLogProbe } from "../../lib/aws/doctor/logProbe.ts";
import { examineMembers } from "../../lib/aws/doctor/memberRoles.ts";
import type { OrganisationOptions } from "../../lib/aws/doctor/options.ts";
import { examineOrganisation, OrganisationReport } from "../../lib/aws/doctor/organisation.ts";
import { organisationTable } from "../../lib/cli/doctorOrganisation.ts";
import { containingChanges } from "../../lib/stack/memberPolicy.ts";
import { optionsAt, refusal, serve, xml } from "./wire.ts";

const REGIONS = ["eu-central-1", "us-east-1", "ap-south-1"];
const [HOME, MEMBER, ALONE] = ["111111111111", "222222222222", "333333333333"] as const;

type Sent = { readonly constructor: { readonly name: string }; readonly input: any };
const client = (answers: Readonly<Record<string, (input: any) => unknown>>) =>
  ({ send: async (sent: Sent) => answers[sent.constructor.name]!(sent.input) }) as never;

/** An organisation in which everything is well, but for what a test changes. */
const options = (
  over: {
    features?: unknown;
    memberFeatures?: unknown;
    unprocessed?: boolean;
    members?: unknown;
    forbidden?: string[] | null;
    logs?: unknown;
  } = {},
) => {
  const guardDuty = client({
    ListDetectorsCommand: () => ({ DetectorIds: ["d"] }),
    GetDetectorCommand: () => ({
      Status: "ENABLED",
      Features: over.features ?? [{ Name: "S3_DATA_EVENTS", Status: "ENABLED" }],
    }),
    GetMemberDetectorsCommand: ({ AccountIds }: { AccountIds: readonly string[] }) => ({
      MemberDataSourceConfigurations: AccountIds.filter((id) => id !== MEMBER || over.unprocessed !== true).map(
        (AccountId) => ({
          AccountId,
          Features:
            AccountId === MEMBER && over.memberFeatures !== undefined
              ? over.memberFeatures
              : [{ Name: "S3_DATA_EVENTS", Status: "ENABLED" }],
        }),
      ),
      UnprocessedAccounts: over.unprocessed === true ? [{ AccountId: MEMBER, Result: "no detector there" }] : [],
    }),
    ListMembersCommand: ({ NextToken }) =>
      NextToken === undefined
        ? { Members: over.members ?? [{ AccountId: MEMBER, RelationshipStatus: "Enabled" }], NextToken: "2" }
        : { Members: [{ AccountId: ALONE, RelationshipStatus: "Enabled" }], NextToken: "" },
  });
  const lambda = client({
    InvokeCommand: ({ Payload }) => {
      const { accounts, logs } = JSON.parse(Buffer.from(Payload).toString());
      const answer = accounts.map((accountId: string) => ({
        ...{ accountId, state: "ready", why: "both" },
        forbidden: accountId === MEMBER && over.forbidden !== undefined ? over.forbidden : [],
        ...(over.forbidden === null ? { notAsked: "AccessDenied: of IAM" } : {}),
        logs: logs.regions.map((region: string) => over.logs ?? { region, state: "read", why: "a file" }),
      }));
      return { Payload: Buffer.from(JSON.stringify(answer)) };
    },
  });
  const cloudFormation = client({ DescribeStacksCommand: () => ({ Stacks: [{}] }) });
  return {
    clients: { lambda } as never,
    clock: { now: () => "2026-11-30T10:00:00.000Z" },
    ...{ region: "eu-central-1", partition: "aws", account: HOME, memberAccounts: [HOME, MEMBER, ALONE] },
    ...{
      externalId: "an-external-id",
      name: "cordon",
      logRegions: REGIONS,
      findingRegions: ["us-east-1", "ap-south-1"],
    },
    ...{ changes: ["s3:PutBucketPolicy"], logReaders: ["arn:aws:iam::111111111111:role/a"], since: "2026/11/29" },
    logFile: "arn:aws:s3:::lake/AWSLogs/x",
    iam: client({ SimulatePrincipalPolicyCommand: () => ({ EvaluationResults: [{ EvalDecision: "allowed" }] }) }),
    relayStack: (region) => `CordonRelay-${region}`,
    clientsIn: () => ({ guardDuty, cloudFormation }),
  } satisfies OrganisationOptions;
};

test("an organisation in which everything is well is ready, and says so of each account and region", async () => {
  const found = OrganisationReport.parse(await examineOrganisation(options(), []));
  assert.equal(found.ready, true);
  assert.deepEqual(
    found.accounts.map(({ accountId, regions }) => [accountId, regions.length]),
    [HOME, MEMBER, ALONE].map((id) => [id, 3]),
  );
  assert.match(organisationTable(found), /Ready: 3 of 3 accounts/);
});

const faults: readonly (readonly [string, Partial<OrganisationOptions>, string])[] = [
  ["a region whose findings are relayed nowhere", { findingRegions: ["us-east-1"] }, "ap-south-1"],
  ["an account that GuardDuty does not know", options({ members: [] }), MEMBER],
  [
    "a member that left GuardDuty",
    options({ members: [{ AccountId: MEMBER, RelationshipStatus: "Removed" }] }),
    "Removed",
  ],
  ["S3 protection that is off", options({ features: [] }), "S3 protection is off"],
  [
    "S3 protection that a member has not",
    options({ memberFeatures: [{ Name: "S3_DATA_EVENTS", Status: "DISABLED" }] }),
    "S3 protection is off",
  ],
  ["a member of which GuardDuty says nothing", options({ unprocessed: true }), "no detector there"],
  ["what IAM may not be asked", options({ forbidden: null }), "not known: AccessDenied: of IAM"],
  ["a policy of the organisation in the way", options({ forbidden: ["s3:PutBucketPolicy"] }), "s3:PutBucketPolicy"],
  ["logs that may not be read", options({ logs: { region: "us-east-1", state: "refused", why: "no key" } }), "no key"],
  [
    "a role that may not read logs",
    {
      iam: client({
        SimulatePrincipalPolicyCommand: () => ({ EvaluationResults: [{ EvalDecision: "explicitDeny" }] }),
      }),
    },
    "explicitDeny",
  ],
  [
    "a function that gives no answer",
    {
      clients: {
        lambda: client({ InvokeCommand: () => ({ FunctionError: "Unhandled", Payload: Buffer.from("x") }) }),
      } as never,
    },
    "gave no answer",
  ],
];
for (const [what, over, said] of faults)
  test(`${what} is said, and nothing is ready`, async () => {
    const found = await examineOrganisation({ ...options(), ...over }, []);
    assert.equal(found.ready, false);
    assert.ok(organisationTable(found).includes(said), organisationTable(found));
    assert.deepEqual(OrganisationReport.parse(found), found);
  });

test("regions with the same fault are one line", async () => {
  const found = await examineOrganisation({ ...options(), findingRegions: [] }, []);
  assert.match(organisationTable(found), /us-east-1, ap-south-1: REGION is not among findingRegions/);
});

test("the function asks IAM what the organisation forbids, page by page, and not knowing is not well", async () => {
  const asked: any[] = [];
  const account = {
    call: async ({ operation, input, accountId }: any) => {
      asked.push(input);
      if (operation === "GetRole") return { requestId: "r", output: { Role: {} } };
      if (accountId === ALONE) throw new Error("AccessDenied");
      const result = (name: string, AllowedByOrganizations: boolean) => ({
        EvalActionName: name,
        OrganizationsDecisionDetail: { AllowedByOrganizations },
      });
      return {
        requestId: "r",
        output:
          input.Marker === undefined
            ? { EvaluationResults: [result("s3:PutBucketPolicy", false)], IsTruncated: true, Marker: "2" }
            : { EvaluationResults: [result("iam:PutUserPolicy", true)] },
      };
    },
  };
  const request = {
    ...{ region: "eu-central-1", accounts: [MEMBER, ALONE], containRole: "cordon-contain", externalId: "x" },
    container: "arn:aws:iam::111111111111:role/c",
    changes: ["s3:PutBucketPolicy", "iam:PutUserPolicy"],
  };
  const found = await examineMembers(request, { account }, async () => []);
  assert.deepEqual(
    found.map(({ forbidden, notAsked }) => [forbidden, notAsked]),
    [
      [["s3:PutBucketPolicy"], undefined],
      [null, "Error: AccessDenied"],
    ],
  );
  assert.equal(
    asked.find(({ Marker }) => Marker === "2").PolicySourceArn,
    `arn:aws:iam::${MEMBER}:role/cordon-contain`,
  );
});

test("an answer of IAM's simulator without the organisation's part is not the organisation's leave", async () => {
  const simulated = (results: readonly object[]) => ({
    call: async ({ operation }: any) => ({
      requestId: "r",
      output: operation === "GetRole" ? { Role: {} } : { EvaluationResults: results },
    }),
  });
  const request = {
    ...{ region: "eu-central-1", accounts: [MEMBER], containRole: "cordon-contain", externalId: "x" },
    ...{ container: "arn:aws:iam::111111111111:role/c", changes: ["s3:PutBucketPolicy", "iam:PutUserPolicy"] },
  };
  const allowed = (name: string) => ({
    EvalActionName: name,
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
  });
  const answers: readonly (readonly [readonly object[], string[] | null])[] = [
    [request.changes.map(allowed), []],
    [[allowed("s3:PutBucketPolicy"), { EvalActionName: "iam:PutUserPolicy" }], null],
    [[allowed("s3:PutBucketPolicy")], null],
    [[], null],
  ];
  for (const [results, expected] of answers) {
    const [found] = await examineMembers(request, { account: simulated(results) }, async () => []);
    assert.deepEqual(found!.forbidden, expected, JSON.stringify(results));
  }
});

test("IAM's simulator takes every change of the cards at once", () => {
  const changes = containingChanges();
  // ActionNames: at most 128 (IAM API reference); none of them reads.
  assert.ok(changes.length > 30 && changes.length <= 128, String(changes.length));
  assert.deepEqual(
    changes.filter((one) => /:(Get|List|Describe)/.test(one)),
    [],
  );
});

test("a log file is listed and read; a refusal and an empty folder are told apart", async (t) => {
  const seen: string[] = [];
  const server = await serve((wire) => {
    seen.push(`${wire.path}${wire.query.get("prefix") ?? ""}`);
    const prefix = wire.query.get("prefix") ?? "";
    if (prefix.includes("us-east-1")) return xml(200, "<ListBucketResult></ListBucketResult>");
    if (wire.query.has("list-type"))
      return xml(
        200,
        `<ListBucketResult><Contents><Key>${prefix}2026/11/29/f.json.gz</Key></Contents></ListBucketResult>`,
      );
    return wire.path.includes("ap-south-1") ? refusal(403, "AccessDenied", "kms:Decrypt") : xml(200, "x");
  });
  t.after(server.close);
  const place = {
    ...{ bucket: "lake", owner: HOME, prefix: "", organizationId: "o-abcdefghij", accounts: null },
    regions: REGIONS,
  };
  const probe = createLogProbe(new S3Client(optionsAt(server.endpoint, 1)), place);
  const found = await probe(MEMBER, { regions: REGIONS, since: "2026/11/29" });
  assert.deepEqual(
    found.map(({ region, state }) => [region, state]),
    [
      ["eu-central-1", "read"],
      ["us-east-1", "none"],
      ["ap-south-1", "refused"],
    ],
  );
  assert.ok(seen.some((one) => one.includes(`AWSLogs/o-abcdefghij/${MEMBER}/CloudTrail/eu-central-1/`)));
});

test("the published JSON Schema is the one the doctor's report is made by (npm run docs)", () => {
  const file = new URL("../../docs/schemas/doctor-organisation.schema.json", import.meta.url);
  const made = `${JSON.stringify({ title: "cordon doctor --org --json", ...z.toJSONSchema(OrganisationReport) }, null, 2)}\n`;
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(file, made);
  assert.equal(readFileSync(file, "utf8"), made);
});
