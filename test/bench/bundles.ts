/**
 * Size and start of every bundled function, as a table for docs/cost.md: bytes that a start loads (the entry and what it
 * imports at once), the CPU time until its handler is there in a fresh Node, and that of a first and a second call which is
 * refused for its input: what a container does once, and what it does for every call before any work. Best of five.
 *
 *     node test/bench/bundles.ts [RUNS]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { bundleFunctions } from "../../lib/stack/bundle.ts";
import { parseContext } from "../../lib/stack/context.ts";
import { EVERY_STEP } from "../../lib/stack/steps.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const STARTS = Number(process.argv[2] ?? 5);
/** CPU and not the clock's time: a machine that others use as well gives the same figures. */
const PROGRAM = `const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const times = [cpu()];
const { handler } = await import(process.argv[1]);
times.push(cpu());
for (let call = 0; call < 2; call += 1) {
  await (async () => handler({}, {}))().catch(() => undefined);
  times.push(cpu());
}
console.log(JSON.stringify(times.slice(1).map((time, at) => time - times[at])));`;
/** Nothing answers there: whatever would be called fails at once. */
const ENVIRONMENT = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  AWS_MAX_ATTEMPTS: "1",
  CORDON_ACCOUNT: "111111111111",
  CORDON_PARTITION: "aws",
  CORDON_CASE_BUCKET: "cases",
  CORDON_EVIDENCE_BUCKET: "evidence",
  CORDON_EVIDENCE_KEY: "evidence-key",
  CORDON_LEDGER_KEY: "ledger-key",
  CORDON_LEDGER_ORIGIN: "cordon.dev/ledger/bench",
  CORDON_TOKEN_KEY: "token-key",
  CORDON_DECISIONS_TABLE: "decisions",
  CORDON_NOTICES_TOPIC: "arn:aws:sns:eu-central-1:111111111111:notices",
  CORDON_SETTINGS: "file:settings.json",
  CORDON_RETENTION: '{"mode":"GOVERNANCE","days":30}',
  CORDON_MEMBER_ROLE: "cordon-read",
  CORDON_EXTERNAL_ID: "an-external-id",
  CORDON_DATABASE: "cordon",
  CORDON_WORKGROUP: "cordon",
  CORDON_RESPOND_MACHINE: "arn:aws:states:eu-central-1:111111111111:stateMachine:cordon-respond",
  CORDON_LOGS:
    '{"bucket":"lake","owner":"111111111111","prefix":"","organizationId":null,"accounts":["111111111111"],"regions":["eu-central-1"]}',
  CORDON_PAGE:
    '{"origin":"https://cordon.example.com","issuer":"https://127.0.0.1:9","clientId":"c","clientSecretName":null,"table":"page"}',
};

const cdk = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8")) as { context: { cordon: unknown } };
const context = parseContext(cdk.context.cordon, (path) => readFileSync(join(ROOT, path), "utf8"));
const folder = await bundleFunctions(
  ROOT,
  join(mkdtempSync(join(tmpdir(), "cordon-bench-")), "functions"),
  context.loaded,
);

const loadedBy = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(
    /(?:^|[;}\s])(?:import|export)\s*(?:[^"'()]*?from\s*)?"(\.[^"]+)"/g,
  ))
    loadedBy(join(dirname(file), path!), seen);
  return seen;
};

const total = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(
  `All functions together: ${Math.round(total / 1024)} KiB unpacked\n\n| function | KiB at start | start, ms | first call, ms | second call, ms |\n|---|---:|---:|---:|---:|`,
);
for (const name of Object.keys(EVERY_STEP)) {
  const file = join(folder, `${name}.mjs`);
  const bytes = [...loadedBy(file)].reduce((sum, each) => sum + statSync(each).size, 0);
  const runs = Array.from(
    { length: STARTS },
    () =>
      JSON.parse(
        execFileSync(process.execPath, ["--input-type=module", "-e", PROGRAM, file], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
          env: { PATH: process.env.PATH, ...ENVIRONMENT, CORDON_STEP: name },
        })
          .trim()
          .split("\n")
          .at(-1)!,
      ) as readonly number[],
  );
  const best = [0, 1, 2].map((at) => Math.min(...runs.map((times) => times[at]!)));
  const figures = [best[0]!.toFixed(0), best[1]!.toFixed(1), best[2]!.toFixed(1)];
  console.log(`| ${name} | ${[Math.round(bytes / 1024), ...figures].join(" | ")} |`);
}
