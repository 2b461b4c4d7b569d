/** Our command line as a person's: against MiniStack, in a session of a role, by nothing but AWS's own environment variables. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { ACCOUNT, clientsAt, type Outputs, REGION } from "./ministackDeploy.ts";

const CLI = resolve(import.meta.dirname, "../../bin/cordon.js");

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
export type CommandLine = (...args: readonly string[]) => Promise<Ran>;

/** Signs in as `assumed-role/Responder/alice`, who decides with a key file of hers. */
export const signIn = async (
  endpoint: string,
  outputs: Outputs,
  folder: string,
  key: KeyObject,
): Promise<CommandLine> => {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
  };
  const iam = new IAMClient(clientsAt(endpoint));
  await iam.send(new CreateRoleCommand({ RoleName: "Responder", AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const { Credentials } = await new STSClient(clientsAt(endpoint)).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/Responder`, RoleSessionName: "alice" }),
  );
  writeFileSync(join(folder, "alice.pem"), key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const [, api] = /\/\/([a-z0-9]+)\./.exec(outputs.DecisionApiUrl!)!;
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_EXECUTE_API: `${endpoint}/_aws/execute-api/${api}/$default`,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  };
  return (...args) =>
    new Promise((done) =>
      execFile(
        process.execPath,
        [CLI, ...args, "--stack", "CordonStack"],
        { env, cwd: folder },
        (error, stdout, stderr) => done({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      ),
    );
};

/** The case is listed and shown, and approved with the plan's fingerprint through API Gateway; twice is once. */
export const decideByCommandLine = async (cordon: CommandLine, caseId: string): Promise<void> => {
  const listed = JSON.parse((await succeeds(cordon, "cases", "--json")).stdout) as readonly {
    readonly caseId: string;
  }[];
  assert.deepEqual(
    listed.map((one) => one.caseId),
    [caseId],
  );
  const { status, plan } = JSON.parse((await succeeds(cordon, "show", caseId, "--json")).stdout);
  assert.equal(status, "awaiting-decision");
  const words = ["--approve", "all", "--reason", "confirmed with the owner of the key", "--key", "alice.pem"];
  await succeeds(cordon, "decide", caseId, ...words, "--fingerprint", plan.fingerprint);
  const again = await succeeds(cordon, "decide", caseId, "--plan", plan.planId, ...words);
  assert.match(again.stderr, /recorded before/);
  console.log("command line: listed, shown, decided through the API, and once");
};

/** What the sealed case is to an auditor at his desk. */
export const auditByCommandLine = async (cordon: CommandLine, caseId: string): Promise<void> => {
  await succeeds(cordon, "evidence", "verify", caseId);
  await succeeds(cordon, "evidence", "get", caseId, "--out", "fetched.zip");
  await succeeds(cordon, "keys", "--out", "keys.json");
  // What is fetched has a folder at its top, what is stored has none: the same bundle, not the same archive.
  await succeeds(cordon, "evidence", "verify", "fetched.zip", "--trust", "keys.json");
  await succeeds(cordon, "ledger", "audit");
  console.log("command line: evidence fetched and verified, ledger audited clean");
};

const succeeds = async (cordon: CommandLine, ...args: readonly string[]): Promise<Ran> => {
  const ran = await cordon(...args);
  assert.equal(ran.status, 0, `cordon ${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
  return ran;
};
