import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import aslValidator from "asl-validator";

const ROOT = resolve(import.meta.dirname, "../..");
const MACHINES = ["respond", "investigate", "contain", "release"] as const;

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly ResultPath?: string }[];
  readonly ResultPath?: string | null;
  readonly Branches?: readonly { readonly States: Record<string, State> }[];
}

const textOf = (name: string): string => readFileSync(join(ROOT, `stateMachines/${name}.asl.json`), "utf8");
const statesOf = (states: Record<string, State>): readonly (readonly [string, State])[] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Branches ?? []).flatMap(({ States }) => statesOf(States)),
  ]);
const all = (name: string) => statesOf((JSON.parse(textOf(name)) as { States: Record<string, State> }).States);

for (const name of MACHINES) {
  test(`${name}: the definition passes asl-validator`, () => {
    const { isValid, errors } = aslValidator(JSON.parse(textOf(name)), { checkPaths: true, checkArn: true });
    assert.deepEqual(errors, []);
    assert.equal(isValid, true);
  });

  test(`${name}: uses nothing that a local interpreter gets wrong`, () => {
    const text = textOf(name);
    assert.doesNotMatch(text, /States\.(JsonToString|Format|JsonMerge)/);
    assert.doesNotMatch(text, /"Is(Present|Null|String|Numeric|Boolean|Timestamp)":\s*false/);
    assert.doesNotMatch(text, /"ResultPath":\s*"\$"/);
    assert.doesNotMatch(text, /\[\*\]|\[\?\(/);
  });

  test(`${name}: every task states its timeout under 24 days, retries transient errors by name, and catches the rest`, () => {
    for (const [state, { Type, TimeoutSeconds, TimeoutSecondsPath, Retry, Catch }] of all(name)) {
      if (Type !== "Task") continue;
      assert.ok(
        TimeoutSecondsPath !== undefined || (TimeoutSeconds !== undefined && TimeoutSeconds < 24 * 86_400),
        state,
      );
      assert.ok(
        Retry?.some(({ ErrorEquals }) => ErrorEquals.includes("TransientError")),
        state,
      );
      assert.ok(Catch?.at(-1)?.ErrorEquals.includes("States.ALL"), state);
      assert.ok(
        Catch?.every(({ ResultPath }) => ResultPath?.startsWith("$.")),
        state,
      );
    }
  });

  test(`${name}: state names are unique, nested branches included, because task overrides go by name`, () => {
    const names = all(name).map(([state]) => state);
    assert.equal(new Set(names).size, names.length);
  });

  test(`${name}: every substitution is a handler file or a machine`, () => {
    for (const [, key] of textOf(name).matchAll(/\$\{([A-Za-z]+)\}/g)) {
      const machine = /^(.+)Machine$/.exec(key!)?.[1];
      const file = machine === undefined ? `handlers/${key}.ts` : `stateMachines/${machine}.asl.json`;
      assert.ok(existsSync(join(ROOT, file)), file);
    }
  });

  test(`${name}: has about a dozen states`, () => {
    assert.ok(all(name).length <= 22, `${all(name).length}`);
  });
}
