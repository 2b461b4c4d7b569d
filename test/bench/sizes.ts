/**
 * What a theft of N objects costs to seal, copy, check and share:  node test/bench/sizes.ts HOME N…
 * HOME is a finished demo (`cordon demo --home HOME`); of a copy of it the list of stolen objects is replaced by N of them, the
 * totals with it, and the case is sealed once more. Then each verb as a process of its own, by GNU time: the highest resident
 * set is that of the whole process, DuckDB's and the runtime's included.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { canonicalJson } from "../../lib/base/jcs.ts";
import type { TakenObject } from "../../lib/case/objects.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { sealEvidence } from "../../lib/response/seal/sealEvidence.ts";

const CORDON = resolve(import.meta.dirname, "../../bin/cordon.js");
const LINES_AT_ONCE = 20_000;

const [first, ...rest] = process.argv.slice(2);
if (first === "--seal") await seal(rest[0]!, rest[1]!);
else for (const count of rest) measure(first!, Number(count));

function measure(demo: string, count: number): void {
  const home = mkdtempSync(join(resolve(demo, ".."), `cordon-sizes-${count}-`));
  try {
    cpSync(demo, home, { recursive: true });
    const [caseId] = readdirSync(join(home, "cases")) as [string];
    steal(join(home, "cases", caseId, "docs"), count);
    const out = (name: string): string => join(home, name);
    const trust = ["--trust", join(home, "keys/keys.json")];
    const key = ["--key", join(home, "keys/evidence.pem")];
    const heap = "--heap-growing-percent=20";
    const runs: readonly (readonly [string, readonly string[], readonly number[]])[] = [
      ["seal", [heap, import.meta.filename, "--seal", home, caseId], [0]],
      ["verify CASE", [CORDON, "evidence", "verify", caseId, "--home", home], [0]],
      ["get --out case.zip", [CORDON, "evidence", "get", caseId, "--home", home, "--out", out("case.zip")], [0]],
      ["verify case.zip", [CORDON, "evidence", "verify", out("case.zip"), ...trust], [0]],
      ...["stix", "ocsf", "case", "timesketch"].map(
        (format) =>
          [
            `export --format ${format}`,
            [CORDON, "evidence", "export", caseId, "--home", home, "--format", format, "--out", out(`x.${format}`)],
            [0],
          ] as const,
      ),
      ["redact", [CORDON, "evidence", "redact", caseId, "--home", home, "--out", out("copy"), ...key], [0]],
      ["verify COPY", [CORDON, "evidence", "verify", out("copy"), ...trust], [0]],
    ];
    console.log(`\n| ${count} objects | elapsed | CPU | memory |\n|---|---:|---:|---:|`);
    for (const [name, args, expected] of runs) console.log(`| ${name} | ${measured(args, expected, home)} |`);
    console.log(`| bundle | ${Math.round(statSync(out("case.zip")).size / 2 ** 20)} MB |`);
  } finally {
    execFileSync("chmod", ["-R", "u+w", home]);
    rmSync(home, { recursive: true, force: true });
  }
}

/** The first line of the real list, N times under other names, and totals that say the same. */
function steal(docs: string, count: number): void {
  const list = join(docs, "objects.jsonl");
  const [line] = readFileSync(list, "utf8").split("\n", 1) as [string];
  const model = JSON.parse(line) as Pick<TakenObject, "bucket" | "addresses" | "firstAt" | "lastAt">;
  const file = openSync(list, "w");
  for (let from = 0; from < count; from += LINES_AT_ONCE)
    writeSync(
      file,
      Array.from(
        { length: Math.min(LINES_AT_ONCE, count - from) },
        (_, at) => `${canonicalJson(objectOf(model, from + at))}\n`,
      ).join(""),
    );
  closeSync(file);
  const bytes = count * 1000 + (count * (count - 1)) / 2;
  const amount = { objects: count, calls: count, bytes };
  const summary = join(docs, "theft-summary.json");
  writeFileSync(
    summary,
    canonicalJson({
      ...(JSON.parse(readFileSync(summary, "utf8")) as object),
      ...{ certain: amount, likely: amount, upperBound: amount },
      ...{ firstAt: model.firstAt, lastAt: model.lastAt, buckets: [model.bucket], addresses: model.addresses },
    }),
  );
}

function objectOf(model: object, at: number): object {
  const digits = String(at).padStart(9, "0");
  const [calls, bytesOut] = [1, 1000 + at];
  const eventIds = ["a", "b", "c"].map((one) => `${one}bcd1234-e581-4649-a51d-000${digits}`);
  return { ...model, key: `dumps/2024-01-02/warehouse-${digits}.tar.gz`, calls, bytesOut, size: bytesOut, eventIds };
}

async function seal(home: string, caseId: string): Promise<void> {
  const deployment = openDeployment({ home, onBoundary: () => undefined, print: null });
  try {
    await sealEvidence({ caseId, kind: "final", state: {} }, deployment.portsOf(caseId));
  } finally {
    await deployment.close();
  }
}

function measured(args: readonly string[], expected: readonly number[], cwd: string): string {
  const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%e s | %U + %S s | %M", process.execPath, ...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const last = stderr.trim().split("\n").at(-1)!;
  if (!expected.includes(status ?? -1)) return `exit ${status}: ${stderr.trim().slice(-500)}`;
  return last.replace(/\d+$/, (kilobytes) => `${Math.round(Number(kilobytes) / 1024)} MB`);
}
