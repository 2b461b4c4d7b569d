import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import type { VerifyReport } from "../evidence/report.ts";
import { verifyBundle } from "../evidence/verify.ts";
import { BUNDLED_INCIDENT, writeIncident } from "../incident/incident.ts";
import { caseView } from "../response/caseView.ts";
import { EXIT, type Verb } from "./command.ts";
import { decideAtTerminal } from "./decide.ts";
import { answerAsDemoResponder } from "./demoResponder.ts";
import type { Io } from "./io.ts";
import { createPhases, type Phases } from "./phases.ts";
import { progressOf } from "./progress.ts";
import { begin } from "./respond.ts";
import { showCase } from "./screen.ts";
import { driveUntilParked, withDeployment } from "./session.ts";
import { readFindings } from "./sources.ts";
import { trustRootOf } from "./trust.ts";

export const demo: Verb = {
  usage: "",
  dataDirectoryOnly: true,
  options: {
    home: { type: "string", value: "DIR", help: "data directory (default ./.cordon/demo), removed and made anew" },
    at: {
      type: "string",
      value: "TIME",
      help: "when the incident's alarm comes, ISO 8601 (default: a few minutes ago)",
    },
  },
  examples: ["cordon demo", "cordon demo --home /tmp/cordon-demo --at 2026-02-23T04:15:00Z"],
  run: async (typed, io) => {
    const home = resolve(String(typed.values.home ?? "./.cordon/demo"));
    const alarmAt = alarmOf(typed.values.at);
    makeRoom(home);
    const phases = createPhases(io);
    return withDeployment({ ...typed, values: { ...typed.values, home } }, io, progressOf(io), (deployment) =>
      play(deployment, alarmAt, phases, io),
    );
  },
};

/**
 * The incident has one finding, and a second run of it would only be one more copy of a closed case: an earlier demo is
 * removed. Only a folder that a demo made is: another data directory is never touched.
 */
const makeRoom = (home: string): void => {
  const marker = join(home, "made-by-cordon-demo");
  if (existsSync(marker)) rmSync(home, { recursive: true, force: true });
  else if (existsSync(home)) throw new CordonError("USAGE", `${home} exists and no demo made it; give another --home`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(marker, "");
};

/** A detector takes a while: what it reports now happened some minutes ago. */
const JUST_NOW_MS = 3 * 60_000;

const alarmOf = (given: unknown): string => {
  if (given === undefined) return new Date(Date.parse(systemClock.now()) - JUST_NOW_MS).toISOString();
  const at = Date.parse(String(given));
  if (Number.isNaN(at))
    throw new CordonError("USAGE", `expected --at TIME like 2026-02-23T04:15:00Z, got ${String(given)}`);
  return new Date(at).toISOString();
};

const play = async (deployment: Deployment, alarmAt: string, phases: Phases, io: Io): Promise<number> => {
  const incident = join(deployment.home.root, "incident");
  const truth = await phases.run("write the bundled incident", () =>
    writeIncident(incident, { ...BUNDLED_INCIDENT, alarmAt }),
  );
  io.note(`  ${truth.totals.objects.toLocaleString("en")} objects are taken in it; logs under ${incident}`);
  const [intake] = readFindings(join(incident, "finding.json")).intakes;
  const caseId = begin(
    intake!,
    { logs: join(incident, "logs"), iam: join(incident, "iam.json"), buckets: join(incident, "buckets") },
    deployment,
    "drill",
  );
  await phases.run("scope, plan, scan, quantify, detect, classify", () => driveUntilParked(deployment, io));
  await decideAll(caseId, deployment, phases, io);
  return finish(caseId, deployment, phases, io);
};

/** Containment first; then, when the logs have shown it, what the actor changed. */
const decideAll = async (caseId: string, deployment: Deployment, phases: Phases, io: Io): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    const { status } = await caseView(caseId, deployment.portsOf(caseId));
    if (status !== "awaiting-decision") return;
    const isAnswered = await phases.run(`decide, apply, verify (${round + 1})`, async () => {
      if (io.interactive) return decideAtTerminal(caseId, deployment, io);
      await answerAsDemoResponder(caseId, deployment, io);
      await driveUntilParked(deployment, io);
      return true;
    });
    if (!isAnswered) return;
  }
};

const finish = async (caseId: string, deployment: Deployment, phases: Phases, io: Io): Promise<number> => {
  const view = await caseView(caseId, deployment.portsOf(caseId));
  const newest = view.evidence.at(-1);
  const trust = await trustRootOf(deployment);
  const bundle = newest === undefined ? null : await deployment.ports.vault.locate(`${caseId}/r${newest.revision}`);
  const report =
    bundle === null ? null : await phases.run("verify the bundle", () => verifyBundle(bundle, trust.options));
  io.print("");
  await showCase(caseId, deployment.portsOf(caseId), ` --home ${deployment.home.root}`, io);
  io.print("");
  io.print(phases.table());
  if (bundle === null || report === null) {
    io.print("No bundle was sealed.");
    return EXIT.failed;
  }
  io.print(`\n${whereItLies(view.caseId, bundle, report, trust.path, deployment.home.root)}`);
  io.result({ case: view, phases: phases.list(), verified: report });
  return report.exitCode === 0 && view.status !== "attention" ? EXIT.ok : EXIT.failed;
};

/** What to look at next, each a line that can be copied. */
const whereItLies = (caseId: string, bundle: string, report: VerifyReport, trust: string, home: string): string =>
  [
    `Report       ${join(bundle, "data/report.html")}`,
    `Case         npx cordon show ${caseId} --home ${home}`,
    `Page         npx cordon serve --home ${home} --logs ${join(home, "incident/logs")}`,
    `Bundle       ${bundle}`,
    `Verified     exit code ${report.exitCode}: ${report.exitCode === 0 ? "intact, and signed by this deployment's key" : "NOT proven"}`,
    `Verify it    npx cordon evidence verify ${bundle} --trust ${trust}`,
    `  or with    (cd ${bundle} && sh verify-with-openssl.sh evidence-key.pem ${report.fingerprint})`,
  ].join("\n");
