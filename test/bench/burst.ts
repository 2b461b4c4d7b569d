/**
 * `node test/bench/burst.ts N FOLDER`: N findings of as many actors at once in the inbox of one `cordon serve`, a tenth of
 * them of severity 8. Says when all were asked about and what one question cost of the processor, when the first and all were sealed, in which order, the peak of
 * resident memory (Linux), and whether one was lost. With a third argument it stops after so many seconds.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { asked, drop, findingNumber, namesIn, sealed, startHost } from "../embedded/hostProcess.ts";

const [count, folder, most] = [Number(process.argv[2]), process.argv[3]!, Number(process.argv[4] ?? 3600)];
const home = join(mkdtempSync(join(folder, "burst-")), "home");
const host = await startHost(home);
const begun = performance.now();
const seconds = (): number => Math.round((performance.now() - begun) / 100) / 10;
for (let number = 0; number < count; number += 1)
  drop(home, String(number).padStart(4, "0"), findingNumber(number, number % 10 === 9 ? 8 : 5));

const memory = (): number => {
  const status = readFileSync(`/proc/${host.child.pid}/status`, "utf8");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
};
/** Processor time of the host so far, all its threads, in seconds: unlike the time on the wall it hardly depends on who else works here. */
const cpuSeconds = (): number => {
  // After the name, which may hold anything: fields 14 and 15 of proc_pid_stat(5), in hundredths.
  const fields = readFileSync(`/proc/${host.child.pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
let [firstAsked, allAsked, firstSealed, cpuForAsking] = [0, 0, 0, 0];
let peakMb = 0;
while (sealed(home).length < count && seconds() < most && host.child.exitCode === null) {
  await new Promise((done) => setTimeout(done, 500));
  peakMb = memory();
  if (firstAsked === 0 && asked(home).length > 0) firstAsked = seconds();
  if (allAsked === 0 && asked(home).length === count) [allAsked, cpuForAsking] = [seconds(), cpuSeconds()];
  if (firstSealed === 0 && sealed(home).length > 0) firstSealed = seconds();
}
/** Severity of a case, by when its first question was written. */
const order = asked(home)
  .map((caseId) => ({ caseId, at: statSync(join(home, "cases", caseId, "docs/plans/contain-1.json")).birthtimeMs }))
  .sort((a, b) => a.at - b.at)
  .map(
    ({ caseId }) =>
      JSON.parse(readFileSync(join(home, "cases", caseId, "docs/finding.json"), "utf8")).severity as number,
  );
const ended = seconds();
host.child.kill("SIGTERM");
console.log({
  count,
  cases: namesIn(join(home, "cases")).length,
  firstAsked,
  allAsked,
  cpuSecondsAQuestion: Math.round((cpuForAsking / count) * 1000) / 1000,
  firstSealed,
  sealed: sealed(home).length,
  ended,
  peakMb,
  severeAmongFirstTenth: order.slice(0, Math.ceil(count / 10)).filter((severity) => severity === 8).length,
  exit: await host.ended,
});
rmSync(home, { recursive: true, force: true });
