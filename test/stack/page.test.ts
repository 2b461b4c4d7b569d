import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnvironment } from "../../lib/aws/environment.ts";
import type { CordonError } from "../../lib/base/errors.ts";
import { contextOf, flat, resourcesOf, statementsOf, synth } from "./synth.ts";

const ORIGIN = "https://cordon.example.com";
const WEBAUTHN = { webauthn: { rpId: "example.com", origin: ORIGIN } };
const CERTIFICATE = "arn:aws:acm:eu-central-1:111111111111:certificate/0a1b";
const IDENTITY = { issuer: "https://login.example.com", clientId: "cordon", clientSecretName: "cordon/page" };
const own = synth({ page: { origin: ORIGIN, certificateArn: CERTIFICATE } }, WEBAUTHN).cordon;
const theirs = synth({ page: { origin: ORIGIN, identity: IDENTITY } }, WEBAUTHN).cordon;
const none = synth().cordon;

const faultsOf = (page: unknown, settings: Readonly<Record<string, unknown>>, over = {}): readonly string[] => {
  try {
    contextOf({ page, ...over }, settings);
    return [];
  } catch (error) {
    return (error as CordonError).faults.map(({ path }) => path);
  }
};

test("without a page in the context there is none: no pool, no open route, no table of sessions", () => {
  assert.deepEqual(Object.keys(resourcesOf(none, "AWS::Cognito::UserPool")), []);
  assert.equal(Object.keys(resourcesOf(none, "AWS::DynamoDB::Table")).length, 1);
  assert.equal(Object.keys(resourcesOf(none, "AWS::ApiGatewayV2::Api")).length, 1);
});

test("the page can read cases and bundles and take decisions; it can neither sign, contain, scan nor write evidence", () => {
  for (const template of [own, theirs]) {
    const statements = statementsOf(template, "CasePage");
    const actions = new Set(statements.flatMap((statement) => statement.actions));
    for (const never of ["kms:Sign", "sts:AssumeRole", "athena:StartQueryExecution", "lambda:InvokeFunction"])
      assert.ok(!actions.has(never), never);
    const started = statements.filter((statement) => statement.actions.includes("states:StartExecution"));
    for (const arn of started.flatMap(({ resources }) => resources)) assert.match(arn, /:cordon-(contain|release)$/);
    const bundles = statements.filter(({ resources }) => resources.some((arn) => arn.endsWith("/bundles/*")));
    assert.deepEqual(
      bundles.map((statement) => statement.actions),
      [["s3:GetObject"]],
    );
  }
});

test("a pool of our own takes nobody in by himself and nobody without a second factor", () => {
  const [pool] = Object.values(resourcesOf(own, "AWS::Cognito::UserPool"));
  assert.equal(pool!.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly, true);
  assert.deepEqual([pool!.Properties.MfaConfiguration, pool!.Properties.EnabledMfas], ["ON", ["SOFTWARE_TOKEN_MFA"]]);
  assert.deepEqual(pool!.Properties.AccountRecoverySetting.RecoveryMechanisms, [{ Name: "admin_only", Priority: 1 }]);
  const [client] = Object.values(resourcesOf(own, "AWS::Cognito::UserPoolClient"));
  assert.deepEqual(
    [client!.Properties.AllowedOAuthFlows, client!.Properties.AllowedOAuthScopes, client!.Properties.CallbackURLs],
    [["code"], ["openid"], [`${ORIGIN}/login/callback`]],
  );
  assert.deepEqual(Object.keys(resourcesOf(theirs, "AWS::Cognito::UserPool")), []);
});

test("with a certificate the page answers to its own name alone", () => {
  const api = Object.values(resourcesOf(own, "AWS::ApiGatewayV2::Api")).find(
    ({ Properties }) => Properties.Name === "cordon-page",
  );
  assert.equal(api!.Properties.DisableExecuteApiEndpoint, true);
  const [domain] = Object.values(resourcesOf(own, "AWS::ApiGatewayV2::DomainName"));
  assert.equal(domain!.Properties.DomainName, "cordon.example.com");
});

test("the page's environment is what its door reads, and only its function has it", () => {
  for (const [template, issuer, secret] of [
    [own, /^https:\/\/cognito-idp\.<AWS::Region>\.<AWS::URLSuffix>\/<People\w+>$/, null],
    [theirs, /^https:\/\/login\.example\.com$/, "cordon/page"],
  ] as const) {
    const functions = Object.values(resourcesOf(template, "AWS::Lambda::Function"));
    const having = functions.filter(({ Properties }) => Properties.Environment.Variables.CORDON_PAGE !== undefined);
    assert.deepEqual(
      having.map(({ Properties }) => Properties.Handler),
      ["casePage.handler"],
    );
    const variables = Object.fromEntries(
      Object.entries(having[0]!.Properties.Environment.Variables).map(([name, value]) => [name, flat(value)]),
    );
    const parsed = parseEnvironment({ ...variables, AWS_REGION: "eu-central-1", CORDON_ACCOUNT: "111111111111" });
    assert.match(parsed.CORDON_PAGE!.issuer, issuer);
    assert.deepEqual([parsed.CORDON_PAGE!.clientSecretName, parsed.CORDON_PAGE!.origin], [secret, ORIGIN]);
    assert.equal(parsed.CORDON_PAGE_ORIGIN, ORIGIN);
  }
});

test("a secret of the provider can be read by the page alone, and no other secret by it", () => {
  const reading = Object.values(resourcesOf(theirs, "AWS::IAM::Policy")).filter(({ Properties }) =>
    JSON.stringify(Properties.PolicyDocument).includes("secretsmanager:"),
  );
  assert.equal(reading.length, 1);
  const statement = statementsOf(theirs, "CasePage").find(({ actions }) =>
    actions.includes("secretsmanager:GetSecretValue"),
  );
  assert.deepEqual(statement!.resources, [
    "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:cordon/page-??????",
  ]);
});

test("a page on which nobody could decide stops the synth, with every fault", () => {
  assert.deepEqual(faultsOf({ origin: ORIGIN }, WEBAUTHN), []);
  assert.deepEqual(faultsOf({ origin: ORIGIN }, {}), ["settings.webauthn.origin"]);
  assert.deepEqual(
    faultsOf(
      { origin: ORIGIN },
      { webauthn: { rpId: "other.com", origin: "https://x.other.com" } },
      {
        pageOrigin: "https://elsewhere.com",
      },
    ),
    ["settings.webauthn.origin", "settings.webauthn.rpId", "cordon.pageOrigin"],
  );
  for (const origin of ["http://cordon.example.com", "https://cordon.example.com/", "https://cordon.example.com/x"])
    assert.ok(faultsOf({ origin }, WEBAUTHN).includes("cordon.page.origin"), origin);
});

test("an approver of another provider than the page's stops the synth", () => {
  const approver = (issuer: string) => ({
    humanId: "alice",
    keys: ["0".repeat(64)],
    principals: [],
    since: "2026-01-01T00:00:00.000Z",
    oidc: { issuer, subject: "s" },
  });
  const settings = (issuer: string) => ({
    ...WEBAUTHN,
    approvers: [approver(issuer)],
    quorum: { reversible: 1, externallyReversible: 1, irreversible: 2 },
  });
  const page = { origin: ORIGIN, identity: IDENTITY };
  assert.deepEqual(faultsOf(page, settings(IDENTITY.issuer)), []);
  assert.deepEqual(faultsOf(page, settings("https://evil.test")), ["settings.approvers.alice.oidc.issuer"]);
});
