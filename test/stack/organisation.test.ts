import assert from "node:assert/strict";
import { test } from "node:test";
import type { Template } from "aws-cdk-lib/assertions";
import type { CordonError } from "../../lib/base/errors.ts";
import { digestOf } from "../../lib/base/jcs.ts";
import { approvalPolicyOf } from "../../lib/core/settings.ts";
import { exemptArnsOf } from "../../lib/response/contain/scene.ts";
import { parseContext } from "../../lib/stack/context.ts";
import { baseContext, contextOf, flat, resourcesOf, synth, toList } from "./synth.ts";

const ORGANIZATION = "o-abcdefghij";
const REGIONS = [
  ..."us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1".split(
    " ",
  ),
  ..."eu-central-2 eu-north-1 eu-south-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2".split(
    " ",
  ),
  ..."ap-northeast-3 me-south-1".split(" "),
];
const idsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => String(310_000_000_000 + at * 1_234_567));

const logs = {
  bucket: "aws-controltower-logs-333333333333-eu-central-1",
  owner: "333333333333",
  organizationId: ORGANIZATION,
  regions: REGIONS,
};
const placed = (count: number) => ({
  logs,
  ...(count <= 50
    ? { memberAccounts: ["111111111111", ...idsOf(count - 1)] }
    : { memberAccounts: [], organization: { id: ORGANIZATION } }),
  page: null,
  drill: true,
  hunt: { securityHub: true, ...(count <= 50 ? {} : { accounts: idsOf(50) }) },
  chat: { slack: { secretName: "cordon/slack", channel: "#soc" }, pagerDuty: { secretName: "cordon/pagerduty" } },
  noticeEmails: ["soc@example.com"],
});

/** CloudFormation 1 MB, Lambda 4 KB, S3 20 KB, KMS 32 KB, inline policies of a role 10,240, trust 2,048 characters: with room. */
const LIMITS = {
  template: 700_000,
  environment: 3_000,
  bucket: 15_000,
  key: 24_000,
  role: 8_000,
  trust: 2_048,
  topic: 20_000,
};

const bytesOf = (value: unknown): number =>
  Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
/** As AWS counts a policy: references as ARNs of about their length. */
const policyBytes = (document: any): number =>
  bytesOf(
    JSON.stringify(document, (_key, value) =>
      value !== null && typeof value === "object" && ("Fn::Join" in value || "Fn::GetAtt" in value || "Ref" in value)
        ? flat(value)
        : value,
    ),
  );

const largest = (template: Template, type: string, measure: (properties: any) => number): number =>
  Math.max(0, ...Object.values(resourcesOf(template, type)).map(({ Properties }) => measure(Properties)));

const rolePolicies = (template: Template): number => {
  const byRole = new Map<string, number>();
  for (const { Properties } of Object.values(resourcesOf(template, "AWS::IAM::Policy")))
    for (const role of toList(Properties.Roles))
      byRole.set(flat(role), (byRole.get(flat(role)) ?? 0) + policyBytes(Properties.PolicyDocument));
  return Math.max(0, ...byRole.values());
};

for (const count of [1, 50, 500])
  test(`${count} account(s) × 20 regions: template, environments and policies are under their limits, with room`, () => {
    const { cordon, trail, member } = synth(placed(count));
    for (const template of [cordon, trail, member]) {
      const environments = largest(template, "AWS::Lambda::Function", ({ Environment }) =>
        Object.entries(Environment?.Variables ?? {}).reduce(
          (sum, [name, value]) => sum + bytesOf(name) + bytesOf(flat(value)),
          0,
        ),
      );
      const measured = {
        template: bytesOf(JSON.stringify(template.toJSON())),
        environment: environments,
        bucket: largest(template, "AWS::S3::BucketPolicy", ({ PolicyDocument }) => policyBytes(PolicyDocument)),
        key: largest(template, "AWS::KMS::Key", ({ KeyPolicy }) => policyBytes(KeyPolicy)),
        role: rolePolicies(template),
        trust: largest(template, "AWS::IAM::Role", ({ AssumeRolePolicyDocument }) =>
          policyBytes(AssumeRolePolicyDocument),
        ),
        topic: largest(template, "AWS::SNS::TopicPolicy", ({ PolicyDocument }) => policyBytes(PolicyDocument)),
      };
      for (const [name, limit] of Object.entries(LIMITS))
        assert.ok(measured[name as keyof typeof measured] < limit, `${name}: ${JSON.stringify(measured)}`);
    }
  });

