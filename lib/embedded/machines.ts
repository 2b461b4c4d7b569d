import { readFileSync } from "node:fs";
import { StateMachine } from "aws-local-stepfunctions";

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

const loaded = new Map<MachineName, StateMachine>();

/** The interpreter for one of our ASL files; building and validating it costs about 80 ms, so once per process. */
export const loadMachine = (name: MachineName): StateMachine => {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const machine = new StateMachine(readDefinition(name) as never);
  loaded.set(name, machine);
  return machine;
};

export const readDefinition = (name: MachineName): Definition =>
  JSON.parse(readFileSync(new URL(`../../stateMachines/${name}.asl.json`, import.meta.url), "utf8")) as Definition;

/** Every Task state of a machine, those inside Parallel branches included. State names are unique per machine. */
export const tasksIn = (definition: Definition): readonly (readonly [string, AslState])[] =>
  Object.entries(definition.States).flatMap(([name, state]) => [
    ...(state.Type === "Task" ? [[name, state] as const] : []),
    ...(state.Branches ?? []).flatMap(tasksIn),
  ]);
