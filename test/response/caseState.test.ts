/** No word of ours calls a case contained while a door is open, whatever the actor did and whatever people answered. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { CASE_STATES, type CaseState, DOOR_KINDS, DOOR_WORDS } from "../../lib/case/caseState.ts";
import { DISCOVERED, write } from "../../lib/case/documents.ts";
import type { ActorChange } from "../../lib/case/principal.ts";
import { type CaseFacts, caseStateOf } from "../../lib/core/caseState.ts";
import { doorsOf } from "../../lib/core/plan/doors.ts";
import type { ActionOutcome } from "../../lib/core/plan/outcome.ts";
import { createRandom } from "../../lib/incident/random.ts";
import { VARIANTS } from "../../lib/incident/variants.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { openDoors } from "../../lib/response/contain/openDoors.ts";
import { verifyContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT } from "../actions/names.ts";
import { recorded } from "../approval/assertions.ts";
import { execute, FOUND_SINCE, openWorld, PLAN, type World } from "../approval/world.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { runs } from "../sample.ts";
import { investigate } from "../web/scenes.ts";

const CALLS_IT_CONTAINED: readonly string[] = ["contained", "watched"];

const assertTrue = ({ is, word, sentence, doors, tone }: CaseState, what: string): void => {
  assert.ok(doors.length > 0, what);
  assert.ok(!CALLS_IT_CONTAINED.includes(is), `${what}: ${is}`);
  assert.notEqual(tone, "good", what);
  assert.doesNotMatch(word, /^contained/i, what);
  assert.match(sentence, /\bdoors? open: /, what);
};

/** The identity is cut off with everything recommended, and each change was read back. */
const cutOff = async (): Promise<World> => {
  const world = await openWorld();
  await recorded(world, { approve: world.plan.actions.filter((one) => one.recommended).map(({ id }) => id) });
  await execute(world);
  await verifyContainment({ caseId: world.caseId, planId: PLAN }, world.ports);
  assert.equal((await caseView(world.caseId, world.ports)).state.is, "unread", "no log was read: a door may be open");
  await investigate(world);
  return world;
};

const stateAfter = async ({ ports, caseId }: World, changes: readonly ActorChange[]): Promise<CaseState> => {
  await write(ports.cases, caseId, DISCOVERED, { ...FOUND_SINCE, changes: [...changes] });
  return (await caseView(caseId, ports)).state;
};

interface Event {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly errorCode?: string;
  readonly readOnly?: boolean;
  readonly requestParameters: Record<string, unknown> | null;
  readonly responseElements: Record<string, unknown> | null;
}

const changeOf = ({ eventID, eventTime, eventName, eventSource, ...one }: Event): ActorChange => ({
  eventId: eventID,
  eventTime,
  eventName,
  eventSource,
  bucket: (one.requestParameters?.bucketName as string | undefined) ?? null,
  request: one.requestParameters ?? {},
  response: one.responseElements ?? {},
});

test("in every incident that can be written, an open door keeps the case from being called contained", async () => {
  const world = await cutOff();
  assert.equal((await stateAfter(world, [])).is, "contained");
  let withDoors = 0;
  for (const variant of VARIANT_IDS) {
    const events = VARIANTS[variant](createRandom(`state/${variant}`).fork("story")).deeds.map(
      ({ record }) => record as unknown as Event,
    );
    const changes = events
      .filter(({ errorCode, readOnly }) => errorCode === undefined && readOnly !== true)
      .map(changeOf);
    const state = await stateAfter(world, changes);
    const open = await openDoors(world.caseId, world.ports);
    assert.equal(state.doors.length, open.length, variant);
    if (open.length === 0) continue;
    withDoors += 1;
    assertTrue(state, variant);
    assert.match(state.sentence, /^Identity cut\./, variant);
  }
  // The bundled incident alone leaves three; a test over incidents without doors would show nothing.
  assert.ok(withDoors >= 5, `${withDoors} of ${VARIANT_IDS.length} incidents leave a door open`);
});

test("each recorded change of real actors that is a door does the same by itself", async () => {
  const fixture = new URL("../fixtures/suspect-changes/changes.json", import.meta.url);
  const world = await cutOff();
  const changes = (JSON.parse(readFileSync(fixture, "utf8")) as readonly Event[]).map(changeOf);
  const doors = changes.filter((change) => doorsOf([change], ACCOUNT).length === 1);
  assert.ok(doors.length > 15);
  for (const door of doors) {
    const state = await stateAfter(world, [door]);
    if ((await openDoors(world.caseId, world.ports)).length > 0) assertTrue(state, door.eventName);
  }
});

