/** Where the errors of a state machine lead, read off its document. */
import { readDefinition } from "../../lib/embedded/machines.ts";

interface Rule {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly ResultPath?: string;
  readonly Next: string;
}

interface Choice {
  readonly Variable?: string;
  readonly IsPresent?: boolean;
  readonly Next: string;
}

export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly Choice[];
  readonly Retry?: readonly Rule[];
  readonly Catch?: readonly Rule[];
  readonly Branches?: readonly { readonly States: States }[];
}

type States = Readonly<Record<string, State>>;

/** One error of one state: how often it is tried again, where it leads, and who hears of it at the latest. */
export interface Way {
  readonly machine: string;
  readonly state: string;
  readonly errors: readonly string[];
  readonly attempts: number;
  readonly next: string;
  readonly heardBy: readonly string[];
}

/** These tell people. A machine that fails tells its starter and, in AWS, rings. */
const TELLERS = ["${callPerson}", "${closeCase}"];

export const waysOf = (machine: typeof import("../../lib/embedded/machines.ts").MACHINES[number]): readonly Way[] =>
  waysIn(machine, (readDefinition(machine) as { States: States }).States, null);

/** `after`: what the Parallel state that holds these states goes on with. */
const waysIn = (machine: string, states: States, after: { states: States; next: string } | null): readonly Way[] =>
  Object.entries(states).flatMap(([state, { Retry = [], Catch = [], Branches = [], Next }]) => [
    ...Retry.map(({ ErrorEquals, MaxAttempts = 3 }) => ({
      ...{ machine, state, errors: ErrorEquals, attempts: MaxAttempts, next: state },
      heardBy: [],
    })),
    ...Catch.map(({ ErrorEquals, Next: next, ResultPath }) => ({
      ...{ machine, state, errors: ErrorEquals, attempts: 0, next },
      heardBy: ResultPath?.startsWith("$.failures.") ? hearers(next, states, after) : ["an ordinary end of a wait"],
    })),
    ...Branches.flatMap((branch) => waysIn(machine, branch.States, { states, next: Next! })),
  ]);

/** Every end that a failure can come to: the first teller on each way, a Fail state, or `nobody`. */
const hearers = (from: string, states: States, after: { states: States; next: string } | null): readonly string[] => {
  const heard = new Set<string>();
  const seen = new Set<string>();
  const walk = (name: string, within: States, outer: typeof after): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const state = within[name]!;
    if (TELLERS.includes(state.Resource ?? "")) return void heard.add(name);
    if (state.Type === "Fail") return void heard.add(`${name} (the execution fails)`);
    if (state.Type === "Succeed") return void heard.add("nobody");
    for (const next of nextOf(state)) walk(next, within, outer);
    for (const { Next } of state.Catch ?? []) walk(Next, within, outer);
    if (state.End === true) outer === null ? heard.add("nobody") : walk(outer.next, outer.states, null);
  };
  walk(from, states, after);
  return [...heard].sort();
};

/** With a failure on record, a Choice that asks for one never goes past that question. */
const nextOf = ({ Next, Choices = [], Default }: State): readonly string[] => {
  const asks = Choices.findIndex(({ Variable, IsPresent }) => Variable === "$.failures" && IsPresent === true);
  const taken =
    asks === -1
      ? [...Choices.map((choice) => choice.Next), Default]
      : Choices.slice(0, asks + 1).map((choice) => choice.Next);
  return [...(Next === undefined ? [] : [Next]), ...taken.filter((name) => name !== undefined)];
};
