import assert from "node:assert/strict";
import { test } from "node:test";
import { nextEvent } from "../../lib/case/auditTrail.ts";
import type { NewCaseEvent } from "../../lib/case/events.ts";
import { timelineOf } from "../../lib/web/timeline.ts";

const at = "2026-11-21T03:04:05.000Z";
const event = (type: string, data: Record<string, unknown>) =>
  nextEvent(null, { type, actor: "test", data } as unknown as NewCaseEvent, at);

test("the trail is told newest first, and an event of another version keeps its own name", () => {
  const first = event("case.opened", {
    findingId: "f",
    type: "Exfiltration:S3/AnomalousBehavior",
    severity: 8,
    sample: false,
  });
  const second = nextEvent(first, { type: "moon.landed", actor: "test", data: {} } as unknown as NewCaseEvent, at);
  assert.deepEqual(
    timelineOf([first, second]).map(({ seq, type }) => [seq, type]),
    [
      [2, "moon.landed"],
      [1, "case.opened"],
    ],
  );
  assert.equal(timelineOf([second])[0]!.text, "moon.landed");
});

test("members that are missing or of another kind do not stop the page", () => {
  for (const type of [
    "case.opened",
    "theft.quantified",
    "detections.run",
    "plan.proposed",
    "action.failed",
    "containment.verified",
    "containment.removed",
    "containment.breached",
    "watch.finished",
    "decision.refused",
    "notice.sent",
  ]) {
    for (const data of [{}, { holds: "no list", actions: 3, gone: null, why: { a: 1 }, ok: [] }, { holds: [null] }])
      assert.equal(timelineOf([event(type, data)]).length, 1);
  }
});

test("a verification counts what holds", () => {
  const [line] = timelineOf([
    event("containment.verified", {
      planId: "contain-1",
      holds: [
        { id: "a1", ok: true, why: "" },
        { id: "a2", ok: false, why: "gone" },
      ],
    }),
  ]);
  assert.match(line!.text, /\b1 of 2\b/);
  assert.equal(line!.weight, "bad");
});

test("the end of a watch is good only where the logs were quiet; not known is a question", () => {
  const weightOf = (data: Record<string, unknown>) =>
    timelineOf([event("watch.finished", { planId: "contain-1", looks: 3, ...data })])[0]!;
  const until = "2026-11-21T03:34:05.000Z";
  assert.equal(weightOf({ activity: "quiet", settledUntil: until }).weight, "good");
  assert.match(weightOf({ activity: "quiet", settledUntil: until }).text, /2026-11-21 03:34:05 UTC/);
  assert.equal(weightOf({ activity: "not-known", settledUntil: null }).weight, "ask");
  assert.equal(weightOf({ activity: "breached", settledUntil: until }).weight, "bad");
});
