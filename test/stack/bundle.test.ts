import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { bundleFunctions } from "../../lib/stack/bundle.ts";
import { EVERY_STEP } from "../../lib/stack/steps.ts";
import { createS3Model } from "../aws/s3Model.ts";
import { json, type Reply, serve, xml } from "../aws/wire.ts";
import { contextOf, ROOT } from "./synth.ts";

const ACCOUNT = "111111111111";
let functions = "";
before(async () => {
  functions = await bundleFunctions(
    ROOT,
    join(mkdtempSync(join(tmpdir(), "cordon-bundle-")), "functions"),
    contextOf().loaded,
  );
});

const ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  CORDON_ACCOUNT: ACCOUNT,
  CORDON_PARTITION: "aws",
  CORDON_CASE_BUCKET: "cases",
  CORDON_EVIDENCE_BUCKET: "evidence",
  CORDON_EVIDENCE_KEY: "evidence-key",
  CORDON_LEDGER_KEY: "ledger-key",
  CORDON_LEDGER_ORIGIN: "cordon.dev/ledger/test",
  CORDON_TOKEN_KEY: "token-key",
  CORDON_DECISIONS_TABLE: "decisions",
  CORDON_NOTICES_TOPIC: `arn:aws:sns:eu-central-1:${ACCOUNT}:notices`,
  CORDON_SETTINGS: "file:settings.json",
  CORDON_RETENTION: '{"mode":"GOVERNANCE","days":30}',
  CORDON_MEMBER_ROLE: "cordon-read",
  CORDON_EXTERNAL_ID: "an-external-id",
  CORDON_DATABASE: "cordon",
  CORDON_WORKGROUP: "cordon",
  CORDON_LOGS: JSON.stringify({
    bucket: "lake",
    owner: ACCOUNT,
    prefix: "",
    organizationId: null,
    accounts: [ACCOUNT],
    regions: ["eu-central-1"],
  }),
};

/** Runs a bundled function as Lambda does: a fresh process that has nothing but the bundle and its environment. */
const invoke = async (name: string, event: unknown, env: Readonly<Record<string, string>>): Promise<any> => {
  const program = `const { handler } = await import(process.argv[1]);
    try { console.log(JSON.stringify({ result: (await handler(JSON.parse(process.argv[2]), {})) ?? null })); }
    catch (error) { console.log(JSON.stringify({ errorType: error.name, code: error.code, errorMessage: error.message })); }`;
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", program, join(functions, `${name}.mjs`), JSON.stringify(event)],
    {
      cwd: tmpdir(),
      env: { PATH: process.env["PATH"], ...env, CORDON_STEP: name },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  // What the function itself logs comes before.
  return JSON.parse(text.trim().split("\n").at(-1)!);
};

test("every function of the stack is an entry of the bundle, and what they read lies beside them", () => {
  for (const name of Object.keys(EVERY_STEP)) assert.ok(existsSync(join(functions, `${name}.mjs`)), name);
  for (const path of [
    "settings.json",
    "lib/sql/case-table.sql",
    "lib/sql/reads.sql",
    "docs/schemas",
    "lib/web/assets/index.html",
  ])
    assert.ok(existsSync(join(functions, path)), path);
});

test("the settings in the bundle are those of the context, with our own roles exempt", () => {
  assert.deepEqual(
    JSON.parse(readFileSync(join(functions, "settings.json"), "utf8")),
    JSON.parse(JSON.stringify(contextOf().loaded)),
  );
});

test("a bundled step says which variable of its environment is wrong", async () => {
  const answer = await invoke("closeCase", { caseId: "x", state: {} }, { ...ENVIRONMENT, CORDON_RETENTION: "{}" });
  assert.deepEqual([answer.errorType, answer.code], ["CordonError", "SETTINGS_INVALID"]);
  assert.match(answer.errorMessage, /CORDON_RETENTION/);
});

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PUBLIC_KEY = publicKey.export({ format: "der", type: "spki" }).toString("base64");

/** As KMS signs a digest: node:crypto would hash it once more, openssl takes it as it is. */
const signatureOf = (digest: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), "cordon-key-")), "key.pem");
  writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }));
  const signed = spawnSync("openssl", ["pkeyutl", "-sign", "-inkey", file], { input: Buffer.from(digest, "base64") });
  return signed.stdout.toString("base64");
};

