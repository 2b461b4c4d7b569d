/**
 * One life of a process that responds to the OTRF case and kills itself (SIGKILL) at the first boundary that no earlier
 * life reached. Every boundary is written to a log before the process dies, so that the parent sees what ran twice.
 * Arguments: data directory, log file, `kill` or `finish`. Of the boundaries a sample kills, all of them under CORDON_LONG.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { answerAsDemoResponder } from "../../../lib/cli/demoResponder.ts";
import { createIo } from "../../../lib/cli/io.ts";
import { begin } from "../../../lib/cli/respond.ts";
import { driveUntilParked } from "../../../lib/cli/session.ts";
import { readFindings } from "../../../lib/cli/sources.ts";
import { openDeployment } from "../../../lib/embedded/deployment.ts";
import { caseView } from "../../../lib/response/caseView.ts";
import { isSampled } from "../../sample.ts";

const [home, log, mode] = process.argv.slice(2) as [string, string, string];
const fixtures = resolve(import.meta.dirname, "../../fixtures");
/** Of the boundaries of a calm run, one in so many. */
const ONE_IN = 20;
let met = 0;
const seen = new Set(existsSync(log) ? readFileSync(log, "utf8").split("\n") : []);

const deployment = openDeployment({
  home,
  print: null,
  onBoundary: ({ execution, state, phase }) => {
    const line = `${execution} ${state} ${phase}`;
    appendFileSync(log, `${line}\n`);
    met += 1;
    if (mode === "kill" && !seen.has(line) && isSampled(met, ONE_IN)) process.kill(process.pid, "SIGKILL");
  },
});

const io = createIo({ json: true, quiet: true });
const [intake] = readFindings(join(fixtures, "otrf-case/finding.json")).intakes;
const caseId = begin(
  intake!,
  {
    logs: join(fixtures, "otrf/logs"),
    iam: join(fixtures, "otrf-case/iam.json"),
    buckets: join(fixtures, "otrf-case/buckets"),
  },
  deployment,
);
await driveUntilParked(deployment, io);
for (
  let round = 0;
  round < 4 && (await caseView(caseId, deployment.portsOf(caseId))).status === "awaiting-decision";
  round += 1
) {
  await answerAsDemoResponder(caseId, deployment, io);
  await driveUntilParked(deployment, io);
}
process.stdout.write(JSON.stringify(await caseView(caseId, deployment.portsOf(caseId))));
process.exit(0);
