import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TransientError } from "../../lib/base/errors.ts";
import { digestOf } from "../../lib/base/jcs.ts";
import { caseIdOf } from "../../lib/case/case.ts";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import type { Cases } from "../../lib/ports/ports.ts";
import { decideOn, FIXTURES, type Given, INVICTUS, type Incident, OTRF } from "../response/run.ts";
import type { Engine, Fault } from "./moto-asl-engines.ts";

export interface Scenario {
  readonly name: string;
  /** A fresh fault for each run. */
  readonly fault?: () => Fault;
  /** Plays it and answers with the id of its case. */
  readonly play: (engine: Engine) => Promise<string>;
  /** What must come of it under either interpreter, written down here and not taken from a run. */
  readonly expected: Expected;
}

export interface Expected {
  /** Null: no case is opened. */
  readonly status: string | null;
  /** `<machine> <status>`, a failure with its Fail state; sorted. */
  readonly executions: readonly string[];
}

const SAMPLE = JSON.parse(readFileSync(join(FIXTURES, "guardduty/onug-csnf.json"), "utf8")) as unknown;
const ENVELOPE = OTRF.finding as { detail: Record<string, unknown> };
const LATER = { ...ENVELOPE, detail: { ...ENVELOPE.detail, updatedAt: "2020-09-14T02:00:00.000Z" } };
const OTHER_TYPE = { ...ENVELOPE, detail: { ...ENVELOPE.detail, type: "Recon:EC2/PortProbeUnprotectedPort" } };
const NO_CASE = "case-none";
const COMPLETE = ["contain SUCCEEDED", "investigate SUCCEEDED", "respond SUCCEEDED"];

export const scenarios: readonly Scenario[] = [
  {
    name: "otrf, approved: contained",
    play: (engine) => respond(engine, OTRF, {}),
    expected: { status: "contained", executions: COMPLETE },
  },
  {
    name: "otrf, denied: nothing is changed",
    play: (engine) => respond(engine, OTRF, { approve: [] }),
    expected: { status: "denied", executions: COMPLETE },
  },
  {
    name: "otrf without a snapshot: the calls are written down for a person",
    play: (engine) => respond(engine, { ...OTRF, iam: null, buckets: null }, {}),
    expected: { status: "not-contained", executions: COMPLETE },
  },
  {
    name: "a sample finding never reaches containment",
    play: (engine) => respond(engine, { ...OTRF, finding: SAMPLE }),
    expected: { status: "not-contained", executions: COMPLETE },
  },
  {
    name: "invictus: what the attacker changed gets a follow-up plan",
    play: async (engine) => {
      const caseId = await respond(engine, INVICTUS, {});
      await decide(engine, caseId, { planId: "follow-up-1" });
      return caseId;
    },
    expected: { status: "not-contained", executions: ["contain SUCCEEDED", ...COMPLETE] },
  },
  {
    name: "woken without a decision, the question is asked again",
    play: async (engine) => {
      const caseId = await respond(engine, OTRF);
      await engine.deployment.portsOf(caseId).decisions.wake(caseId, "contain-2", "decided");
      await engine.untilParked();
      return decide(engine, caseId, {});
    },
    expected: { status: "contained", executions: COMPLETE },
  },
  {
    name: "one more copy of the finding is recorded and starts nothing",
    play: async (engine) => {
      await respond(engine, OTRF);
      await respond(engine, { ...OTRF, finding: LATER });
      return decide(engine, caseOf(OTRF.finding), {});
    },
    expected: { status: "contained", executions: [...COMPLETE, "respond SUCCEEDED"] },
  },
  {
    name: "a finding of a type that opens no case here is recorded",
    play: (engine) => start(engine, OTHER_TYPE),
    expected: { status: null, executions: ["respond SUCCEEDED"] },
  },
  {
    name: "an event that is no finding is refused",
    play: (engine) => start(engine, { detail: { type: 7 } }),
    expected: { status: null, executions: ["respond FAILED Refused"] },
  },
  {
    name: "a case that cannot be opened does not blame the finding",
    fault: () => (ports) => ({ ...ports, cases: { ...ports.cases, open: () => broken("no case bucket") } }),
    play: (engine) => start(engine, OTRF.finding),
    expected: { status: null, executions: ["respond FAILED NotOpened"] },
  },
  {
    name: "release after containment",
    play: async (engine) => {
      const caseId = await respond(engine, OTRF, {});
      const input = { caseId, releaseId: "release-1", actions: [] };
      await engine.start({ machine: "release", name: `${caseId}-release-1`, caseId, input });
      await engine.untilParked();
      return decide(engine, caseId, { planId: "release-1" });
    },
    expected: {
      status: "released",
      executions: ["contain SUCCEEDED", "investigate SUCCEEDED", "release SUCCEEDED", "respond SUCCEEDED"],
    },
  },
  {
    name: "a plan asked for after a denial is carried out and sealed by its own execution",
    play: async (engine) => {
      const caseId = await respond(engine, OTRF, { approve: [] });
      const planId = "contain-3";
      const input = { caseId, purpose: "contain", planId, afterwards: "seal" };
      await engine.start({ machine: "contain", name: `${caseId}-${planId}`, caseId, input });
      await engine.untilParked();
      return decide(engine, caseId, { planId });
    },
    expected: { status: "contained", executions: ["contain SUCCEEDED", ...COMPLETE] },
  },
  {
    name: "the logs cannot be read: containment and sealing happen all the same",
    fault: () => (ports) => ({ ...ports, trail: { ...ports.trail, start: () => broken("no logs") } }),
    play: (engine) => respond(engine, OTRF, {}),
    expected: {
      status: "contained",
      executions: ["contain SUCCEEDED", "investigate FAILED InvestigationFailed", "respond SUCCEEDED"],
    },
  },
  {
    name: "no plan can be made: a report all the same, and a person is called",
    fault: () => (ports) => ({ ...ports, cases: { ...ports.cases, putOnce: withoutPlans(ports.cases) } }),
    play: (engine) => respond(engine, OTRF),
    expected: {
      status: "attention",
      executions: ["contain FAILED ContainmentStopped", "investigate SUCCEEDED", "respond SUCCEEDED"],
    },
  },
  {
    name: "nothing can be sealed: contained, and a person is called",
    fault: () => (ports) => ({ ...ports, vault: { ...ports.vault, put: () => broken("no vault") } }),
    play: (engine) => respond(engine, OTRF, {}),
    expected: {
      status: "attention",
      executions: ["contain SUCCEEDED", "investigate FAILED InvestigationFailed", "respond SUCCEEDED"],
    },
  },
  {
    name: "a transient failure is tried again and leaves no trace in the outcome",
    fault: throttledOnce,
    play: (engine) => respond(engine, OTRF, {}),
    expected: { status: "contained", executions: COMPLETE },
  },
];

