import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnvironment } from "../../lib/aws/environment.ts";
import { keysOf, MACHINES, readDefinition } from "../../lib/stack/machines.ts";
import { DOORS, SIGNER, STEPS } from "../../lib/stack/steps.ts";
import { flat, ROOT, resourcesOf, statementsOf, synth, toList } from "./synth.ts";

const { cordon, trail, member } = synth();
const templates = { cordon, trail, member };
const mayDo = (name: string): ReadonlySet<string> =>
  new Set(statementsOf(cordon, `${name[0]!.toUpperCase()}${name.slice(1)}`).flatMap(({ actions }) => actions));
const everyone = [...Object.keys(STEPS), ...Object.keys(DOORS), ...Object.keys(SIGNER)];

test("every handler is a function and every function of the machines is a handler", () => {
  const handlers = readdirSync(join(ROOT, "handlers"))
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();
  assert.deepEqual(Object.keys(STEPS).sort(), handlers);
  const called = new Set(
    MACHINES.flatMap((name) => keysOf(readDefinition(name))).filter((key) => !key.endsWith("Machine")),
  );
  assert.deepEqual([...called].sort(), handlers);
  assert.equal(Object.keys(resourcesOf(cordon, "AWS::Lambda::Function")).length, everyone.length);
});

test("every substitution of every machine is given", () => {
  const machines = Object.values(resourcesOf(cordon, "AWS::StepFunctions::StateMachine"));
  assert.equal(machines.length, MACHINES.length);
  for (const { Properties } of machines) {
    const text = flat(Properties.DefinitionString);
    assert.deepEqual(Object.keys(Properties.DefinitionSubstitutions).sort(), keysOf(text));
    assert.ok(!text.includes('"arn:aws:states'), "an integration names the partition aws");
    assert.equal(Properties.TracingConfiguration.Enabled, true);
    assert.equal(Properties.LoggingConfiguration.IncludeExecutionData, false);
  }
});

test("each machine may invoke exactly the functions that it names", () => {
  const functions = resourcesOf(cordon, "AWS::Lambda::Function");
  for (const name of MACHINES) {
    const statements = statementsOf(cordon, `${name[0]!.toUpperCase()}${name.slice(1)}Machine`);
    const invoked = statements
      .filter(({ actions }) => actions.includes("lambda:InvokeFunction"))
      .flatMap(({ resources }) => resources);
    const named = invoked
      .map((arn) => String(functions[/^<(\w+)\.Arn>$/.exec(arn)![1]!]!.Properties.Handler).replace(".handler", ""))
      .sort();
    assert.deepEqual(
      named,
      keysOf(readDefinition(name)).filter((key) => !key.endsWith("Machine")),
    );
  }
});

test("every function runs on Node 24 with a role of its own, a log group of its own and traces", () => {
  const functions = Object.values(resourcesOf(cordon, "AWS::Lambda::Function"));
  const roles = functions.map(({ Properties }) => flat(Properties.Role));
  assert.equal(new Set(roles).size, functions.length);
  assert.equal(
    new Set(functions.map(({ Properties }) => flat(Properties.LoggingConfig.LogGroup))).size,
    functions.length,
  );
  for (const { Properties } of functions) {
    assert.deepEqual([Properties.Runtime, Properties.TracingConfig.Mode], ["nodejs24.x", "Active"]);
  }
});

test("the environment of every function is what the adapters read", () => {
  for (const { Properties } of Object.values(resourcesOf(cordon, "AWS::Lambda::Function"))) {
    const variables = Object.fromEntries(
      Object.entries(Properties.Environment.Variables).map(([name, value]) => [name, flat(value)]),
    );
    const parsed = parseEnvironment({ ...variables, AWS_REGION: "eu-central-1", CORDON_ACCOUNT: "111111111111" });
    assert.equal(
      parsed.CORDON_MEMBER_ROLE,
      parsed.CORDON_STEP === "applyContainment" ? "cordon-contain" : "cordon-read",
    );
    assert.deepEqual(parsed.CORDON_LOGS, {
      bucket: "the-trail",
      owner: "333333333333",
      prefix: "",
      organizationId: null,
      accounts: ["111111111111", "222222222222"],
      regions: ["eu-central-1", "us-east-1"],
    });
  }
});

test("whoever appends to the ledger may read the public half of its key, by which the newest checkpoint is checked", () => {
  const appending = Object.entries({ ...STEPS, ...DOORS }).filter(([, { needs }]) => needs.includes("ledger"));
  assert.ok(appending.length >= 5);
  for (const [name] of appending) {
    const statements = statementsOf(cordon, `${name[0]!.toUpperCase()}${name.slice(1)}`);
    const keys = statements.filter(({ actions }) => actions.includes("kms:GetPublicKey"));
    assert.ok(
      keys.some(({ resources }) => resources.some((arn) => arn.startsWith("<LedgerKey"))),
      name,
    );
  }
});