test("bundled steps open a case, start its scan and look at it, through the SDK and the files of the bundle", async (t) => {
  const s3 = createS3Model();
  const queries: string[] = [];
  const published: string[] = [];
  const operations: Readonly<Record<string, (input: any) => Reply>> = {
    StartQueryExecution: ({ QueryString }) => {
      queries.push(QueryString);
      return json(200, { QueryExecutionId: "q-1" });
    },
    GetQueryExecution: () => json(200, { QueryExecution: { Status: { State: "RUNNING" } } }),
    // Whoever appends to the ledger holds what is there against its key.
    GetPublicKey: () => json(200, { KeyId: "ledger-key", KeySpec: "ECC_NIST_P256", PublicKey: PUBLIC_KEY }),
    Sign: ({ Message }) => json(200, { KeyId: "ledger-key", Signature: signatureOf(Message) }),
  };
  const server = await serve((wire) => {
    const operation = wire.headers["x-amz-target"]?.split(".")[1];
    if (operation !== undefined) return operations[operation]!(JSON.parse(wire.body.toString()));
    if (wire.body.includes("Action=Publish")) {
      published.push(wire.body.toString());
      return xml(200, "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>");
    }
    return s3.answer(wire);
  });
  t.after(server.close);
  const env = { ...ENVIRONMENT, AWS_ENDPOINT_URL: server.endpoint };
  const event = JSON.parse(readFileSync(join(ROOT, "test/fixtures/invictus-case/finding.json"), "utf8"));
  const answer = await invoke("openCase", { event: { finding: event, manual: true }, execution: "e-1" }, env);
  const opened = answer.result ?? assert.fail(JSON.stringify(answer));
  assert.equal(opened.next, "respond");
  assert.ok(s3.objects.has(`cases/cases/${opened.caseId}/head.json`));
  assert.ok(s3.objects.has("evidence/ledger/log/entry/000000000000.json"));
  assert.equal(s3.written.get("evidence/ledger/log/entry/000000000000.json")?.["x-amz-object-lock-mode"], "GOVERNANCE");
  assert.equal(published.length, 1);
  const scan = await invoke("startScan", { caseId: opened.caseId }, env);
  assert.equal(scan.result?.next, "wait", JSON.stringify(scan));
  assert.equal(queries.length, 1);
  assert.equal((await invoke("checkScan", { caseId: opened.caseId, scan: scan.result }, env)).result.next, "wait");
  // What a step wrote behind its last signature is signed by the clock, whatever else runs.
  const signed = await invoke("signLedger", {}, env);
  const entries = [...s3.objects.keys()].filter((key) => key.startsWith("evidence/ledger/log/entry/"));
  assert.equal(signed.result?.size, entries.length, JSON.stringify(signed));
  const again = await invoke("openCase", { event: { finding: event, manual: true }, execution: "e-2" }, env);
  assert.equal(again.result.next, "extend");
});

test("the bundled page shows its files to everybody, no case to a stranger, and needs its provider for nothing else", async (t) => {
  const server = await serve(({ headers }) =>
    headers["x-amz-target"] === "secretsmanager.GetSecretValue" && headers.authorization?.startsWith("AWS4-HMAC-SHA256")
      ? json(200, { SecretString: "secret" })
      : json(500, {}),
  );
  t.after(server.close);
  const page = {
    ...{ origin: "https://cordon.example.com", issuer: "https://127.0.0.1:9", clientId: "c", table: "page" },
    clientSecretName: "cordon/page",
  };
  const env = { ...ENVIRONMENT, CORDON_PAGE: JSON.stringify(page), AWS_ENDPOINT_URL: server.endpoint };
  const ask = async (rawPath: string) => {
    const event = {
      ...{ rawPath, headers: { host: "cordon.example.com" } },
      requestContext: { http: { method: "GET" } },
    };
    const { result } = await invoke("casePage", event, env);
    return { status: result.statusCode, body: Buffer.from(result.body, "base64").toString() };
  };
  const [shell, script, cases, login] = [
    await ask("/"),
    await ask("/assets/app.js"),
    await ask("/api/cases"),
    await ask("/login"),
  ];
  assert.ok(shell.status === 200 && shell.body.startsWith("<!doctype html>"));
  assert.equal(script.body, readFileSync(join(ROOT, "lib/web/assets/app.js"), "utf8"));
  assert.deepEqual([cases.status, JSON.parse(cases.body).code], [401, "NO_SESSION"]);
  assert.deepEqual([login.status, JSON.parse(login.body).code], [503, "LOGIN_UNAVAILABLE"]);
  assert.equal(JSON.parse(server.seen[0]!.body.toString()).SecretId, "cordon/page");
});
