import * as z from "zod";
import { sha256Hex } from "../../base/jcs.ts";
import { CLASSIFICATION, find, STOLEN, write } from "../../case/documents.ts";
import type { StolenList } from "../../case/objects.ts";
import type { ClassifyStatus, Ports } from "../../ports/ports.ts";
import { secondsFrom } from "../time.ts";

export interface ClassifyOutput {
  readonly next: "wait" | "done";
  readonly jobId: string | null;
  readonly waitUntil: string;
}

/** Starts one classification job over what was stolen, unless it is off, too large, or there is nothing to look at. */
export const startClassification = async ({ caseId }: { caseId: string }, ports: Ports): Promise<ClassifyOutput> => {
  const stolen = await find(ports.cases, caseId, STOLEN);
  const reason = whyNot(stolen, ports);
  if (stolen === null || reason !== null) return without(caseId, reason ?? "no stolen object is known", ports);
  const started = await ports.classifier.start({
    caseId,
    token: sha256Hex(`${caseId}|${stolen.revision}`).slice(0, 32),
    items: stolen.items,
  });
  if ("unavailable" in started) return without(caseId, started.unavailable, ports);
  await ports.cases.append(caseId, {
    type: "classification.started",
    actor: "startClassification",
    data: { jobId: started.jobId, objects: stolen.items.length, bytes: stolen.bytes },
  });
  return {
    next: "wait",
    jobId: started.jobId,
    waitUntil: secondsFrom(ports.clock.now(), ports.settings.waits.classification),
  };
};

/** What of an output the check goes on with. */
export const StartedJob = z.object({ jobId: z.string() });

export const checkClassification = async (
  {
    caseId,
    classification: { jobId },
  }: { readonly caseId: string; readonly classification: z.output<typeof StartedJob> },
  ports: Ports,
): Promise<ClassifyOutput> => {
  const status = await ports.classifier.check(jobId);
  await write(ports.cases, caseId, CLASSIFICATION, { jobId, ...status });
  const waitUntil = secondsFrom(ports.clock.now(), ports.settings.waits.classification);
  if (status.state === "running") return { next: "wait", jobId, waitUntil };
  await ports.cases.append(caseId, { actor: "checkClassification", ...ended(jobId, status) });
  return { next: "done", jobId, waitUntil };
};

const ended = (jobId: string | null, status: ClassifyStatus) => {
  const { reason } = status;
  if (status.state === "done")
    return {
      type: "classification.done",
      data: { jobId, reason, complete: status.complete, findings: status.findings.length },
    } as const;
  const data = { jobId, reason };
  return status.state === "paused"
    ? ({ type: "classification.paused", data } as const)
    : ({ type: "classification.unavailable", data } as const);
};

const whyNot = (stolen: StolenList | null, { settings }: Ports): string | null => {
  if (!settings.classification.enabled) return "classification is switched off in the settings";
  if (stolen === null || stolen.items.length === 0) return "no stolen object is known";
  if (stolen.bytes > settings.classification.maximumBytes)
    return `the stolen objects hold ${stolen.bytes} bytes and the settings allow ${settings.classification.maximumBytes}`;
  return null;
};

const without = async (caseId: string, reason: string, ports: Ports): Promise<ClassifyOutput> => {
  await write(ports.cases, caseId, CLASSIFICATION, { jobId: null, state: "unavailable", reason });
  await ports.cases.append(caseId, { type: "classification.skipped", actor: "startClassification", data: { reason } });
  return { next: "done", jobId: null, waitUntil: ports.clock.now() };
};
