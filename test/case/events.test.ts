import assert from "node:assert/strict";
import { test } from "node:test";
import { textLines } from "../../lib/base/textLines.ts";
import { aboutPlan, type CaseEvent, EVENTS, endOf, eventFault, ofType, toldOf } from "../../lib/case/events.ts";
import { sealedBy010 } from "./recorded.ts";

const TRAIL = [...textLines(sealedBy010().get("timeline.jsonl")!)].map((line) => JSON.parse(line) as CaseEvent);
const eventOf = (type: string, data: unknown): CaseEvent => ({ type, actor: "test", data }) as unknown as CaseEvent;

test("every event has a name of its own", () => {
  const types = EVENTS.map(({ type }) => type);
  assert.equal(new Set(types).size, types.length);
  for (const type of types) assert.match(type, /^[a-z-]+(\.[a-z-]+)+$/);
});

test("the trail that 0.1.0 wrote is of known events of the right shape, and each is told in a sentence of its own", () => {
  assert.ok(TRAIL.length >= 38);
  for (const event of TRAIL) {
    assert.equal(eventFault(event), null);
    assert.notEqual(toldOf(event).text, event.type);
  }
});

test("an event of a later version keeps its name; one of another shape is bad and stops no page", () => {
  assert.deepEqual(toldOf(eventOf("moon.landed", {})), { text: "moon.landed", weight: "plain" });
  assert.equal(eventFault(eventOf("moon.landed", {})), null);
  for (const { type } of EVENTS)
    for (const data of [
      { planId: 7, holds: "no list", actions: 3, gone: null, why: { a: 1 }, ok: [] },
      { holds: [null] },
    ]) {
      const told = toldOf(eventOf(type, data));
      assert.ok(told.text.length > 0, type);
    }
  assert.equal(toldOf(eventOf("case.opened", {})).weight, "bad");
  assert.match(eventFault(eventOf("plan.denied", { planId: "contain-1" }))!, /^plan\.denied: /);
});

test("members that a later version adds to an event are no fault", () => {
  const sealed = ofType(TRAIL, "evidence.sealed")[0]!;
  assert.equal(eventFault({ ...sealed, data: { ...sealed.data, later: [1] } } as CaseEvent), null);
});

test("the events of a plan, of a type, and the end of a question are found", () => {
  assert.deepEqual(
    ofType(TRAIL, "plan.proposed", "contain-1").map(({ data }) => data.leftOut),
    [3],
  );
  assert.deepEqual(ofType(TRAIL, "plan.proposed", "contain-2"), []);
  assert.ok(aboutPlan(TRAIL, "contain-1").length > 5);
  assert.equal(endOf(TRAIL, "contain-1"), null);
  const denied = eventOf("plan.denied", { planId: "contain-1", code: "DENIED", why: "no" });
  assert.equal(endOf([...TRAIL, denied], "contain-1")?.data.code, "DENIED");
  assert.equal(endOf([...TRAIL, denied], "contain-2"), null);
});