test("no template of an organisation holds the id of a member account", () => {
  const accounts = idsOf(500);
  const read = (path: string): string =>
    path === "accounts.json" ? JSON.stringify(accounts) : JSON.stringify(contextOf().loaded);
  const context = parseContext(
    { ...baseContext, ...placed(500), organization: { id: ORGANIZATION, accounts: "accounts.json" } },
    read,
  );
  assert.deepEqual(context.accountsFile, [...accounts].sort());
  // A hunt over an organisation names the few that it reads.
  const { cordon, trail, member } = synth({ ...placed(500), hunt: null });
  for (const template of [cordon, trail, member]) {
    const text = JSON.stringify(template.toJSON());
    assert.deepEqual(
      accounts.filter((id) => text.includes(id)),
      [],
    );
  }
});

test("member roles of an organisation are assumed by its id, and of nobody else's account", () => {
  const { cordon } = synth(placed(500));
  const assumes = Object.values(resourcesOf(cordon, "AWS::IAM::Policy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
    .filter(({ Action }) => toList(Action).includes("sts:AssumeRole"));
  assert.ok(assumes.length > 5);
  for (const { Resource, Condition } of assumes) {
    assert.match(flat(Resource), /^arn:<AWS::Partition>:iam::\*:role\/cordon-(read|contain)$/);
    assert.deepEqual(Condition, { StringEquals: { "aws:ResourceOrgID": ORGANIZATION } });
  }
});

test("the table of an organisation wants its accounts named, so that a new account needs no new table", () => {
  const parameters = (count: number) =>
    Object.values(resourcesOf(synth(placed(count)).trail, "AWS::Glue::Table"))[0]!.Properties.TableInput.Parameters;
  assert.equal(parameters(500)["projection.account.type"], "injected");
  assert.equal(parameters(500)["projection.account.values"], undefined);
  assert.equal(parameters(1)["projection.account.type"], "enum");
});

test("a new account closes no plan: what a plan commits to knows no list of accounts", () => {
  const digest = (count: number) => digestOf(approvalPolicyOf(contextOf(placed(count)).loaded));
  assert.equal(digest(2), digest(3));
  assert.equal(digest(3), digest(500));
});

test("only our roles of the account acted in are spared, however many accounts there are", () => {
  const { loaded } = contextOf(placed(500));
  const exempt = exemptArnsOf(loaded, { accountId: "222222222222", partition: "aws" });
  const own = exempt.filter((arn) => /role\/cordon-/.test(arn));
  assert.deepEqual(own, [
    "arn:aws:iam::222222222222:role/cordon-read",
    "arn:aws:iam::222222222222:role/cordon-contain",
  ]);
  assert.ok(JSON.stringify(exempt).length < 1_000);
});

test("over an organisation scans read the accounts concerned and refuse what they cannot estimate, unless the settings say otherwise", () => {
  const bare = { scan: undefined };
  assert.deepEqual(contextOf(placed(500), bare).loaded.scan, { accounts: "concerned", unknownEstimate: "refuse" });
  const said = contextOf(placed(500), { scan: { accounts: "all", maximumBytes: 1e12 } }).loaded.scan;
  assert.deepEqual(said, { accounts: "all", unknownEstimate: "refuse", maximumBytes: 1e12 });
  assert.equal(contextOf(placed(1), bare).loaded.scan, undefined);
});

const faultsOf = (over: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    contextOf(over);
    return [];
  } catch (error) {
    return (error as CordonError).faults.map(({ path }) => path);
  }
};

test("what would meet a limit, or look where nothing lies, stops the synth", () => {
  assert.deepEqual(faultsOf({ memberAccounts: idsOf(51) }), ["cordon.memberAccounts"]);
  assert.deepEqual(faultsOf({ memberAccounts: [] }), ["cordon.memberAccounts"]);
  assert.deepEqual(faultsOf({ organization: { id: ORGANIZATION } }), ["cordon.memberAccounts"]);
  const { owner: _, ...ownerless } = logs;
  assert.deepEqual(faultsOf({ ...placed(500), logs: ownerless }), ["cordon.logs.owner"]);
});