test("who contains cannot sign, who signs cannot contain, and nobody else does either", () => {
  const assumes = (role: string) =>
    everyone.filter((name) =>
      statementsOf(cordon, `${name[0]!.toUpperCase()}${name.slice(1)}`).some(
        ({ actions, resources }) =>
          actions.includes("sts:AssumeRole") && resources.some((arn) => arn.endsWith(`/${role}`)),
      ),
    );
  const signers = everyone.filter((name) => mayDo(name).has("kms:Sign"));
  assert.deepEqual(signers.toSorted(), ["askApproval", "checkDecision", "openCase", "sealEvidence", "signLedger"]);
  assert.ok(!signers.some((name) => mayDo(name).has("sts:AssumeRole")));
  assert.deepEqual(assumes("cordon-contain"), ["applyContainment"]);
  // The doctor's function is no door to the outside; it may try the role that reads.
  const doors = Object.keys(DOORS).filter((door) => door !== "examineMembers");
  for (const door of doors) assert.ok(!mayDo(door).has("sts:AssumeRole") && !mayDo(door).has("kms:Sign"));
  assert.ok(assumes("cordon-read").includes("examineMembers") && !mayDo("examineMembers").has("kms:Sign"));
});

test("no function deletes anything, writes a policy, or may do all of a service", () => {
  for (const name of everyone) {
    const odd = [...mayDo(name)].filter(
      (action) => action.includes("*") || /:(Delete|PutBucketPolicy|PutKeyPolicy|CreateGrant|PassRole)/.test(action),
    );
    assert.deepEqual(odd, [], name);
  }
});

test("member roles are assumed in the accounts named and in no other", () => {
  const statement = statementsOf(cordon, "ApplyContainment").find(({ actions }) => actions.includes("sts:AssumeRole"));
  assert.deepEqual(
    statement?.resources,
    ["111111111111", "222222222222"].map((account) => `arn:<AWS::Partition>:iam::${account}:role/cordon-contain`),
  );
});

test("no bucket is public, reached without TLS, or goes with its stack", () => {
  for (const template of [cordon, trail]) {
    const policies = Object.values(resourcesOf(template, "AWS::S3::BucketPolicy"));
    for (const [id, bucket] of Object.entries(resourcesOf(template, "AWS::S3::Bucket"))) {
      assert.deepEqual(
        bucket.Properties.PublicAccessBlockConfiguration,
        { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        id,
      );
      assert.equal(bucket.DeletionPolicy, "RetainExceptOnCreate", id);
      assert.equal(bucket.UpdateReplacePolicy, "Retain", id);
      assert.equal(bucket.Properties.VersioningConfiguration.Status, "Enabled", id);
      assert.ok(bucket.Properties.BucketEncryption, id);
      const own = policies
        .filter(({ Properties }) => flat(Properties.Bucket) === `<${id}>`)
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      assert.ok(
        own.some((one: any) => one.Effect === "Deny" && one.Condition?.Bool?.["aws:SecureTransport"] === "false"),
        `${id} takes requests without TLS`,
      );
    }
  }
});

const evidence = Object.entries(resourcesOf(cordon, "AWS::S3::Bucket")).find(
  ([, { Properties }]) => Properties.ObjectLockEnabled === true,
)!;
const evidencePolicy: any[] = Object.values(resourcesOf(cordon, "AWS::S3::BucketPolicy")).find(
  ({ Properties }) => flat(Properties.Bucket) === `<${evidence[0]}>`,
)!.Properties.PolicyDocument.Statement;

test("evidence is locked by default, can be written only under new names, and is taken away by nobody", () => {
  assert.deepEqual(evidence[1].Properties.ObjectLockConfiguration.Rule.DefaultRetention, {
    Days: 30,
    Mode: "GOVERNANCE",
  });
  const names = evidencePolicy.find(({ Sid }) => Sid === "OnlyNewNames");
  assert.deepEqual(
    [names.Effect, names.Action, names.Condition],
    ["Deny", "s3:PutObject", { Null: { "s3:if-none-match": "true" } }],
  );
  const away = evidencePolicy.find(({ Sid }) => Sid === "NobodyTakesEvidenceAway");
  assert.ok(
    ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:DeleteBucket"].every((action) =>
      away.Action.includes(action),
    ),
  );
  assert.equal(away.Condition, undefined);
  const configure = evidencePolicy.find(({ Sid }) => Sid === "OnlyDeploymentsConfigure");
  assert.deepEqual(configure.Action, ["s3:PutBucketObjectLockConfiguration", "s3:PutLifecycleConfiguration"]);
  const [deployer] = configure.Condition.ArnNotEquals["aws:PrincipalArn"].map(flat);
  assert.match(deployer, /role\/cdk-hnb659fds-cfn-exec-role-<AWS::AccountId>-<AWS::Region>$/);
  const short = evidencePolicy.find(({ Sid }) => Sid === "NoShorterLock");
  assert.deepEqual(short.Condition, { NumericLessThan: { "s3:object-lock-remaining-retention-days": "29" } });
});