const withoutPlans =
  ({ putOnce }: Cases): Cases["putOnce"] =>
  (caseId, name, bytes) =>
    name.startsWith("plans/") ? broken("no room for plans") : putOnce(caseId, name, bytes);

const broken = (why: string): Promise<never> => Promise.reject(new Error(why));

function throttledOnce(): Fault {
  let calls = 0;
  const once = async (): Promise<void> => {
    calls += 1;
    if (calls === 1) throw new TransientError("SCAN_FAILED", "throttled");
  };
  return (ports) => ({
    ...ports,
    trail: { ...ports.trail, start: async (request) => once().then(() => ports.trail.start(request)) },
  });
}

const caseOf = (finding: unknown): string => caseIdOf(parseFindings(finding)[0]!);

/** As EventBridge starts it; then, where an answer is given, a person answers the first plan. */
const respond = async (engine: Engine, { finding, ...sources }: Incident, given?: Given): Promise<string> => {
  const caseId = caseOf(finding);
  const { accountId } = parseFindings(finding)[0]!;
  engine.deployment.bind(caseId, { ...sources, accountId });
  await start(engine, finding, caseId);
  return given === undefined ? caseId : decide(engine, caseId, given);
};

const start = async (engine: Engine, event: unknown, caseId: string = NO_CASE): Promise<string> => {
  const name = `respond-${caseId}-${digestOf(event).slice(0, 8)}`;
  await engine.start({ machine: "respond", name, caseId, input: event });
  await engine.untilParked();
  return caseId;
};

const decide = async (engine: Engine, caseId: string, given: Given): Promise<string> => {
  const receipt = await decideOn(caseId, engine.deployment, given);
  if (!receipt.recorded) throw new Error(`the decision was refused: ${receipt.code} ${receipt.why}`);
  await engine.untilParked();
  return caseId;
};
