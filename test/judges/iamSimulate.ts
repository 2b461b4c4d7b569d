/**
 * An extra suite: every verdict of lib/core/plan/iamEvaluate.ts against @cloud-copilot/iam-simulate, a simulator by others.
 * It is AGPL-3.0, so it judges us here and is no dependency: it is looked for in the folder CORDON_JUDGES, else installed
 * by name into a folder of its own; where that fails the suite is skipped and says so.
 *
 *     node test/judges/iamSimulate.ts [questions, default 3000] [seed, default 1] [file to record questions and verdicts in]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type AccessRequest, explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";

const PACKAGE = "@cloud-copilot/iam-simulate";
const VERSION = "0.1.173";
const ACCOUNT = "123456789012";

interface Simulator {
  runSimulation(
    simulation: unknown,
    options: unknown,
  ): Promise<{ resultType: string; overallResult?: string; errors?: unknown }>;
}

const findSimulator = async (): Promise<Simulator | null> => {
  const folder = process.env.CORDON_JUDGES ?? join(tmpdir(), "cordon-judges");
  const entry = join(folder, "node_modules", PACKAGE, "dist/esm/index.js");
  if (!existsSync(entry)) {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync("npm", ["install", "--prefix", folder, "--no-save", `${PACKAGE}@${VERSION}`], { stdio: "ignore" });
    } catch {
      return null;
    }
  }
  return (await import(pathToFileURL(entry).href)) as Simulator;
};

const user = (name: string) => ({
  "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/${name}`,
  "aws:userid": `AIDA${name.toUpperCase()}00000001`,
});
const session = (role: string, name: string, issued: string) => ({
  "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/${role}`,
  "aws:userid": `AROA${role.toUpperCase()}000000001:${name}`,
  "aws:TokenIssueTime": issued,
});

const PRINCIPALS = [
  { arn: `arn:aws:iam::${ACCOUNT}:user/alice`, context: user("alice") },
  { arn: `arn:aws:iam::${ACCOUNT}:user/alicia`, context: user("alicia") },
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0317`, context: session("app", "i-0317", "2026-11-21T08:59:59Z") },
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/other`, context: session("app", "other", "2026-11-21T09:10:00Z") },
];
const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const RESOURCES = ["arn:aws:s3:::plain/key", "arn:aws:s3:::plain/a/b.csv", "arn:aws:s3:::other/key"];
const ADDRESSES = ["198.51.100.7", "203.0.113.9", "2001:db8::7"];

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const named = (operators: readonly string[], key: string, values: readonly string[]) =>
  fc
    .record({ operator: fc.constantFrom(...operators), values: some(values), ifExists: fc.boolean() })
    .map(({ operator, values, ifExists }) => ({
      [`${operator}${ifExists ? "IfExists" : ""}`]: { [key]: values.length === 1 ? values[0]! : values },
    }));

const ARN_PATTERNS = [
  ...PRINCIPALS.map(({ context }) => context["aws:PrincipalArn"]),
  `arn:aws:iam::${ACCOUNT}:user/ali*`,
  "arn:aws:iam::*:role/???",
  "arn:aws:iam::*",
];
const ID_PATTERNS = [...PRINCIPALS.map(({ context }) => context["aws:userid"]), "AROAAPP*", "*:i-0317"];

const condition = fc.oneof(
  named(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], "aws:PrincipalArn", ARN_PATTERNS),
  named(["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"], "aws:userid", ID_PATTERNS),
  named(["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"], "aws:TokenIssueTime", [
    "2026-11-21T09:00:00Z",
    "2026-11-21T09:05:00.000Z",
    "2026-11-21T08:59:59Z",
  ]),
  named(["IpAddress", "NotIpAddress"], "aws:SourceIp", ["198.51.100.0/24", "203.0.113.9", "2001:db8::/32"]),
  named(["Bool"], "aws:PrincipalIsAWSService", ["false", "true"]),
  named(["StringEquals", "StringNotEquals"], "aws:PrincipalAccount", [ACCOUNT, "210987654321"]),
  named(["StringEquals", "StringNotEquals"], "aws:SourceVpce", ["vpce-1", "vpce-2"]),
);

const oneOf = (name: "Action" | "Resource", values: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: some(values).map((chosen) => ({ [name]: chosen })) },
    { weight: 1, arbitrary: some(values).map((chosen) => ({ [`Not${name}`]: chosen })) },
  );

const statement = fc
  .record({
    effect: fc.constantFrom("Deny", "Deny", "Deny", "Allow"),
    action: oneOf("Action", ["s3:*", "*", "s3:getobject", "s3:GetObject*", "s3:Put*", "s3:DeleteObject"]),
    resource: oneOf("Resource", [
      "*",
      "arn:aws:s3:::plain/*",
      "arn:aws:s3:::plain/key",
      "arn:aws:s3:::plain/?ey",
      "arn:aws:s3:::*/a/*",
    ]),
    principal: fc.constantFrom<unknown>(
      "*",
      { AWS: "*" },
      { AWS: ACCOUNT },
      { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` },
      { AWS: "210987654321" },
    ),
    conditions: fc.array(condition, { maxLength: 3 }),
  })
  .map(({ effect, action, resource, principal, conditions }) => ({
    Effect: effect,
    Principal: principal,
    ...action,
    ...resource,
    ...(conditions.length === 0 ? {} : { Condition: Object.assign({}, ...conditions) }),
  }));

const question = fc.record({
  statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom("resource", "identity"),
  principal: fc.constantFrom(...PRINCIPALS),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  address: fc.constantFrom(...ADDRESSES, null),
  endpoint: fc.constantFrom("vpce-1", null),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

const contextOf = ({ principal, address, endpoint }: Question): Record<string, string> => ({
  ...principal.context,
  "aws:PrincipalAccount": ACCOUNT,
  "aws:PrincipalIsAWSService": "false",
  ...(address === null ? {} : { "aws:SourceIp": address }),
  ...(endpoint === null ? {} : { "aws:SourceVpce": endpoint }),
});

const documentOf = ({ statements, kind }: Question) => ({
  Version: "2012-10-17",
  Statement: kind === "resource" ? statements : statements.map(({ Principal: _, ...rest }) => rest),
});

const ours = (asked: Question): string => {
  const request: AccessRequest = { action: asked.action, resource: asked.resource, context: contextOf(asked) };
  return explicitDeny(JSON.stringify(documentOf(asked)), request).is;
};

const theirs = async (asked: Question, { runSimulation }: Simulator): Promise<string> => {
  const allowAll = {
    name: "all",
    policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  };
  const document = documentOf(asked);
  const simulated = await runSimulation(
    {
      identityPolicies: asked.kind === "identity" ? [allowAll, { name: "judged", policy: document }] : [allowAll],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(asked.kind === "resource" ? { resourcePolicy: document } : {}),
      request: {
        action: asked.action,
        principal: asked.principal.arn,
        resource: { resource: asked.resource, accountId: ACCOUNT },
        contextVariables: contextOf(asked),
      },
    },
    {},
  );
  if (simulated.resultType !== "single") return `error ${JSON.stringify(simulated.errors).slice(0, 300)}`;
  return simulated.overallResult === "ExplicitlyDenied" ? "denied" : "not-denied";
};

const judge = async (count: number, seed: number, record: string | undefined): Promise<void> => {
  const simulator = await findSimulator();
  if (simulator === null) return void console.log(`skipped: ${PACKAGE} ${VERSION} is not here and cannot be installed`);
  const tally = { denied: 0, "not-denied": 0, unknown: 0 } as Record<string, number>;
  const disagreements: string[] = [];
  const verdicts: string[] = [];
  for (const asked of fc.sample(question, { numRuns: count, seed })) {
    const [mine, judged] = [ours(asked), await theirs(asked, simulator)];
    verdicts.push(
      JSON.stringify({
        policy: documentOf(asked),
        action: asked.action,
        resource: asked.resource,
        context: contextOf(asked),
        verdict: judged,
      }),
    );
    tally[mine] = (tally[mine] ?? 0) + 1;
    if (mine !== "unknown" && mine !== judged)
      disagreements.push(`ours ${mine}, theirs ${judged}: ${JSON.stringify(asked)}`);
  }
  if (record !== undefined) writeFileSync(record, `${verdicts.join("\n")}\n`);
  console.log(`${count} questions, seed ${seed}: ${JSON.stringify(tally)}; ${disagreements.length} disagreements`);
  for (const each of disagreements.slice(0, 5)) console.log(each);
  process.exitCode = disagreements.length === 0 ? 0 : 1;
};

await judge(Number(process.argv[2] ?? 3000), Number(process.argv[3] ?? 1), process.argv[4]);