test("compliance and a break-glass role are what the context says", () => {
  const role = "arn:aws:iam::111111111111:role/break-glass";
  const { cordon: other } = synth({ retention: { mode: "COMPLIANCE", days: 2557 }, breakGlassRole: role });
  const bucket = Object.values(resourcesOf(other, "AWS::S3::Bucket")).find(
    ({ Properties }) => Properties.ObjectLockEnabled === true,
  )!;
  assert.deepEqual(bucket.Properties.ObjectLockConfiguration.Rule.DefaultRetention, { Days: 2557, Mode: "COMPLIANCE" });
  const denied = Object.values(resourcesOf(other, "AWS::S3::BucketPolicy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .find((one: any) => one.Sid === "NobodyTakesEvidenceAway") as any;
  assert.deepEqual(denied.Condition, { ArnNotEquals: { "aws:PrincipalArn": [role] } });
});

const SEALER = ["SealEvidence"];
/** Openings, questions and decisions are under a checkpoint before anything acts on them. */
const LEDGER_SIGNERS = ["OpenCase", "AskApproval", "CheckDecision", "SealEvidence", "SignLedger"];

test("signing keys are P-256, admit the steps that must sign and no door, in the one mode that others can verify, and cannot be given away", () => {
  const keys = Object.values(resourcesOf(cordon, "AWS::KMS::Key")).filter(
    ({ Properties }) => Properties.KeyUsage === "SIGN_VERIFY",
  );
  assert.equal(keys.length, 2);
  for (const { Properties } of keys) {
    assert.equal(Properties.KeySpec, "ECC_NIST_P256");
    const statements: any[] = Properties.KeyPolicy.Statement;
    const signing = statements.filter(
      (one) =>
        one.Effect === "Allow" && toList(one.Action).some((action) => action === "kms:Sign" || action.includes("*")),
    );
    assert.equal(signing.length, 1);
    const expected = flat(Properties.Description).includes("ledger") ? LEDGER_SIGNERS : SEALER;
    const rolesIn = (value: unknown): readonly (string | undefined)[] =>
      toList(value as any).map((one: unknown) => /^<(\w+?)Role\w+\.Arn>$/.exec(flat(one as any))?.[1]);
    assert.deepEqual(rolesIn(signing[0].Condition.ArnEquals["aws:PrincipalArn"]).toSorted(), expected.toSorted());
    assert.match(flat(signing[0].Principal.AWS), /:root$/, "a role as principal must be there before the key");
    assert.deepEqual(signing[0].Condition.StringEquals, {
      "kms:SigningAlgorithm": "ECDSA_SHA_256",
      "kms:MessageType": "DIGEST",
    });
    const denials = statements.filter((one) => one.Effect === "Deny");
    assert.deepEqual(
      denials.map(({ Action }) => Action),
      ["kms:Sign", "kms:CreateGrant", ["kms:ScheduleKeyDeletion", "kms:DisableKey"]],
    );
    assert.deepEqual(rolesIn(denials[0].Condition.ArnNotEquals["aws:PrincipalArn"]).toSorted(), expected.toSorted());
  }
});

test("a finding starts a function that names the execution, and what cannot be delivered is kept and heard", () => {
  const rules = Object.values(resourcesOf(cordon, "AWS::Events::Rule"));
  const finding = rules.find(({ Properties }) => Properties.EventPattern?.source?.[0] === "aws.guardduty")!.Properties;
  assert.deepEqual(finding.EventPattern["detail-type"], ["GuardDuty Finding"]);
  assert.ok(finding.EventPattern.detail.type.some((one: any) => one.prefix === "AttackSequence:S3/"));
  assert.deepEqual(finding.EventPattern.detail.severity, [{ numeric: [">=", 4] }]);
  assert.match(flat(finding.Targets[0].Arn), /^<ReceiveFinding\w+\.Arn>$/);
  for (const { Properties } of rules)
    assert.ok(Properties.Targets[0].DeadLetterConfig, "a target without a dead-letter queue");
  const alarms = Object.values(resourcesOf(cordon, "AWS::CloudWatch::Alarm")).map(
    ({ Properties }) => Properties.MetricName,
  );
  assert.deepEqual([...new Set(alarms)].sort(), [
    "ApproximateNumberOfMessagesVisible",
    "Errors",
    "ExecutionsAborted",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
  ]);
  const ended = rules.find(({ Properties }) => Properties.EventPattern?.source?.[0] === "aws.states")!.Properties;
  assert.deepEqual(ended.EventPattern.detail.status, ["FAILED", "TIMED_OUT", "ABORTED"]);
});

test("what signs by the clock is called by the clock alone, and reads and writes the ledger alone", () => {
  const allowed = Object.values(resourcesOf(cordon, "AWS::Lambda::Permission")).filter(({ Properties }) =>
    flat(Properties.FunctionName).startsWith("<SignLedger"),
  );
  assert.deepEqual(
    allowed.map(({ Properties }) => [Properties.Principal, flat(Properties.SourceArn).slice(0, 9)]),
    [["events.amazonaws.com", "<SignRule"]],
  );
  const rule = Object.entries(resourcesOf(cordon, "AWS::Events::Rule")).find(([id]) => id.startsWith("SignRule"))![1];
  assert.equal(rule.Properties.ScheduleExpression, "rate(1 hour)");
  const reached = statementsOf(cordon, "SignLedger").flatMap(({ actions, resources }) =>
    actions.some((action) => !/^(logs|xray):/.test(action)) ? resources : [],
  );
  assert.deepEqual(
    reached.filter((arn) => !/^<(LedgerKey|Undelivered)|evidence-111111111111-eu-central-1(\/ledger\/\*)?$/.test(arn)),
    [],
  );
});

test("decisions come in by SigV4 only", () => {
  const routes = Object.values(resourcesOf(cordon, "AWS::ApiGatewayV2::Route"));
  assert.deepEqual(
    routes.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]),
    [
      ["POST /v1/decisions", "AWS_IAM"],
      ["POST /v1/plans", "AWS_IAM"],
    ],
  );
});

