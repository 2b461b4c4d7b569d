import { enduring } from "./enduring.ts";
import type { Execution } from "./journal.ts";
import { loadMachine, type MachineName, TOKEN_MARKER } from "./machines.ts";
import { createQuestions } from "./questions.ts";
import type { HostOptions, Running } from "./running.ts";
import { overridesFor } from "./tasks.ts";

export interface Start {
  readonly machine: MachineName;
  readonly name: string;
  readonly caseId: string;
  readonly input: unknown;
}

/** Runs the ASL files of `stateMachines/` in this process, durably. */
export interface Host {
  /** Begins an execution; the same name again begins nothing. */
  start(start: Start): "begun" | "exists";
  /** Runs every execution that the journal holds as running and that this process does not run yet. */
  resume(): void;
  /** Resolves when nothing runs except executions that wait for a human. Rejects with the fault when the host gave up. */
  untilParked(): Promise<void>;
  /** Begins no further step and resolves when those under way have ended and are recorded, or after `ms`. */
  finishSteps(ms: number): Promise<void>;
  /** Executions that run here, those that wait for a human included. */
  live(): { readonly executions: number; readonly parked: number };
  /** Lets go of every execution at its next wait; another process may take them up from the journal. */
  stop(): void;
  /** The end of one execution that runs here. */
  ended(name: string): Promise<Execution>;
}

export const createHost = (options: HostOptions): Host => {
  const running: Running = {
    options,
    questions: createQuestions(options.journal, options.monotonicMs),
    live: new Map(),
    parked: new Map(),
    joined: new Map(),
    stopped: false,
    stopping: false,
    failure: null,
    aborts: new Set(),
    giveUp: (error) => {
      running.failure = error;
      stop(running);
    },
    run: (name) => {
      const known = running.live.get(name);
      if (known !== undefined) return known;
      const ended = execute(running, name).finally(() => running.live.delete(name));
      running.live.set(name, ended);
      return ended;
    },
  };
  return {
    start: (start) => begin(running, start),
    resume: () => resume(running),
    untilParked: () => untilParked(running),
    finishSteps: (ms) => finishSteps(running, ms),
    live: () => ({ executions: running.live.size, parked: running.parked.size }),
    stop: () => stop(running),
    ended: (name) => untilEnded(running, name),
  };
};

const stop = (running: Running): void => {
  running.stopped = true;
  running.options.turns.close();
  for (const abort of running.aborts) abort();
};

const finishSteps = async (running: Running, ms: number): Promise<void> => {
  const { turns, monotonicMs } = running.options;
  running.stopping = true;
  // The interpreter lets go at once; a step under way goes on by itself and is recorded.
  for (const abort of running.aborts) abort();
  turns.close();
  const begun = monotonicMs();
  while (turns.counts().working > 0 && monotonicMs() - begun < ms) await sleep(POLL_MS);
  // What has ended is recorded by then.
  await sleep(POLL_MS);
  stop(running);
};

const begin = (running: Running, { machine, name, caseId, input }: Start): "begun" | "exists" => {
  const begun = running.options.journal.begin({ name, machine, input: JSON.stringify(input), caseId, parent: null });
  if (begun === "begun") void running.run(name);
  return begun;
};

const resume = (running: Running): void => {
  if (running.stopped || running.stopping) return;
  for (const name of running.options.journal.toRun()) void running.run(name);
};

/**
 * One execution from its first state, replaying what the journal already holds. Never rejects: the end is recorded,
 * unless the host was stopped: then there is no end yet.
 */
const execute = async (running: Running, name: string): Promise<void> => {
  const { journal, onBoundary } = running.options;
  const execution = journal.execution(name)!;
  const machine = execution.machine as MachineName;
  const context = {
    Execution: { Id: `embedded:${machine}:${name}`, Name: name, Input: JSON.parse(execution.input) },
    StateMachine: { Id: `embedded:${machine}`, Name: machine },
    Task: { Token: TOKEN_MARKER },
  };
  try {
    const interpreter = await loadMachine(machine);
    if (running.stopped || running.stopping) return;
    const { result, abort } = interpreter.run(JSON.parse(execution.input), {
      context,
      overrides: { taskResourceLocalHandlers: overridesFor({ running, execution }) },
    } as never);
    running.aborts.add(abort);
    const output = await result.finally(() => running.aborts.delete(abort));
    if (running.stopped || running.stopping) return;
    if (!(await finish(running, name, "succeeded", JSON.stringify(output)))) return;
  } catch (error) {
    if (running.stopped || running.stopping) return;
    const { name: code, message } = causeOf(error as Error);
    if (!(await finish(running, name, "failed", JSON.stringify({ error: code, cause: message })))) return;
  }
  onBoundary({ execution: name, machine, state: "", phase: "execution-ended" });
};

/** False when the host was stopped before the end could be recorded: then there is none yet. */
const finish = async (
  running: Running,
  name: string,
  status: "succeeded" | "failed",
  output: string,
): Promise<boolean> => {
  try {
    await enduring(running, async () => running.options.journal.finish(name, status, output));
    return true;
  } catch (error) {
    if (running.stopped || running.stopping) return false;
    throw error;
  }
};

/** The interpreter wraps what failed; the error and cause that the ASL file or the task gave are inside. */
const causeOf = (error: Error): Error => (error.cause instanceof Error ? error.cause : error);

const POLL_MS = 25;
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** What looks parked is looked at anew: an answer may be younger than what is remembered of the questions. */
const untilParked = async (running: Running): Promise<void> => {
  const isStillWorking = (): boolean => {
    if (isWorking(running)) return true;
    running.questions.forget();
    return isWorking(running);
  };
  while (running.failure === null && isStillWorking()) await sleep(POLL_MS);
  if (running.failure !== null) throw running.failure;
};

/** An execution works unless it waits for a human who has not answered yet, or only waits for nested executions. */
const isWorking = ({ live, parked, joined, questions }: Running): boolean => {
  const waitsForNested = new Set(joined.values());
  const waitsForHuman = (name: string): boolean => {
    const question = parked.get(name);
    return question !== undefined && questions.isOpen(question);
  };
  return [...live.keys()].some((name) => !waitsForHuman(name) && !waitsForNested.has(name));
};

const untilEnded = async (running: Running, name: string): Promise<Execution> => {
  await running.live.get(name);
  return running.options.journal.execution(name)!;
};
