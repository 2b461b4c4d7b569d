/** What a line of the command line becomes before it is signed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { answerFor } from "../../lib/cli/answer.ts";
import type { Question } from "../../lib/cli/choices.ts";
import type { Io } from "../../lib/cli/io.ts";
import { fingerprintOf, planDigestOf } from "../../lib/core/plan/renderPlan.ts";
import { openWorld } from "./world.ts";

const REASON = "Nobody else answers the phone tonight.";

const io = (answers: readonly string[] = []): Io & { readonly printed: string[] } => {
  const left = [...answers];
  const printed: string[] = [];
  return {
    json: false,
    quiet: false,
    interactive: answers.length > 0,
    printed,
    print: (text) => void printed.push(text),
    note: () => {},
    warn: (text) => void printed.push(text),
    result: () => {},
    show: (rows) => void printed.push(...rows.map(({ text }) => text)),
    live: () => {},
    width: 80,
    ask: async () => left.shift() ?? "",
  };
};

const answer = (question: Question, values: Record<string, string | boolean>) =>
  answerFor(question, { values, positionals: [] }, io());

const question = async (): Promise<Question> => {
  const { plan } = await openWorld();
  return { plan, open: plan.actions.map(({ id }) => id) };
};

const USAGE: readonly (readonly [string, Record<string, string | boolean>])[] = [
  ["nothing", {}],
  ["two answers", { approve: "all", deny: true, reason: REASON }],
  ["no reason", { approve: "all" }],
  ["a short reason", { approve: "all", reason: "because" }],
  ["spaces", { approve: "all", reason: " ".repeat(40) }],
  ["an unknown action", { approve: "a1,a99", reason: REASON }],
  ["another fingerprint", { approve: "all", reason: REASON, fingerprint: "0000-0000-0000-0000-0000" }],
  ["what cannot be undone, without the fingerprint", { approve: "a1,a8", reason: REASON }],
  ["a broken glass with a short reason", { approve: "a1", "break-glass": true, reason: "ten letters" }],
  ["a broken glass that denies", { deny: true, "break-glass": true, reason: REASON }],
  ["a broken glass that takes back", { withdraw: true, "break-glass": true, reason: REASON }],
];
for (const [what, values] of USAGE) {
  test(`a line that is no clear answer signs nothing: ${what}`, async () => {
    await assert.rejects(
      answer(await question(), values),
      (error) => error instanceof CordonError && error.code === "USAGE",
    );
  });
}

test("all is what is recommended; what is only offered stays off and is not denied", async () => {
  const chosen = await answer(await question(), { approve: "all", reason: REASON });
  assert.deepEqual(chosen?.choices, { a1: "approve", a2: "approve", a4: "approve", a5: "approve" });
  const denied = await answer(await question(), { deny: true, reason: REASON });
  assert.deepEqual(denied?.choices, { a1: "deny", a2: "deny", a4: "deny", a5: "deny" });
});

test("what cannot be undone is approved with the fingerprint of this plan", async () => {
  const asked = await question();
  const fingerprint = fingerprintOf(planDigestOf(asked.plan));
  const chosen = await answer(asked, { approve: "a8", reason: REASON, fingerprint });
  assert.equal(chosen?.choices.a8, "approve");
});

test("to break the glass names what one person may contain, and denies nothing", async () => {
  const chosen = await answer(await question(), { approve: "all", "break-glass": true, reason: REASON });
  assert.deepEqual(chosen, {
    kind: "break-glass",
    choices: { a1: "approve", a2: "approve", a4: "approve", a5: "approve" },
    reason: REASON,
  });
});

test("a second signature speaks only about what still waits", async () => {
  const asked = await question();
  const fingerprint = fingerprintOf(planDigestOf(asked.plan));
  const chosen = await answer({ ...asked, open: ["a8"] }, { approve: "a8", reason: REASON, fingerprint });
  assert.deepEqual(chosen?.choices, { a8: "approve" });
});

test("at a terminal nothing is decided without the typed group of the fingerprint", async () => {
  const asked = await question();
  const last = fingerprintOf(planDigestOf(asked.plan)).slice(-4);
  const at = (...answers: readonly string[]) => answerFor(asked, { values: {}, positionals: [] }, io(answers));
  assert.equal(await at(""), null);
  assert.equal(await at("all", "", REASON), null);
  assert.equal(await at("all", "yes", REASON), null);
  assert.equal(await at("all", last === "0000" ? "0001" : "0000", REASON), null);
  assert.deepEqual((await at("a1", last, REASON))?.choices, { a1: "approve", a2: "deny", a4: "deny", a5: "deny" });
  assert.deepEqual((await at("none", last, REASON))?.choices, { a1: "deny", a2: "deny", a4: "deny", a5: "deny" });
});

test("each answer is checked when it is given, in words, and asked for again; d shows the plan, ? explains", async () => {
  const asked = await question();
  const last = fingerprintOf(planDigestOf(asked.plan)).slice(-4);
  const terminal = io(["?", "d", "a99", "a1 a2", "none of this", "", last, "short", REASON]);
  const chosen = await answerFor(asked, { values: {}, positionals: [] }, terminal);
  assert.equal(chosen, null);
  assert.equal(terminal.printed.filter((text) => /no action a99/.test(text)).length, 1);
  const patient = io(["a99", "a1, a2", "wrong", last.toUpperCase(), "short", REASON]);
  const decided = await answerFor(asked, { values: {}, positionals: [] }, patient);
  assert.deepEqual(decided?.choices, { a1: "approve", a2: "approve", a4: "deny", a5: "deny" });
  assert.equal(decided?.reason, REASON);
  for (const text of patient.printed) assert.doesNotMatch(text, /undefined|\[object|Zod|invalid_type/);
});