test("log groups expire, queues and topics refuse plain HTTP, the table survives mistakes", () => {
  for (const { Properties } of Object.values(resourcesOf(cordon, "AWS::Logs::LogGroup")))
    assert.equal(Properties.RetentionInDays, 365);
  const secure = [
    ...Object.values(resourcesOf(cordon, "AWS::SQS::QueuePolicy")),
    ...Object.values(resourcesOf(cordon, "AWS::SNS::TopicPolicy")),
  ];
  assert.equal(secure.length, 2);
  for (const { Properties } of secure)
    assert.ok(
      Properties.PolicyDocument.Statement.some(
        (one: any) => one.Effect === "Deny" && one.Condition?.Bool?.["aws:SecureTransport"] === "false",
      ),
    );
  const [table] = Object.values(resourcesOf(cordon, "AWS::DynamoDB::Table"));
  assert.deepEqual(
    [
      table!.Properties.DeletionProtectionEnabled,
      table!.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
      table!.Properties.SSESpecification.SSEEnabled,
    ],
    [true, true, true],
  );
});

test("no statement anywhere allows every action of a service", () => {
  for (const [name, template] of Object.entries(templates)) {
    const statements = [
      ...Object.values(resourcesOf(template, "AWS::IAM::Policy")).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      ),
      ...Object.values(resourcesOf(template, "AWS::KMS::Key")).flatMap(
        ({ Properties }) => Properties.KeyPolicy.Statement,
      ),
    ];
    const wild = statements
      .filter((one: any) => one.Effect === "Allow")
      .flatMap((one: any) => toList(one.Action))
      .filter((action) => action.endsWith(":*") || action === "*");
    assert.deepEqual(
      [...new Set(wild)].filter((action) => action !== "kms:*"),
      [],
      name,
    );
  }
});

test("the estimate before deploying counts the keys and alarms that the templates make", () => {
  const { stdout } = spawnSync(process.execPath, [join(ROOT, "bin/cordon.js"), "cost", "--json"], { encoding: "utf8" });
  const { perMonth } = JSON.parse(stdout) as { readonly perMonth: readonly { what: string; how: string }[] };
  const count = (type: string): number =>
    [cordon, trail].reduce((sum, template) => sum + Object.keys(resourcesOf(template, type)).length, 0);
  const how = (what: RegExp): string => perMonth.find((line) => what.test(line.what))!.how;
  assert.equal(how(/^KMS/), `${count("AWS::KMS::Key")} keys`);
  const [alarms, boards] = [count("AWS::CloudWatch::Alarm"), count("AWS::CloudWatch::Dashboard")];
  assert.equal(how(/alarms/), `${alarms} alarms, ${boards} dashboard`);
});
