import assert from "node:assert/strict";
import { test } from "node:test";
import { type Claim, createTurns } from "../../lib/embedded/turns.ts";

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
/** A step ends in one turn of the event loop, and the next begins in the one after. */
const soon = async (): Promise<void> => {
  await turn();
  await turn();
};

/** Turns on a clock of their own. Each step notes when it begins, and ends when it is told to. */
const world = (places: number, busy: () => boolean = () => false) => {
  const time = { ms: 0 };
  const begun: string[] = [];
  const rested: string[] = [];
  const ends = new Map<string, () => void>();
  let working = 0;
  let most = 0;
  const turns = createTurns({
    places,
    monotonicMs: () => time.ms,
    isBusy: busy,
    onRest: (caseId) => rested.push(caseId),
  });
  const step = (caseId: string, claim: Partial<Claim> = {}): Promise<void> =>
    turns.run({ caseId, urgency: 5, rank: 0, heavy: true, ...claim }, async () => {
      begun.push(caseId);
      working += 1;
      most = Math.max(most, working);
      await new Promise<void>((done) => ends.set(caseId, done));
      working -= 1;
    });
  const end = async (caseId: string): Promise<void> => {
    await soon();
    ends.get(caseId)!();
    await soon();
  };
  return { turns, time, begun, rested, step, end, most: () => most };
};

test("no more cases than places read logs at once; the next begins when one has been idle", async () => {
  const { step, end, begun, time, rested, turns } = world(2);
  for (const [rank, caseId] of ["a", "b", "c"].entries()) void step(caseId, { rank });
  await soon();
  assert.deepEqual(begun, ["a", "b"]);
  await end("a");
  assert.deepEqual(begun, ["a", "b"]);
  time.ms += 1500;
  void step("d", { heavy: false, rank: 9 });
  await end("d");
  assert.deepEqual(
    [begun, rested],
    [
      ["a", "b", "d", "c"],
      ["a", "d"],
    ],
  );
  turns.close();
});

test("a case rests when its last step under way has ended and it has no place, and not before", async () => {
  const { step, end, rested, time, turns } = world(1);
  void step("a", { heavy: false });
  await end("a");
  assert.deepEqual(rested, ["a"]);
  void step("b");
  await end("b");
  void step("b", { heavy: false });
  time.ms += 2000;
  void step("tick", { heavy: false });
  await end("tick");
  assert.deepEqual(rested, ["a", "tick"]);
  await end("b");
  assert.deepEqual(rested, ["a", "tick", "b"]);
  turns.close();
});

test("a case keeps its place from step to step while others wait", async () => {
  const { step, end, begun, time, turns } = world(1);
  void step("a");
  void step("b", { rank: 1 });
  for (let time = 0; time < 3; time += 1) {
    await end("a");
    void step("a");
    await soon();
  }
  assert.deepEqual(begun, ["a", "a", "a", "a"]);
  await end("a");
  time.ms += 2000;
  void step("tick", { heavy: false });
  await end("tick");
  await end("b");
  turns.close();
});

test("a case whose scan is under way outside its steps keeps its place", async () => {
  let scanning = true;
  const { step, end, begun, time, turns } = world(1, () => scanning);
  void step("a");
  void step("b", { rank: 1 });
  await end("a");
  time.ms += 30_000;
  void step("x", { heavy: false });
  await end("x");
  assert.deepEqual(begun, ["a", "x"]);
  scanning = false;
  time.ms += 1500;
  void step("y", { heavy: false });
  await end("y");
  assert.deepEqual(begun, ["a", "x", "y", "b"]);
  turns.close();
});

test("the worst severity goes first, then what came first; what a person asked for before all", async () => {
  const { step, end, begun, turns } = world(1);
  const light = { heavy: false } as const;
  void step("one", light);
  void step("two", light);
  await soon();
  const claims: readonly (readonly [string, number, number])[] = [
    ["mild", 2, 1],
    ["late", 8, 7],
    ["early", 8, 3],
    ["asked", 100, 9],
    ["worse", 8.5, 8],
  ];
  for (const [caseId, urgency, rank] of claims) void step(caseId, { ...light, urgency, rank });
  for (const caseId of ["one", "two", "asked", "worse", "early", "late", "mild"]) await end(caseId);
  assert.deepEqual(begun.slice(2), ["asked", "worse", "early", "late", "mild"]);
  turns.close();
});

test("questions go before logs: a heavy step waits for light ones, but not for ever", async () => {
  const { step, end, begun, time, turns } = world(1);
  void step("light", { heavy: false });
  void step("heavy");
  await soon();
  assert.deepEqual(begun, ["light"]);
  time.ms += 61_000;
  void step("light2", { heavy: false });
  await soon();
  assert.deepEqual(begun.toSorted(), ["heavy", "light", "light2"]);
  for (const caseId of ["light", "light2", "heavy"]) await end(caseId);
  turns.close();
});

test("a thousand cases at once never use more than the places", async () => {
  const { step, begun, end, time, most, turns } = world(2);
  const all = Array.from({ length: 1000 }, (_, rank) => step(`${rank}`, { rank }));
  for (let next = 0; next < 1000; next += 1) {
    await end(`${next}`);
    time.ms += 2000;
    void step("tick", { heavy: false, rank: 2000 });
    await end("tick");
  }
  await Promise.all(all);
  assert.deepEqual(
    begun.filter((caseId) => caseId !== "tick"),
    Array.from({ length: 1000 }, (_, rank) => `${rank}`),
  );
  assert.ok(most() <= 3);
  turns.close();
});

test("between steps that wait for nothing signals and timers have their turn", async () => {
  const { turns } = world(1);
  let done = 0;
  const steps = Array.from({ length: 200 }, (_, rank) =>
    turns.run({ caseId: `${rank}`, urgency: 5, rank, heavy: false }, async () => {
      done += 1;
    }),
  );
  await turn();
  await turn();
  assert.ok(done < 200, `${done} steps were done before anything else had its turn`);
  await Promise.all(steps);
  turns.close();
});

test("whoever still waits when the host stops is turned away", async () => {
  const { step, turns } = world(1);
  void step("a");
  const waiting = step("b", { rank: 1 });
  await soon();
  turns.close();
  await assert.rejects(waiting, { name: "HostStopped" });
  await assert.rejects(step("c"), { name: "HostStopped" });
});
