import type { Clock, Ids, Ports } from "../ports/ports.ts";
import type { Endurance } from "./enduring.ts";
import type { Journal } from "./journal.ts";
import type { MachineName } from "./machines.ts";
import type { Questions } from "./questions.ts";
import type { Turns } from "./turns.ts";

/** What the host reports while it runs; for progress bars, for the page, and for tests that kill it at a boundary. */
export interface Boundary {
  readonly execution: string;
  readonly machine: MachineName;
  readonly state: string;
  readonly phase: "before" | "after" | "parked" | "execution-ended";
  /** After a task: what it returned; long jobs say there how far they are. */
  readonly output?: unknown;
}

/** State shared by the executions of one host. */
export interface Running extends Endurance {
  readonly options: HostOptions;
  readonly questions: Questions;
  /** Executions running in this process. */
  readonly live: Map<string, Promise<void>>;
  /** Executions that wait for a human right now. */
  readonly parked: Map<string, { readonly caseId: string; readonly planId: string }>;
  /** Nested executions that are waited for, and by which one. */
  readonly joined: Map<string, string>;
  stopped: boolean;
  stopping: boolean;
  /** Why the host gave up. */
  failure: Error | null;
  /** Abort the interpreter's runs, which hold timers of their own. */
  readonly aborts: Set<() => void>;
  run(name: string): Promise<void>;
}

export interface HostOptions extends HostLimits {
  readonly journal: Journal;
  /** The ports of the case that an execution belongs to, asked for by each step: they go when the case rests. */
  readonly portsOf: (caseId: string) => Ports;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onBoundary: (boundary: Boundary) => void;
}

/** What bounds a host. */
export interface HostLimits {
  readonly turns: Turns;
  /** Hears of every fault of the machine (a full disk), which ends no step: it is tried again. */
  readonly onFault: Endurance["options"]["onFault"];
  /** So long one step is tried again before the host gives up: for ever, or while a person waits. */
  readonly patienceMs: number;
  readonly monotonicMs: () => number;
}
