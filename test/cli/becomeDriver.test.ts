import assert from "node:assert/strict";
import { test } from "node:test";
import { becomeDriver } from "../../lib/cli/becomeDriver.ts";

/** A lease that answers so, one look after another. SQLITE_BUSY is 5, SQLITE_FULL 13, SQLITE_CORRUPT 11 (sqlite.org/rescode.html). */
const candidate = (...answers: readonly ("ours" | "silent" | "theirs" | number)[]) => {
  const said: string[] = [];
  const left = [...answers];
  const take = (): "ours" | "silent" | "theirs" => {
    const answer = left.shift()!;
    if (typeof answer === "number") throw Object.assign(new Error("refused"), { errcode: answer });
    return answer;
  };
  return { lease: { take }, said, left, say: (text: string) => said.push(text), pause: () => Promise.resolve() };
};

test("a host that starts waits for a lock that somebody holds, for room and for a silent holder, and says each once", async () => {
  const one = candidate(5, 5, 13, "silent", "silent", "ours");
  await becomeDriver(one);
  assert.deepEqual([one.said.length, one.left], [3, []]);
});

test("a host that starts beside a living one, or on a journal that is broken, ends at once", async () => {
  await assert.rejects(becomeDriver(candidate("silent", "theirs")), { code: "LEASE_LOST" });
  await assert.rejects(becomeDriver(candidate(11)), { errcode: 11 });
});
