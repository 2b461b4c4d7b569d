import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../../lib/case/plan.ts";
import { answerFor } from "../../lib/cli/answer.ts";
import { askPerson } from "../../lib/cli/askPerson.ts";
import type { Question } from "../../lib/cli/choices.ts";
import type { Io } from "../../lib/cli/io.ts";
import { fingerprintOf, planDigestOf } from "../../lib/core/plan/renderPlan.ts";
import { fullCase } from "../report/cases.ts";

const PLAN = fullCase().plans[0]!.plan;
const OFFERED: Plan = { ...PLAN, actions: PLAN.actions.map((action) => ({ ...action, recommended: false })) };
const REASON = "confirmed with the owner";

const asked = (plan: Plan, open = plan.actions.map(({ id }) => id)): Question => ({ plan, open });

/** A person who types these lines, then nothing; and everything they were told. */
const typing = (...lines: readonly string[]) => {
  const told: string[] = [];
  const left = [...lines];
  const io: Io = {
    ...{ json: false, quiet: false, interactive: true, width: 80 },
    print: (text) => void told.push(text),
    note: (text) => void told.push(text),
    warn: (text) => void told.push(text),
    show: () => {},
    live: () => {},
    result: () => {},
    ask: async () => left.shift() ?? "",
  };
  return { io, told };
};

const endOf = (plan: Plan): string => fingerprintOf(planDigestOf(plan)).split("-").at(-1)!;

test("what is not understood at the question signs nothing, however often it is typed", async () => {
  const [first] = PLAN.actions;
  for (const word of ["all", "yes", "y", "ok", "1", ",", "*", `${first!.id} a99`, `all ${first!.id}`, "deny", "a1;a2"])
    for (const plan of [OFFERED, PLAN]) {
      if (plan === PLAN && word === "all") continue;
      const { io } = typing(word, endOf(plan), REASON, word, endOf(plan), REASON);
      assert.equal(await askPerson(asked(plan), io), null, `${word} at the question`);
    }
});

test("all approves what is recommended and still open, in any case of letters; none denies it", async () => {
  const recommended = PLAN.actions.filter((action) => action.recommended).map(({ id }) => id);
  for (const word of ["all", "ALL", "All"]) {
    const chosen = await askPerson(asked(PLAN), typing(word, endOf(PLAN), REASON).io);
    assert.deepEqual(chosen?.choices, Object.fromEntries(recommended.map((id) => [id, "approve"])));
  }
  const denied = await askPerson(asked(PLAN), typing("None", endOf(PLAN), REASON).io);
  assert.deepEqual(denied?.choices, Object.fromEntries(recommended.map((id) => [id, "deny"])));
});

test("what is carried out already cannot be named: what waits is not denied by it", async () => {
  const [done, ...open] = PLAN.actions.map(({ id }) => id);
  const { io, told } = typing(done!, endOf(PLAN), REASON);
  assert.equal(await askPerson(asked(PLAN, open), io), null);
  assert.match(told.join("\n"), /carried out already/);
  const typed = { values: { approve: done!, reason: REASON }, positionals: [] };
  await assert.rejects(answerFor(asked(PLAN, open), typed, io), { code: "USAGE" });
});

test("before the fingerprint is asked for, what is approved and what is denied is said", async () => {
  const [first, ...rest] = PLAN.actions.filter((action) => action.recommended).map(({ id }) => id);
  const { io, told } = typing(first!, "");
  await askPerson(asked(PLAN), io);
  assert.ok(told.includes(`You approve ${first} and deny ${rest.join(", ")}.`), told.at(-1));
});
