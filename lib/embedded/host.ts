import type { Ports } from "../ports/ports.ts";
import type { Execution, Journal } from "./journal.ts";
import { loadMachine, type MachineName, TOKEN_MARKER } from "./machines.ts";
import { overridesFor } from "./tasks.ts";

/** What the host reports while it runs; for progress bars, for the page, and for tests that kill it at a boundary. */
export interface Boundary {
  readonly execution: string;
  readonly machine: MachineName;
  readonly state: string;
  readonly phase: "before" | "after" | "parked" | "execution-ended";
  /** After a task: what it returned; long jobs say there how far they are. */
  readonly output?: unknown;
}

export interface HostOptions {
  readonly journal: Journal;
  /** The ports of the case that an execution belongs to. */
  readonly portsOf: (caseId: string) => Ports;
  readonly onBoundary: (boundary: Boundary) => void;
}

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
  /** Resolves when nothing runs except executions that wait for a human. */
  untilParked(): Promise<void>;
  /** Lets go of every execution at its next wait; another process may take them up from the journal. */
  stop(): void;
  /** The end of one execution that runs here. */
  ended(name: string): Promise<Execution>;
}

/** State shared by the executions of one host. */
export interface Running {
  readonly options: HostOptions;
  /** Executions running in this process. */
  readonly live: Map<string, Promise<void>>;
  /** Executions that wait for a human right now. */
  readonly parked: Map<string, { readonly caseId: string; readonly planId: string }>;
  /** Nested executions that are waited for, and by which one. */
  readonly joined: Map<string, string>;
  stopped: boolean;
  /** Abort the interpreter's runs, which hold timers of their own. */
  readonly aborts: Set<() => void>;
  run(name: string): Promise<void>;
}

export const createHost = (options: HostOptions): Host => {
  const running: Running = {
    options,
    live: new Map(),
    parked: new Map(),
    joined: new Map(),
    stopped: false,
    aborts: new Set(),
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
    stop: () => {
      running.stopped = true;
      for (const abort of running.aborts) abort();
    },
    ended: (name) => untilEnded(running, name),
  };
};

const begin = (running: Running, { machine, name, caseId, input }: Start): "begun" | "exists" => {
  const begun = running.options.journal.begin({ name, machine, input: JSON.stringify(input), caseId, parent: null });
  if (begun === "begun") void running.run(name);
  return begun;
};

const resume = (running: Running): void => {
  for (const execution of running.options.journal.running()) {
    if (execution.parent === null) void running.run(execution.name);
  }
};

/**
 * One execution from its first state, replaying what the journal already holds. Never rejects: the end is recorded,
 * unless the host was stopped: then there is no end yet.
 */
const execute = async (running: Running, name: string): Promise<void> => {
  const { journal, portsOf, onBoundary } = running.options;
  const execution = journal.execution(name)!;
  const machine = execution.machine as MachineName;
  const context = {
    Execution: { Id: `embedded:${machine}:${name}`, Name: name, Input: JSON.parse(execution.input) },
    StateMachine: { Id: `embedded:${machine}`, Name: machine },
    Task: { Token: TOKEN_MARKER },
  };
  try {
    const { result, abort } = loadMachine(machine).run(JSON.parse(execution.input), {
      context,
      overrides: { taskResourceLocalHandlers: overridesFor({ running, execution, ports: portsOf(execution.caseId) }) },
    } as never);
    running.aborts.add(abort);
    const output = await result.finally(() => running.aborts.delete(abort));
    journal.finish(name, "succeeded", JSON.stringify(output));
  } catch (error) {
    if (running.stopped) return;
    const { name: code, message } = causeOf(error as Error);
    journal.finish(name, "failed", JSON.stringify({ error: code, cause: message }));
  }
  onBoundary({ execution: name, machine, state: "", phase: "execution-ended" });
};

/** The interpreter wraps what failed; the error and cause that the ASL file or the task gave are inside. */
const causeOf = (error: Error): Error => (error.cause instanceof Error ? error.cause : error);

const POLL_MS = 25;
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const untilParked = async (running: Running): Promise<void> => {
  while (isWorking(running)) await sleep(POLL_MS);
};

/** An execution works unless it waits for a human who has not answered yet, or only waits for nested executions. */
const isWorking = ({ live, parked, joined, options }: Running): boolean => {
  const waitsForNested = new Set(joined.values());
  const waitsForHuman = (name: string): boolean => {
    const question = parked.get(name);
    return question !== undefined && options.journal.parked(question.caseId, question.planId)?.woken === null;
  };
  return [...live.keys()].some((name) => !waitsForHuman(name) && !waitsForNested.has(name));
};

const untilEnded = async (running: Running, name: string): Promise<Execution> => {
  await running.live.get(name);
  return running.options.journal.execution(name)!;
};
