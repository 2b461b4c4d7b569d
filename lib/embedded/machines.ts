import { readFileSync } from "node:fs";

export const MACHINES = ["respond", "investigate", "contain", "release"] as const;
export type MachineName = (typeof MACHINES)[number];

/**
 * Stands in for `$$.Task.Token`. The interpreter evaluates the context once per execution, so two branches would read
 * the same token; the task override replaces this marker by a fresh one (see facts on aws-local-stepfunctions).
 */
export const TOKEN_MARKER = "cordon-task-token";

interface Definition {
  readonly States: Readonly<Record<string, AslState>>;
}
export interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Branches?: readonly Definition[];
}

const memoize = <T>(make: (name: MachineName) => T): ((name: MachineName) => T) => {
  const made = new Map<MachineName, T>();
  return (name) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name)!;
  };
};

/**
 * The interpreter for one of our ASL files, loaded by who runs one: to look at a case needs none. What they are is checked when
 * they are built (test/stateMachines): a validator compiled here would cost a second.
 */
export const loadMachine = memoize(async (name) => {
  const { StateMachine } = await import("aws-local-stepfunctions");
  return new StateMachine(unhurried(readDefinition(name)) as never, { validationOptions: { noValidate: true } });
});

export const readDefinition = (name: MachineName): Definition =>
  JSON.parse(readFileSync(new URL(`../../stateMachines/${name}.asl.json`, import.meta.url), "utf8")) as Definition;

/** Under 2^31 milliseconds, the longest that a timer of Node can run. */
const LONGEST_SECONDS = 2_000_000;

/**
 * A step's own time begins with its turn (`onTime`), not when the interpreter reaches its state: a case that waits in the
 * queue has not failed.
 */
const unhurried = (definition: Definition): Definition => ({
  ...definition,
  States: Object.fromEntries(
    Object.entries(definition.States).map(([name, state]) => [
      name,
      {
        ...state,
        ...(isStep(state) ? { TimeoutSeconds: LONGEST_SECONDS } : {}),
        ...(state.Branches === undefined ? {} : { Branches: state.Branches.map(unhurried) }),
      },
    ]),
  ),
});

/** One of our handlers, called and waited for. */
const isStep = ({ Type, Resource = "" }: AslState): boolean => Type === "Task" && Resource.startsWith("${");

/** Every Task state of a machine, those inside Parallel branches included. State names are unique per machine. */
export const tasksIn = (definition: Definition): readonly (readonly [string, AslState])[] =>
  Object.entries(definition.States).flatMap(([name, state]) => [
    ...(state.Type === "Task" ? [[name, state] as const] : []),
    ...(state.Branches ?? []).flatMap(tasksIn),
  ]);

/** The Task states of a machine with their names, read once. */
export const tasksOf = memoize((name) => tasksIn(readDefinition(name)));
