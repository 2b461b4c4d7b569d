/** An execution that waits keeps the machine of the release that began it, and calls the functions of today (docs/decisions/update-in-flight.md). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MACHINES, type MachineName, readDefinition } from "../../lib/embedded/machines.ts";

interface State {
  readonly Type: string;
  readonly Choices?: readonly Readonly<Record<string, unknown>>[];
  readonly Default?: string;
  readonly Branches?: readonly Definition[];
}
interface Definition {
  readonly States: Readonly<Record<string, State>>;
}

/** As release 0.1.0 deployed them. */
const before = (name: MachineName): Definition =>
  JSON.parse(readFileSync(new URL(`../fixtures/machines-0.1.0/${name}.asl.json`, import.meta.url), "utf8"));

const statesOf = ({ States }: Definition): readonly (readonly [string, State])[] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Branches ?? []).flatMap((branch) => statesOf(branch)),
  ]);

/** Functions and machines that it calls, paths that it reads, and values of them by which it goes one way or another. */
const demandsOf = (definition: Definition): ReadonlySet<string> => {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) look(one);
    if (typeof value === "string")
      for (const [, called] of value.matchAll(/\$\{(\w+)\}/g)) found.add(`calls ${called}`);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const { Variable, Next: _, ...rest } = value as { readonly Variable?: string; readonly Next?: unknown };
    if (Variable !== undefined) found.add(`reads ${Variable}`);
    for (const [name, one] of Object.entries(rest)) {
      if (Variable !== undefined) found.add(`knows ${Variable} ${name} ${JSON.stringify(one)}`);
      if (/^(Timestamp|Seconds)Path$/.test(name)) found.add(`reads ${one}`);
      look(one);
    }
  };
  for (const [, state] of statesOf(definition)) look(state);
  return found;
};

test("what the machines of 0.1.0 call, read and compare is there still: one that waits can be carried on", () => {
  for (const name of MACHINES) {
    const [then, now] = [demandsOf(before(name)), demandsOf(readDefinition(name) as Definition)];
    assert.ok(then.size > 4, name);
    assert.deepEqual([...then.difference(now)], [], name);
  }
});

/** Answers that 0.1.0 did not know, and where its machines go by them. */
// `later` and `changed` are told by the step itself; `look` is the first answer of an execution, and the finding is on record.
const NEW_ANSWERS: Readonly<Record<string, string>> = {
  "contain $.plan.next later": "NothingApplied",
  "investigate $.baseline.next changed": "StartClassification",
  "respond $.next look": "Recorded",
};

test("an answer that 0.1.0 did not know leads its machines to a state that changes nothing and calls nothing safe", () => {
  const unknown = MACHINES.flatMap((name) => {
    const [then, now] = [demandsOf(before(name)), demandsOf(readDefinition(name) as Definition)];
    const reads = new Set([...then].filter((one) => one.startsWith("reads ")).map((one) => one.slice(6)));
    return [...now.difference(then)].flatMap((one) => {
      const [, variable, value] = /^knows (\S+) StringEquals "(.*)"$/.exec(one) ?? [];
      return variable !== undefined && reads.has(variable) ? [[name, variable, value] as const] : [];
    });
  });
  const leads = unknown.map(([name, variable, value]) => {
    const choice = statesOf(before(name)).find(([, { Choices = [] }]) =>
      Choices.some((one) => JSON.stringify(one).includes(`"${variable}"`)),
    );
    return [`${name} ${variable} ${value}`, choice?.[1].Default];
  });
  assert.deepEqual(Object.fromEntries(leads), NEW_ANSWERS);
});
