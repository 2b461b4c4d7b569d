import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { caseIdOf } from "../../lib/case/case.ts";
import type { CaseView } from "../../lib/case/caseView.ts";
import { PLAN, read } from "../../lib/case/documents.ts";
import { createIo } from "../../lib/cli/io.ts";
import { begin } from "../../lib/cli/respond.ts";
import { driveUntilParked } from "../../lib/cli/session.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import type { Settings } from "../../lib/core/settings.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import { type Deployment, openDeployment } from "../../lib/embedded/deployment.ts";
import { writeAtomically } from "../../lib/embedded/files.ts";
import { openHome } from "../../lib/embedded/home.ts";
import { approverKeyPath, defaultSettings, localHuman } from "../../lib/embedded/settingsFile.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import { type Receipt, submitDecision } from "../../lib/response/approve/decisions.ts";
import { choicesFor, signDecision } from "../../lib/response/approve/sign.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { plansLike } from "../../lib/response/contain/planRecords.ts";
import { once } from "../recording.ts";

export const FIXTURES = resolve(import.meta.dirname, "../fixtures");

export const OTRF = {
  finding: readJson("otrf-case/finding.json"),
  logs: join(FIXTURES, "otrf/logs"),
  iam: join(FIXTURES, "otrf-case/iam.json"),
  buckets: join(FIXTURES, "otrf-case/buckets"),
};
export const INVICTUS = {
  finding: readJson("invictus-case/finding.json"),
  logs: join(FIXTURES, "invictus/logs"),
  iam: null,
  buckets: null,
};

export interface Incident {
  readonly finding: unknown;
  readonly logs: string | null;
  readonly iam: string | null;
  readonly buckets: string | null;
  readonly scanLimitBytes?: number | null;
}

export const quiet = createIo({ json: true, quiet: true });

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, path), "utf8"));
}

/** A data directory of its own for one test; removed afterwards. */
export const withHome = (settings: Partial<Settings>, work: (deployment: Deployment) => Promise<void>): Promise<void> =>
  withFolder(async (root) => {
    found(root, settings);
    await opened(root, work);
  });

/**
 * A response up to its question, or its end where none is asked: played once in a run of the tests, and carried on by each test
 * in a data directory of its own, as by another process after it. What was sealed before keeps its path in the one that was
 * played: to be read, not changed.
 */
export const withCase = (
  incident: Incident,
  work: (deployment: Deployment, view: CaseView) => Promise<void>,
): Promise<void> =>
  withFolder(async (root) => {
    const played = await once(["response", incident], async (folder) => {
      found(folder, {});
      await opened(folder, async (deployment) => void (await respondTo(incident, deployment)));
    });
    cpSync(join(played, "home"), join(root, "home"), { recursive: true });
    await opened(root, async (deployment) => {
      const caseId = caseIdOf(parseFindings(incident.finding)[0]!);
      await work(deployment, await caseView(caseId, deployment.portsOf(caseId)));
    });
  });

const withFolder = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-test-"));
  try {
    await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const found = (root: string, settings: Partial<Settings>): void => {
  const home = openHome(join(root, "home"));
  writeAtomically(
    home.settings,
    Buffer.from(JSON.stringify({ ...defaultSettings(home, systemClock.now()), ...settings })),
  );
};

const opened = async (root: string, work: (deployment: Deployment) => Promise<void>): Promise<void> => {
  const deployment = openDeployment({ home: join(root, "home"), print: null, onBoundary: () => {} });
  try {
    await work(deployment);
  } finally {
    deployment.close();
  }
};

/** Begins the response and drives it until it has ended or waits for a decision. */
export const respondTo = async (incident: Incident, deployment: Deployment): Promise<CaseView> => {
  const { finding, ...sources } = incident;
  const caseId = begin({ raw: finding, finding: parseFindings(finding)[0]! }, sources, deployment);
  await driveUntilParked(deployment, quiet);
  return caseView(caseId, deployment.portsOf(caseId));
};

export interface Given {
  readonly planId?: string;
  readonly approve?: "all" | readonly string[];
  readonly humanId?: string;
  readonly kind?: "decide" | "withdraw";
}

/** The containment plan that is asked about: of those that were brought up to date the newest. */
export const standingPlan = async (caseId: string, deployment: Deployment): Promise<string> =>
  (await plansLike(caseId, "contain-1", deployment.portsOf(caseId).cases)).at(-1)!;

/** Signs with the approver's key of the data directory and submits. */
export const decideOn = async (caseId: string, deployment: Deployment, given: Given): Promise<Receipt> => {
  const ports = deployment.portsOf(caseId);
  const plan = await read(ports.cases, caseId, PLAN.at(given.planId ?? (await standingPlan(caseId, deployment))));
  const humanId = given.humanId ?? localHuman();
  const kind = given.kind ?? "decide";
  const answer = {
    humanId,
    kind,
    choices: kind === "withdraw" ? {} : choicesFor(plan, given.approve ?? "all"),
    reason: "decided in a test",
    channel: "cli",
    assurance: "key-file",
    decidedAt: systemClock.now(),
  } as const;
  return submitDecision(
    await signDecision(plan, answer, createSigner(approverKeyPath(deployment.home, humanId))),
    ports,
  );
};

/** Carries on after a decision. */
export const carryOn = async (caseId: string, deployment: Deployment): Promise<CaseView> => {
  await driveUntilParked(deployment, quiet);
  return caseView(caseId, deployment.portsOf(caseId));
};

export const eventTypes = async (caseId: string, { ports }: Deployment): Promise<readonly string[]> =>
  (await ports.cases.events(caseId)).map(({ type }) => type);
