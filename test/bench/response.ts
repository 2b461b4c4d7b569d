/**
 * Times a whole response on generated logs and prints where the time went, with the peak memory of the process.
 *
 *   node test/bench/response.ts [BACKGROUND_EVENTS] [FOLDER]     (default 26,000 events, a temporary folder)
 *
 * Figures to state: finding to notice, finding to sealed preliminary report, decision to last verified change.
 */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerAsDemoResponder } from "../../lib/cli/demoResponder.ts";
import { createIo } from "../../lib/cli/io.ts";
import { begin } from "../../lib/cli/respond.ts";
import { driveUntilParked } from "../../lib/cli/session.ts";
import { readFindings } from "../../lib/cli/sources.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { BUNDLED_INCIDENT, writeIncident } from "../../lib/incident/incident.ts";
import { caseView } from "../../lib/response/caseView.ts";

const events = Number(process.argv[2] ?? BUNDLED_INCIDENT.backgroundEvents);
const folder = process.argv[3] ?? mkdtempSync(join(tmpdir(), "cordon-bench-"));
const incident = join(folder, `incident-${events}`);
if (!existsSync(join(incident, "truth.json")))
  await writeIncident(incident, { ...BUNDLED_INCIDENT, backgroundEvents: events });

const deployment = openDeployment({ home: mkdtempSync(join(folder, "home-")), print: null, onBoundary: () => {} });
const io = createIo({ json: true, quiet: true });
const [intake] = readFindings(join(incident, "finding.json")).intakes;
const started = performance.now();
const caseId = begin(
  intake!,
  { logs: join(incident, "logs"), iam: join(incident, "iam.json"), buckets: join(incident, "buckets") },
  deployment,
);
await driveUntilParked(deployment, io);
const parked = performance.now();
await answerAsDemoResponder(caseId, deployment, io);
await driveUntilParked(deployment, io);

const view = await caseView(caseId, deployment.portsOf(caseId));
const trail = await deployment.ports.cases.events(caseId);
const at = (type: string): number => Date.parse(trail.find((event) => event.type === type)?.at ?? "");
const seconds = (from: string, to: string): string => ((at(to) - at(from)) / 1000).toFixed(2);
const lines = [
  `events in the logs                       ${events.toLocaleString("en")} and the thief's`,
  `certain                                  ${view.theft.certain?.objects} objects, ${view.theft.certain?.bytes} bytes`,
  `finding to question asked                ${seconds("case.opened", "approval.asked")} s`,
  `finding to figures                       ${seconds("case.opened", "theft.quantified")} s`,
  `finding to sealed preliminary evidence   ${seconds("case.opened", "evidence.sealed")} s`,
  `decision to last verified change         ${seconds("decision.recorded", "containment.verified")} s`,
  `until nothing is left but the decision   ${((parked - started) / 1000).toFixed(2)} s`,
  `peak memory                              ${(process.resourceUsage().maxRSS / 1e6).toFixed(3)} GB`,
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exit(0);
