/**
 * `npm run bench [-- EVENTS ROUNDS FOLDER]` (1,000,000 events, 3 rounds, a temporary folder): generates an incident, lets each contender
 * read its logs in a process of its own, all of them once a round, and writes the table into docs/benchmarks.md. Ratios are
 * to the floor of the same run: figures of two runs, or of two machines, are not comparable.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { BUNDLED_INCIDENT, writeIncident } from "../../lib/incident/incident.ts";
import { CONTENDERS } from "./contenders.ts";

const PAGE = new URL("../../docs/benchmarks.md", import.meta.url);
const [events, rounds] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3)];
const place = process.argv[4] ?? mkdtempSync(join(tmpdir(), "cordon-bench-"));
const folder = join(place, `incident-${events}`);
if (!existsSync(join(folder, "truth.json")))
  await writeIncident(folder, { ...BUNDLED_INCIDENT, backgroundEvents: events });

interface Run {
  readonly wall: number;
  readonly cpu: number;
  readonly mb: number;
  /** Of the last of several scans alone. */
  readonly seconds?: number;
  readonly records?: number;
  readonly kept?: number;
}

const runs = new Map<string, Run[]>(Object.keys(CONTENDERS).map((name) => [name, []]));
const skipped = new Map<string, string>();
for (let round = 0; round < rounds; round++)
  for (const [name, found] of runs) {
    if (skipped.has(name)) continue;
    const started = performance.now();
    const child = spawnSync(process.execPath, [join(import.meta.dirname, "contenders.ts"), name, folder], {
      encoding: "utf8",
    });
    const wall = (performance.now() - started) / 1000;
    if (child.status === 0) found.push({ wall, ...(JSON.parse(child.stdout) as Omit<Run, "wall">) });
    else skipped.set(name, /\w*Error: [^\n]{0,80}/.exec(child.stderr)?.[0] ?? "it failed");
    process.stderr.write(`${round + 1}/${rounds} ${name}: ${skipped.get(name) ?? `${wall.toFixed(1)} s`}\n`);
  }

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const secondsOf = ({ seconds, wall }: Run): number => seconds ?? wall;
const lowest = runs.get("floor")!;
const F = { wall: median(lowest.map(secondsOf)), cpu: median(lowest.map(({ cpu }) => cpu)) };

const row = ([name, found]: readonly [string, readonly Run[]]): string => {
  if (found.length === 0) return `| ${name} | skipped: ${skipped.get(name)} | | | | | |`;
  const seconds = found.map(secondsOf);
  const cpu = median(found.map((one) => one.cpu));
  const range = `${median(seconds).toFixed(2)} (${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)})`;
  const { records, kept } = found[0]!;
  const share = kept === undefined ? "" : `${((100 * kept) / records!).toFixed(1)} %`;
  const ratios = [median(seconds) / F.wall, cpu / F.cpu].map((ratio) => ratio.toFixed(1));
  return `| ${[name, range, ...ratios, cpu.toFixed(1), Math.max(...found.map(({ mb }) => mb)), share].join(" | ")} |`;
};

const table = [
  `${events.toLocaleString("en")} events and the actor's, ${rounds} rounds, ${cpus().length} cores (${cpus()[0]!.model}), Node ${process.versions.node}:`,
  "",
  "| contender | seconds, median (range) | × F | CPU × F | CPU s | peak MB | kept |",
  "|---|---:|---:|---:|---:|---:|---:|",
  ...[...runs].map(row),
  "",
  `${skipped.size} of ${runs.size} contenders were skipped.`,
].join("\n");
process.stdout.write(`${table}\n`);
const page = readFileSync(PAGE, "utf8");
writeFileSync(
  PAGE,
  page.replace(/(?<=<!-- bench: generated -->\n).*(?=\n<!-- end -->)/s, () => table),
);
