import type { Ports } from "../ports/ports.ts";
import { tracedStep } from "../response/trace.ts";
import { assertRuns, enduring, HostStopped } from "./enduring.ts";
import type { Execution, Recorded } from "./journal.ts";
import { machineFault } from "./machineFault.ts";
import { type AslState, MACHINES, type MachineName, TOKEN_MARKER, tasksOf } from "./machines.ts";
import type { Boundary, Running } from "./running.ts";

/** What a task of one execution needs. */
interface Scope {
  readonly running: Running;
  readonly execution: Execution;
}

type Override = (input: unknown) => Promise<unknown>;

/** Step Functions refuses larger payloads (States.DataLimitExceeded, 256 KiB); so does the embedded run. */
const PAYLOAD_LIMIT_BYTES = 256 * 1024;
const POLL_MS = 100;

/** For every Task state what runs instead of the AWS call: our handler, a parked question, or a nested execution. */
export const overridesFor = (scope: Scope): Record<string, Override> => {
  const occurrences = new Map<string, number>();
  /** A look that is not recorded is no occurrence: after a restart the first one is the one that was. */
  const run = async (state: AslState, name: string, input: unknown): Promise<unknown> => {
    const occurrence = (occurrences.get(name) ?? 0) + 1;
    occurrences.set(name, occurrence);
    const output = await kindOf(state)(scope, name, occurrence, input);
    const { running, execution } = scope;
    // A journal of an earlier version has them.
    const isRecorded = running.options.journal.recorded(execution.name, name, occurrence, "done") !== null;
    if (isLook(name, output) && !isRecorded) occurrences.set(name, occurrence - 1);
    return output;
  };
  const tasks = tasksOf(scope.execution.machine as MachineName);
  return Object.fromEntries(tasks.map(([name, state]) => [name, (input) => run(state, name, input)]));
};

/** `Check…` that found its work still under way. It changed nothing that the next look would not find. */
const isLook = (state: string, output: unknown): boolean =>
  /^Check(Scan|Baseline|Classification)$/.test(state) && (output as { next?: unknown } | null)?.next === "wait";

type Kind = (scope: Scope, state: string, occurrence: number, input: unknown) => Promise<unknown>;

const kindOf = (state: AslState): Kind => {
  const resource = state.Resource ?? "";
  if (resource.endsWith(":states:startExecution.sync:2")) return runNested;
  if (resource.endsWith(".waitForTaskToken")) return askAndWait;
  const handler = substitution(resource);
  return (scope, name, occurrence, input) => {
    const work = (): Promise<unknown> => onTime(state.TimeoutSeconds, () => invoke(scope, handler, input));
    return once(scope, name, occurrence, "done", () => inTurn(scope, handler, work));
  };
};

/** Steps that read logs, count or seal: memory and minutes. The others open, scope, plan, ask and change: milliseconds. */
const HEAVY: readonly string[] = [
  "startScan",
  "checkScan",
  "quantify",
  "detect",
  "startBaseline",
  "checkBaseline",
  "startClassification",
  "checkClassification",
  "watchContainment",
  "assessImpact",
  "sealEvidence",
];

const inTurn = <T>({ running, execution }: Scope, handler: string, work: () => Promise<T>): Promise<T> => {
  const { caseId, urgency, rank } = execution;
  return running.options.turns.run({ caseId, urgency, rank, heavy: HEAVY.includes(handler) }, () => {
    assertRuns(running);
    return work();
  });
};

/** As Step Functions does: the step fails, and what was begun may still end later. */
const onTime = async <T>(seconds: number | undefined, work: () => Promise<T>): Promise<T> => {
  if (seconds === undefined) return work();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`the step has not ended within ${seconds} s`);
    late.reject(Object.assign(error, { name: "States.Timeout" }));
  }, seconds * 1000);
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** `${openCase}` → `openCase`: the file name of the handler, or `${containMachine}` → `containMachine`. */
const substitution = (text: string): string => {
  const key = /^\$\{([A-Za-z]+)\}$/.exec(text)?.[1];
  if (key === undefined) throw new TypeError(`expected a substitution like \${name}, got ${text}`);
  return key;
};

/**
 * Runs `work` unless the journal holds its end; records the end, good or bad, before anybody hears of it. A fault of the
 * machine (a full disk) is no end: the work is tried again until there is room, and so is the recording.
 */
const once = async (
  scope: Scope,
  state: string,
  occurrence: number,
  phase: string,
  work: () => Promise<unknown>,
): Promise<unknown> => {
  const { running, execution } = scope;
  const { journal } = running.options;
  // A stopped host does nothing any more: the interpreter may call once again while it unwinds.
  assertRuns(running);
  const known = journal.recorded(execution.name, state, occurrence, phase);
  if (known !== null) return replay(known);
  report(scope, state, "before");
  const entry = await enduring(running, () => attempt(running, work));
  const output: unknown = entry.outcome === "ok" ? JSON.parse(entry.body) : null;
  if (!isLook(state, output))
    await enduring(running, async () => journal.record(execution.name, state, occurrence, phase, entry));
  report(scope, state, "after", output);
  return replay(entry);
};

