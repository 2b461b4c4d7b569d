import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContext } from "../../lib/stack/context.ts";
import { flat, resourcesOf, synth, toList } from "./synth.ts";

const { cordon, member } = synth();

/** The statements of a policy for people, resources with their references resolved by name. */
const policyOf = (
  name: string,
): readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[] =>
  Object.values(resourcesOf(cordon, "AWS::IAM::ManagedPolicy"))
    .filter(({ Properties }) => Properties.ManagedPolicyName === `cordon-eu-central-1-${name}`)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Action, Resource }) => ({ actions: toList(Action), resources: toList(Resource).map(flat) }));
const actionsOf = (name: string): readonly string[] =>
  [...new Set(policyOf(name).flatMap(({ actions }) => actions))].sort();

test("an auditor reads cases, evidence, ledger and public keys, and may do nothing else", () => {
  assert.deepEqual(actionsOf("auditor"), [
    "cloudformation:DescribeStackResource",
    "cloudformation:DescribeStacks",
    "kms:Decrypt",
    "kms:GetPublicKey",
    "s3:GetObject",
    "s3:ListBucket",
  ]);
});

test("a responder may besides hand decisions in and start a response, and write nothing but the inbox", () => {
  const more = actionsOf("responder").filter((action) => !actionsOf("auditor").includes(action));
  assert.deepEqual(more, ["execute-api:Invoke", "kms:GenerateDataKey", "s3:PutObject", "states:StartExecution"]);
  const resources = (action: string) =>
    policyOf("responder")
      .filter(({ actions }) => actions.includes(action))
      .flatMap((one) => one.resources);
  assert.deepEqual(
    resources("s3:PutObject").map((arn) => arn.replace(/^.*:::/, "")),
    ["cordon-cases-111111111111-eu-central-1/inbox/*"],
  );
  assert.deepEqual(
    resources("execute-api:Invoke").map((arn) => arn.slice(arn.indexOf("/"))),
    ["/$default/POST/v1/decisions", "/$default/POST/v1/plans"],
  );
  assert.deepEqual(
    resources("states:StartExecution").map((arn) => arn.split(":").at(-1)),
    ["cordon-respond"],
  );
});

test("no assistant decides with a responder's rights: calls through an MCP server of AWS are denied to decisions and tasks", () => {
  const denials = Object.values(resourcesOf(cordon, "AWS::IAM::ManagedPolicy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
    .filter(({ Effect }) => Effect === "Deny");
  assert.equal(denials.length, 1);
  assert.deepEqual(denials[0].Condition, { Bool: { "aws:ViaAWSMCPService": "true" } });
  assert.equal(denials[0].Resource, "*");
  assert.deepEqual([...denials[0].Action].sort(), [
    "execute-api:Invoke",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
    "states:StartExecution",
  ]);
});

test("every role that a function or a member account holds is closed to what comes through an MCP server of AWS", () => {
  for (const template of [cordon, member]) {
    const roles = Object.entries(resourcesOf(template, "AWS::IAM::Role")).filter(([, { Properties }]) =>
      /cordon-/.test(flat(Properties.RoleName ?? "")),
    );
    const closed = Object.values(resourcesOf(template, "AWS::IAM::Policy"))
      .filter(({ Properties }) =>
        Properties.PolicyDocument.Statement.some(
          (one: any) => one.Sid === "NoAgent" && one.Effect === "Deny" && one.Action === "*" && one.Resource === "*",
        ),
      )
      .flatMap(({ Properties }) => toList(Properties.Roles).map(flat));
    assert.ok(roles.length > 0);
    for (const [id] of roles) assert.ok(closed.includes(`<${id}>`), id);
  }
});

test("no policy for people is for every resource of a service", () => {
  for (const who of ["auditor", "responder"])
    assert.deepEqual(
      policyOf(who)
        .flatMap(({ resources }) => resources)
        .filter((arn) => arn === "*" || /:\*$/.test(arn)),
      [],
    );
});

test("the stack describes itself with everything the command line needs to find it", () => {
  const machine = Object.entries(resourcesOf(cordon, "AWS::StepFunctions::StateMachine")).find(
    ([, { Metadata }]) => Metadata?.Cordon,
  );
  const output = Object.values(cordon.findOutputs("FoundRecord"))[0]!;
  assert.equal(output.Value, machine![0]);
  const { environment, settings, context, decisionApi, schema } = machine![1].Metadata.Cordon;
  assert.equal(schema, "cordon/deployment/v1");
  assert.deepEqual(
    JSON.parse(flat(settings)).approvers.map(({ humanId }: { humanId: string }) => humanId),
    ["alice", "bob"],
  );
  assert.equal(JSON.parse(flat(context)).name, "cordon");
  assert.match(flat(decisionApi), /^<DecisionApi\w+\.ApiEndpoint>$/);
  assert.match(flat(environment.CORDON_CASE_BUCKET), /^<Cases/);
});

test("the context in the record is one that the doctor can read again, without the files of whoever deployed", () => {
  const made = synth(
    { hunt: { ranges: "ranges.txt", allow: "allow.json" } },
    {},
    { "ranges.txt": "", "allow.json": "[]" },
  );
  const machines = Object.values(resourcesOf(made.cordon, "AWS::StepFunctions::StateMachine"));
  const { settings, context } = machines.find(({ Metadata }) => Metadata?.Cordon)!.Metadata.Cordon;
  const again = parseContext(JSON.parse(flat(context)), () => flat(settings));
  assert.deepEqual([again.name, again.hunt?.every, again.hunt?.allow], ["cordon", "6h", null]);
});

test("the record of a deployment, which whoever may describe the stack reads, has secrets by name only", () => {
  const page = {
    origin: "https://cordon.example.com",
    identity: { issuer: "https://login.example.com", clientId: "c", clientSecretName: "cordon/oidc" },
  };
  const chat = { slack: { secretName: "cordon/slack", channel: "#soc" }, pagerDuty: { secretName: "cordon/pager" } };
  const webauthn = { rpId: "cordon.example.com", origin: page.origin };
  const { cordon: full } = synth({ page, chat }, { webauthn });
  const machines = Object.values(resourcesOf(full, "AWS::StepFunctions::StateMachine"));
  const { environment, settings, context } = machines.find(({ Metadata }) => Metadata?.Cordon)!.Metadata.Cordon;
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      names.push(name);
      visit(inner);
    }
  };
  for (const part of [environment, JSON.parse(flat(settings)), JSON.parse(flat(context))]) visit(part);
  const suspicious = names.filter((name) => /secret|token|password|private|credential/i.test(name));
  assert.deepEqual([...new Set(suspicious)].sort(), ["CORDON_TOKEN_KEY", "clientSecretName", "secretName"]);
  assert.match(flat(environment.CORDON_TOKEN_KEY), /^<TokenKey\w+\.Arn>$/);
});
