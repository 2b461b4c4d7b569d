/**
 * What an examiner would ask by hand, against Cordon:  node test/bench/peers.ts [variant …]
 * The same generated incidents, the raw CloudTrail files, and the finding's own marks: jq and DuckDB list what was read
 * with the finding's access key, and what was read from its address; Cordon runs as `cordon respond` does, up to the
 * first question. Each list is held against the generator's truth, object by object. Times include starting the program.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { writeIncident } from "../../lib/incident/incident.ts";
import type { Truth } from "../../lib/incident/truth.ts";
import type { VariantId } from "../../lib/incident/variants.ts";
import { respondTo, withHome } from "../response/run.ts";

/** The bundled incident, and the ways out or faults of a log that each of the hand-made questions is blind to. */
const DEFAULTS: readonly VariantId[] = ["stolen-key", "duplicates", "copy", "role-chain"];
const BACKGROUND: Readonly<Partial<Record<VariantId, number>>> = { "stolen-key": 26_000 };

const RECORDS =
  'STRUCT(eventName VARCHAR, errorCode VARCHAR, sourceIPAddress VARCHAR, userIdentity STRUCT(accessKeyId VARCHAR), requestParameters STRUCT(bucketName VARCHAR, "key" VARCHAR), additionalEventData STRUCT(bytesTransferredOut DOUBLE))[]';

interface Answer {
  readonly objects: ReadonlySet<string>;
  readonly bytes: number;
}
interface Marks {
  readonly key: string;
  readonly address: string;
}
type Row = readonly [bucket: string, key: string, bytes: number];

const chosen = process.argv.slice(2) as VariantId[];
console.log(
  "| incident | asked by | objects | missed | not stolen | bytes off by | s |\n|---|---|---:|---:|---:|---:|---:|",
);
for (const variant of chosen.length > 0 ? chosen : DEFAULTS) await compare(variant);

async function compare(variant: VariantId): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cordon-peers-"));
  try {
    const truth = await writeIncident(dir, { variant, seed: "peers", backgroundEvents: BACKGROUND[variant] ?? 5000 });
    const marks = marksOf(dir);
    await told(variant, truth, "jq, the finding's key", () => jq(dir, `.userIdentity.accessKeyId == "${marks.key}"`));
    await told(variant, truth, "jq, the finding's address", () => jq(dir, `.sourceIPAddress == "${marks.address}"`));
    await told(variant, truth, "DuckDB, the finding's key", () =>
      duckdb(dir, "e.userIdentity.accessKeyId = $1", marks.key),
    );
    await told(variant, truth, "DuckDB, the finding's address", () =>
      duckdb(dir, "e.sourceIPAddress = $1", marks.address),
    );
    const amounts = Promise.withResolvers<Answer>();
    await told(variant, truth, "Cordon, certain", () => cordon(dir, amounts.resolve));
    await told(variant, truth, "Cordon, certain and likely (same run)", () => amounts.promise);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function told(variant: string, truth: Truth, who: string, ask: () => Answer | Promise<Answer>): Promise<void> {
  const started = performance.now();
  const { objects, bytes } = await ask();
  const seconds = (performance.now() - started) / 1000;
  const stolen = new Set(truth.objects.map(({ bucket, key }) => JSON.stringify([bucket, key])));
  const missed = [...stolen].filter((one) => !objects.has(one)).length;
  const wrong = [...objects].filter((one) => !stolen.has(one)).length;
  const off = bytes - truth.totals.movedBytes;
  console.log(`| ${variant} | ${who} | ${objects.size} | ${missed} | ${wrong} | ${off} | ${seconds.toFixed(1)} |`);
}

function marksOf(dir: string): Marks {
  const finding = readFileSync(join(dir, "finding.json"), "utf8");
  const first = (member: RegExp): string => member.exec(finding)?.[1] ?? "none";
  return { key: first(/"accessKeyId":\s*"([^"]+)"/), address: first(/"ipAddressV4":\s*"([^"]+)"/) };
}

function jq(dir: string, condition: string): Answer {
  const filter = `.Records[] | select(.eventName == "GetObject" and .errorCode == null and ${condition}) | [.requestParameters.bucketName, .requestParameters.key, (.additionalEventData.bytesTransferredOut // 0)]`;
  const { stdout, status, stderr } = spawnSync(
    "sh",
    ["-c", 'find "$1" -name "*.json.gz" -print0 | xargs -0 zcat | jq -c "$2"', "sh", join(dir, "logs"), filter],
    { encoding: "utf8", maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(`jq: ${stderr}`);
  return answerOf(
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Row),
  );
}

async function duckdb(dir: string, condition: string, mark: string): Promise<Answer> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT e.requestParameters.bucketName, e.requestParameters."key", coalesce(e.additionalEventData.bytesTransferredOut, 0)
     FROM (SELECT unnest(Records) AS e FROM read_json('${join(dir, "logs")}/**/*.json.gz', columns = {'Records': '${RECORDS}'}, maximum_object_size = 1000000000))
     WHERE e.eventName = 'GetObject' AND e.errorCode IS NULL AND ${condition}`,
    [mark],
  );
  const rows = result.getRows() as unknown as readonly Row[];
  connection.closeSync();
  instance.closeSync();
  return answerOf(rows);
}

function answerOf(rows: readonly Row[]): Answer {
  return {
    objects: new Set(rows.map(([bucket, key]) => JSON.stringify([bucket, key]))),
    bytes: rows.reduce((sum, [, , bytes]) => sum + Number(bytes), 0),
  };
}

async function cordon(dir: string, likely: (answer: Answer) => void): Promise<Answer> {
  let answer: Answer = { objects: new Set(), bytes: 0 };
  await withHome({}, async (deployment) => {
    const finding: unknown = JSON.parse(readFileSync(join(dir, "finding.json"), "utf8"));
    const place = { logs: join(dir, "logs"), iam: join(dir, "iam.json"), buckets: join(dir, "buckets") };
    const { caseId, theft } = await respondTo({ finding, ...place }, deployment);
    const ledger = Buffer.from((await deployment.ports.cases.read(caseId, "objects.jsonl"))!).toString("utf8");
    const entries = ledger
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { bucket: string; key: string; certainty: string });
    const setOf = (some: typeof entries): Answer["objects"] =>
      new Set(some.map(({ bucket, key }) => JSON.stringify([bucket, key])));
    answer = {
      objects: setOf(entries.filter(({ certainty }) => certainty === "certain")),
      bytes: theft.certain?.bytes ?? 0,
    };
    likely({
      objects: setOf(entries.filter(({ certainty }) => certainty !== "upper-bound")),
      bytes: theft.likely?.bytes ?? 0,
    });
  });
  return answer;
}