/** Throws what is no end of the work: a fault of the machine, a lost lease, a host that was stopped meanwhile. */
const attempt = async (running: Running, work: () => Promise<unknown>): Promise<Recorded> => {
  try {
    const body = JSON.stringify((await work()) ?? null);
    if (running.stopped) throw new HostStopped();
    if (Buffer.byteLength(body) > PAYLOAD_LIMIT_BYTES)
      return failed("States.DataLimitExceeded", "the result is over 256 KiB");
    return { outcome: "ok", body };
  } catch (error) {
    if (running.stopped || error instanceof HostStopped || machineFault(error) !== null) throw error;
    return failed((error as Error).name, (error as Error).message);
  }
};

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const failed = (name: string, message: string): Recorded => ({
  outcome: "error",
  body: JSON.stringify({ name, message }),
});

/** The recorded end again: the value, or an error whose `name` is what `ErrorEquals` matches. */
const replay = (entry: Recorded): unknown => {
  const body = JSON.parse(entry.body);
  if (entry.outcome !== "error") return body;
  throw Object.assign(new Error(body.message), { name: body.name });
};

const invoke = async (scope: Scope, handler: string, input: unknown): Promise<unknown> => {
  const module = (await import(`../../handlers/${handler}.ts`)) as {
    handler: (event: unknown, context: { ports: Ports }) => Promise<unknown>;
  };
  // Only now: ports of a case go when it rests.
  const own = scope.running.options.portsOf(scope.execution.caseId);
  return tracedStep(handler, own, (ports) => module.handler(structuredClone(input), { ports }));
};

/** The payload of `AskApproval`, as the ASL files write it. */
type Question = {
  readonly caseId: string;
  readonly planId: string;
  readonly waitUntil: string;
  readonly token: string;
};

/** `.waitForTaskToken`: asks once, then waits until somebody wakes the question or its time is over. */
const askAndWait: Kind = async (scope, state, occurrence, input) => {
  const { FunctionName, Payload } = input as { FunctionName: string; Payload: Question };
  const token = scope.running.options.ids.random(32);
  const payload = Object.fromEntries(
    Object.entries(Payload).map(([key, value]) => [key, value === TOKEN_MARKER ? token : value]),
  );
  const handler = substitution(FunctionName);
  await once(scope, state, occurrence, "invoked", () => inTurn(scope, handler, () => invoke(scope, handler, payload)));
  return once(scope, state, occurrence, "done", () => answered(scope, state, Payload));
};

const answered = async (scope: Scope, state: string, question: Question): Promise<unknown> => {
  const { running, execution } = scope;
  running.parked.set(execution.name, question);
  report(scope, state, "parked");
  try {
    for (;;) {
      assertRuns(running);
      if (!running.questions.isOpen(question)) {
        const parked = running.options.journal.parked(question.caseId, question.planId);
        if (parked?.woken != null) return { woken: parked.woken };
      }
      if (running.options.clock.now() >= question.waitUntil)
        throw Object.assign(new Error("no answer in time"), { name: "States.Timeout" });
      await sleep(POLL_MS);
    }
  } finally {
    running.parked.delete(execution.name);
  }
};

/** `.sync:2`: a nested execution, joined if it runs already; its failure is the task's failure. */
const runNested: Kind = async (scope, state, _occurrence, input) => {
  const { running, execution } = scope;
  const { StateMachineArn, Name, Input } = input as { StateMachineArn: string; Name: string; Input: unknown };
  const machine = machineOf(StateMachineArn);
  const { caseId, name: parent } = execution;
  const begun = { name: Name, machine, input: JSON.stringify(Input), caseId, parent };
  await enduring(running, async () => running.options.journal.begin(begun));
  report(scope, state, "before");
  const end = await join(running, execution.name, Name);
  report(scope, state, "after");
  if (end.status === "failed") throw Object.assign(new Error(end.output ?? ""), { name: "States.TaskFailed" });
  return { Name, Status: "SUCCEEDED", Output: JSON.parse(end.output ?? "null") };
};

const machineOf = (arn: string): MachineName => {
  const name = substitution(arn).replace(/Machine$/, "");
  const known = MACHINES.find((machine) => machine === name);
  if (known === undefined) throw new TypeError(`expected one of ${MACHINES.join(", ")}, got ${name}`);
  return known;
};

const join = async (running: Running, parent: string, name: string): Promise<Execution> => {
  if (running.options.journal.execution(name)?.status === "running") {
    running.joined.set(name, parent);
    await running.run(name).finally(() => running.joined.delete(name));
  }
  return running.options.journal.execution(name)!;
};

const report = (scope: Scope, state: string, phase: Boundary["phase"], output: unknown = null): void =>
  scope.running.options.onBoundary({
    execution: scope.execution.name,
    machine: scope.execution.machine as MachineName,
    state,
    phase,
    output,
  });
