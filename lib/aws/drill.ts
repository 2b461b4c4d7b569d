/** The drill on a schedule: a sample of GuardDuty's own walks the whole way, and people are told how far it came. */
import { createHash } from "node:crypto";
import {
  CreateSampleFindingsCommand,
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from "@aws-sdk/client-guardduty";
import { CordonError, TransientError } from "../base/errors.ts";
import { type CaseHead, caseIdOf } from "../case/case.ts";
import { parseFindings } from "../core/finding/finding.ts";
import { DRILL_TYPE } from "../core/finding/samples.ts";
import type { Ports } from "../ports/ports.ts";
import { toStepError } from "./failures.ts";

export interface DrillParts {
  readonly guardDuty: GuardDutyClient;
  readonly cases: Pick<Ports["cases"], "head" | "list">;
  readonly notifier: Ports["notifier"];
  /** Hands a finding in as a door does. */
  readonly start: (event: unknown, name: string) => Promise<unknown>;
}

export interface Drilled {
  readonly step: "begin" | "check";
  readonly caseId: string | null;
}

/**
 * Asks GuardDuty for a sample, which must come the way of every finding, and hands a copy of it in under an id of its own: GuardDuty
 * keeps the id of a sample that it has made before, and one more copy of a case that has ended begins nothing. Samples are exercises
 * everywhere and nothing is contained on one. Tried again for the same time it is the same drill.
 */
export const beginDrill = async (at: string, { guardDuty, start }: DrillParts): Promise<Drilled> => {
  const sample = await sampleOf(guardDuty);
  const own = drillFinding(sample, at);
  const caseId = caseIdOf(parseFindings(own)[0]!);
  await start({ manual: true, exercise: true, joins: caseId, finding: own }, `drill-${caseId}`);
  return { step: "begin", caseId };
};

/** The sample with an id and times of this drill. */
const drillFinding = (sample: object, at: string): Readonly<Record<string, unknown>> => ({
  ...sample,
  Id: createHash("sha256").update(`drill|${at}`).digest("hex").slice(0, 32),
  CreatedAt: at,
  UpdatedAt: at,
});

const sampleOf = async (guardDuty: GuardDutyClient): Promise<object> => {
  try {
    const { DetectorIds = [] } = await guardDuty.send(new ListDetectorsCommand({}));
    const [DetectorId] = DetectorIds;
    if (DetectorId === undefined) throw new CordonError("STATE_UNKNOWN", "GuardDuty is off here: nothing is detected");
    await guardDuty.send(new CreateSampleFindingsCommand({ DetectorId, FindingTypes: [DRILL_TYPE] }));
    const Criterion = { type: { Equals: [DRILL_TYPE] }, "service.additionalInfo.sample": { Equals: ["true"] } };
    const { FindingIds = [] } = await guardDuty.send(
      new ListFindingsCommand({ DetectorId, FindingCriteria: { Criterion }, MaxResults: 1 }),
    );
    const { Findings = [] } =
      FindingIds.length === 0 ? {} : await guardDuty.send(new GetFindingsCommand({ DetectorId, FindingIds }));
    // It takes GuardDuty a moment; the next attempt of this event finds it.
    if (Findings[0] === undefined) throw new TransientError("STATE_UNKNOWN", "GuardDuty does not list its sample yet");
    return Findings[0];
  } catch (error) {
    if (error instanceof CordonError) throw error;
    throw toStepError("STATE_UNKNOWN", "GuardDuty: make a sample", error);
  }
};

/** How long before the check a drill may have begun. */
const LATEST_MS = 24 * 3_600_000;
/** Clocks of GuardDuty and of ours. */
const SKEW_MS = 15 * 60_000;

/**
 * Looks how far the drill of the hours before came, and tells people: well or not. Throws where nobody could be told, or where it
 * did not come to sealed evidence: then an alarm rings too.
 */
export const checkDrill = async (at: string, { cases, notifier }: DrillParts): Promise<Drilled> => {
  const samples = (await cases.list()).filter(({ sample }) => sample);
  const drill = samples
    .filter(
      ({ openedBy, openedAt }) => openedBy.startsWith("drill-") && Date.parse(openedAt) > Date.parse(at) - LATEST_MS,
    )
    .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))[0];
  const missing = faultsOf(drill, samples);
  const caseId = drill?.caseId ?? null;
  const text =
    missing.length === 0
      ? `Drill, nothing has happened: a sample of GuardDuty arrived, and its exercise came to sealed evidence (${drill!.sealed.at(-1)!.path}).`
      : `Drill: ${missing.join("; ")}. A real finding may fare the same.`;
  const { delivered, reason } = await notifier.notify({
    ...{ caseId: caseId ?? "drill", kind: missing.length === 0 ? "sealed" : "attention", text },
    severity: missing.length === 0 ? 0 : 8,
    ...(caseId === null ? { look: "at: the executions of the state machine respond" } : {}),
  });
  if (!delivered) throw new CordonError("STATE_UNKNOWN", `the outcome of the drill was not delivered: ${reason}`);
  if (missing.length > 0) throw new CordonError("STATE_UNKNOWN", text);
  return { step: "check", caseId };
};

const faultsOf = (drill: CaseHead | undefined, samples: readonly CaseHead[]): readonly string[] => {
  if (drill === undefined) return ["it opened no case"];
  const [own] = drill.findings;
  const since = Date.parse(drill.openedAt) - SKEW_MS;
  const arrived = samples
    .flatMap(({ findings }) => findings)
    .some(({ id, updatedAt }) => id !== own?.id && Date.parse(updatedAt) >= since);
  return [
    ...(arrived ? [] : ["GuardDuty's own sample did not arrive as findings do"]),
    ...(drill.sealed.length > 0 ? [] : ["no evidence was sealed"]),
    ...(drill.closedAt === null ? ["its case has not ended"] : []),
  ];
};
