import { TransientError } from "../base/errors.ts";
import { type CaseEvent, type EventOf, ofType } from "../case/events.ts";
import type { Ports } from "../ports/ports.ts";
import { type ExecutionState, type Failure, failuresIn, noteFailures } from "./failures.ts";
import { secondsFrom } from "./time.ts";

export interface CallInput {
  readonly caseId: string;
  /** The machine that calls. */
  readonly during: Machine;
  /** Its state, with everything that failed so far. */
  readonly state: ExecutionState;
}

export interface CallOutput {
  /** Where the machine goes on after `waitUntil`; `stop`: it cannot. */
  readonly next: Route | "stop";
  readonly waitUntil: string;
}

type Machine = "respond" | "investigate" | "contain" | "release";
type Route = "check" | "verify" | "seal";

/**
 * What a machine tries again after a step has failed, the last of its steps first. What was carried out is always looked at
 * again, what people decided is never forgotten; a plan that cannot be made needs a person.
 */
const ROUTES: Readonly<Record<"contain" | "release", readonly (readonly [step: string, next: Route])[]>> = {
  contain: [
    ["sealEvidence", "seal"],
    ["watchContainment", "verify"],
    ["verifyContainment", "verify"],
    ["applyContainment", "verify"],
    ["checkDecision", "check"],
    ["askApproval", "check"],
  ],
  release: [
    ["sealEvidence", "seal"],
    ["verifyRelease", "verify"],
    ["applyRelease", "verify"],
    ["checkDecision", "check"],
    ["askApproval", "check"],
  ],
};

/** With waits that double up to a quarter of an hour this is about a day; a person has been told seven times by then. */
const MOST_CALLS = 100;
const LONGEST_WAIT_SECONDS = 900;
const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0;

/**
 * Tells a person that a step failed, and says whether the machine tries again. The notice goes out first, so that a case
 * bucket that does not answer keeps nobody unaware; what is told again and again is told ever more seldom.
 */
export const callPerson = async ({ caseId, during, state }: CallInput, ports: Ports): Promise<CallOutput> => {
  const failures = failuresIn(state);
  const steps = failures.map(({ step }) => step);
  const events = await eventsOf(caseId, ports);
  if (wasTold(events ?? [], during, failures)) return { next: "stop", waitUntil: ports.clock.now() };
  const calls = ofType(events ?? [], "person.called").filter((event) => isSameCall(event, during, steps));
  const count = calls.length + 1;
  const route = count > MOST_CALLS ? "stop" : routeOf(during, steps);
  const isDue = isPowerOfTwo(count) || route === "stop" || calls.at(-1)?.data.delivered === false;
  const delivered = isDue ? await tell(caseId, textOf(during, steps, route), ports) : true;
  await record(caseId, { during, steps, count, delivered }, state, ports);
  if (!delivered && route === "stop") throw new TransientError("AUDIT_UNAVAILABLE", "nobody could be told");
  const wait = events === null ? LONGEST_WAIT_SECONDS : waitAfter(calls.length, ports);
  return { next: route, waitUntil: secondsFrom(ports.clock.now(), route === "stop" ? 0 : wait) };
};

const eventsOf = (caseId: string, { cases }: Ports): Promise<readonly CaseEvent[] | null> =>
  cases.events(caseId).catch(() => null);

const waitAfter = (calls: number, { settings }: Ports): number =>
  Math.min(settings.waits.propagation * 2 ** Math.min(calls, 20), LONGEST_WAIT_SECONDS);

const isSameCall = ({ data }: EventOf<"person.called">, during: Machine, steps: readonly string[]): boolean =>
  data.during === during && String(data.steps) === String(steps);

const routeOf = (during: Machine, steps: readonly string[]): Route | "stop" =>
  during === "contain" || during === "release"
    ? (ROUTES[during].find(([step]) => steps.includes(step))?.[1] ?? "stop")
    : "stop";

/** The machine that failed inside this one has told it by itself. */
const wasTold = (events: readonly CaseEvent[], during: Machine, failures: readonly Failure[]): boolean =>
  during === "respond" &&
  failures.length > 0 &&
  failures.every(({ step }) =>
    ofType(events, "person.called").some(({ data }) => data.during === step && data.delivered),
  );

/** Names of machines and steps only: what failed may quote what the actor chose. */
const textOf = (during: Machine, steps: readonly string[], route: CallOutput["next"]): string =>
  [
    `Look at this case: ${steps.length === 0 ? "a step" : steps.join(", ")} failed in ${during}.`,
    MEANINGS[during],
    route === "stop" ? "It is not tried again by itself." : "It is tried again.",
  ].join(" ");

const MEANINGS: Readonly<Record<Machine, string>> = {
  respond: "Part of the response has ended early.",
  investigate: "What was taken is not fully known.",
  contain: "A decision may be on record that is not carried out, or a change that nobody has verified.",
  release: "A release may be half done.",
};

const SEVERITY = 9;

/** The notice first; whether it can be written down as well is another matter. */
const tell = async (caseId: string, text: string, { notifier, cases }: Ports): Promise<boolean> => {
  const answer = await notifier.notify({ caseId, kind: "attention", severity: SEVERITY, text });
  const data = { kind: "attention", text, ...answer };
  await cases.append(caseId, { type: "notice.sent", actor: "notifier", data }).catch(() => undefined);
  return answer.delivered;
};

interface Call {
  readonly during: Machine;
  readonly steps: readonly string[];
  readonly count: number;
  readonly delivered: boolean;
}

/** A case that takes no line is one more reason to go on trying. */
const record = async (caseId: string, data: Call, state: ExecutionState, ports: Ports): Promise<void> => {
  try {
    await ports.cases.append(caseId, { type: "person.called", actor: "callPerson", data: { ...data } });
    await noteFailures(caseId, state, ports);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
};
