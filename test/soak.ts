/**
 * `npm run test:soak [MINUTES] [FOLDER]`, outside CI: one `cordon serve`. First the rate that this machine sustains is
 * measured (each finding when the one before is sealed), then findings arrive at that rate for an hour, a fifth of them
 * duplicates, then at twice the rate for a sixth of that time, then the backlog drains. Fails when a finding is lost or
 * doubled, when the backlog does not drain, when the floor of resident memory (what is left after a collection, which a leak
 * raises) has risen by more than a half from the first quarter to the last, or when memory ever was over 700 MB.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeAt } from "../lib/embedded/home.ts";
import { inspectHome } from "../lib/embedded/homeCheck.ts";
import { drop, findingNumber, namesIn, sealed, startHost, until } from "./embedded/hostProcess.ts";

const minutes = Number(process.argv[2] ?? 60);
const home = join(mkdtempSync(join(process.argv[3] ?? tmpdir(), "soak-")), "home");
const host = await startHost(home);
const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000));
const residentMb = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.child.pid}/status`, "utf8"))![1]) / 1024);

let findings = 0;
let files = 0;
const send = (isDuplicate: boolean): void => {
  if (!isDuplicate) findings += 1;
  drop(home, `${++files}`, findingNumber(findings, 5 + (findings % 4)));
};

const WARM_UP = 5;
const begun = performance.now();
for (let number = 1; number <= WARM_UP; number += 1) {
  send(false);
  await until(() => sealed(home).length === number);
}
const gap = (performance.now() - begun) / 1000 / WARM_UP;
console.log(`sustained: a finding every ${gap.toFixed(1)} s`);

const memory: number[] = [];
const arrive = async (seconds: number, every: number): Promise<void> => {
  for (let passed = 0; passed < seconds; passed += every) {
    send(files % 5 === 4);
    memory.push(residentMb());
    console.log({ files, findings, sealed: sealed(home).length, residentMb: memory.at(-1) });
    await pause(every);
  }
};
await arrive(minutes * 60, gap);
await arrive(minutes * 10, gap / 2);
const backlog = findings - sealed(home).length;
await until(() => sealed(home).length === findings, 2 * 3600);
host.child.kill("SIGTERM");
assert.equal(await host.ended, 0);
assert.equal(namesIn(join(home, "cases")).length, findings);
assert.equal(namesIn(join(home, "inbox/taken")).length, files);
assert.deepEqual(inspectHome(homeAt(home)).faults, []);
const quarter = Math.ceil(memory.length / 4);
const [early, late] = [memory.slice(0, quarter), memory.slice(-quarter)].map((some) => Math.min(...some));
const most = Math.max(...memory);
console.log({ minutes, findings, files, backlog, early, late, most });
assert.ok(
  late! <= early! * 1.5 && most < 700,
  `the floor of memory went from ${early} to ${late} MB, the most was ${most}`,
);