const STATES: readonly ActionOutcome["state"][] = [
  ...(["verified", "unverified", "gone", "undone", "would-have", "instructed"] as const),
  ...(["waiting", "approved", "refused", "skipped", "drifted", "failed"] as const),
];

const outcome = fc.record({
  state: fc.constantFrom(...STATES),
  side: fc.constantFrom("cut", "undo"),
  recommended: fc.boolean(),
  target: fc.constantFrom("a", "b", "c", "d"),
  purpose: fc.constantFrom("contain", "follow-up", "release"),
});

const facts: fc.Arbitrary<CaseFacts> = fc.record({
  head: fc.record({
    status: fc.constantFrom("open", "awaiting-decision", "containing", "contained", "attention", "released", "denied"),
    closedAt: fc.constantFrom(null, "2026-11-21T05:00:00.000Z"),
    notKnown: fc.constantFrom([], [{ step: "sealEvidence", reason: "no disk" }]),
    sample: fc.boolean(),
  }),
  reading: fc.constantFrom("not begun", "running", "read", "failed"),
  plans: fc.array(
    fc.record({
      planId: fc.constantFrom("contain-1", "contain-2", "follow-up-1", "release-1"),
      status: fc.constantFrom("proposed", "approved", "denied", "expired", "executing", "executed", "superseded"),
    }),
    { maxLength: 3 },
  ),
  outcomes: fc.array(outcome, { maxLength: 6 }).map((all) =>
    all.map(
      ({ state, side, recommended, target, purpose }): ActionOutcome =>
        ({
          planId: `${purpose}-1`,
          purpose,
          state,
          done: state === "verified",
          note: "",
          record: ["waiting", "approved"].includes(state) ? null : { status: "applied" },
          action: { kind: side, recommended, target: { label: target } },
        }) as unknown as ActionOutcome,
    ),
  ),
  cuts: fc.constant((kind: string) => kind === "cut"),
  question: fc.constantFrom(null, {
    ...{ planId: "contain-2", purpose: "contain", actions: 2, recommended: 1, deadline: "2026-11-21T04:00:00.000Z" },
  } as const),
  doors: fc.array(
    fc.constantFrom(...DOOR_KINDS).map((kind) => ({
      ...{ kind, says: DOOR_WORDS[kind], eventName: "X", eventTime: "2026-11-21T03:00:00Z", eventId: kind },
      ...{ bucket: null, planId: null },
    })),
    { maxLength: 3 },
  ),
  breached: fc.boolean(),
  watch: fc.constantFrom(
    { is: "off", until: null, settledUntil: null },
    { is: "running", until: "2026-11-21T04:30:00.000Z", settledUntil: null },
    { is: "quiet", until: "2026-11-21T04:30:00.000Z", settledUntil: "2026-11-21T04:20:00.000Z" },
    { is: "breached", until: "2026-11-21T04:30:00.000Z", settledUntil: null },
    { is: "not-known", until: "2026-11-21T04:30:00.000Z", settledUntil: null },
  ),
}) as fc.Arbitrary<CaseFacts>;

test("whatever is on record: contained means no door, nothing wrong, nothing left, and says nothing else", () => {
  fc.assert(
    fc.property(facts, (given) => {
      const state = caseStateOf(given);
      assert.ok(Object.hasOwn(CASE_STATES, state.is));
      assert.ok(state.sentence.length > 0 && state.next.length > 0);
      if (given.doors.length > 0) assertTrue(state, state.is);
      if (CALLS_IT_CONTAINED.includes(state.is)) {
        assert.equal(state.made, state.due);
        assert.ok(state.due > 0);
        assert.equal(given.breached, false);
        assert.equal(given.reading, "read");
        assert.notEqual(given.head.status, "attention");
      }
      if (state.sentence.startsWith("Identity cut.")) assert.ok(state.made > 0);
      if (given.question !== null && state.made === 0) assert.notEqual(state.is, "released");
      if (given.reading !== "read" && state.made > 0) assert.match(state.sentence, /not known: the logs/);
    }),
    { numRuns: runs(300, 20_000), seed: 16 },
  );
});
