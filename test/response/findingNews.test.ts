import assert from "node:assert/strict";
import { test } from "node:test";
import { ofType } from "../../lib/case/events.ts";
import { openCase } from "../../lib/response/openCase.ts";
import { FINDING } from "./inputWorld.ts";
import { withHome } from "./run.ts";

const copy = (detail: object, service: object = {}): unknown => {
  const event = JSON.parse(JSON.stringify(FINDING));
  Object.assign(event.detail, detail);
  Object.assign(event.detail.service, service);
  return event;
};

test("a later copy of a finding with news goes to people; one without does not", async () => {
  await withHome({}, async ({ ports }) => {
    const open = (event: unknown, execution: string) =>
      openCase({ event: { manual: true, finding: event }, execution }, ports);
    const first = await open(FINDING, "one");
    assert.equal(first.next, "respond");
    const caseId = first.next === "respond" ? first.caseId : "";
    const notices = async () =>
      ofType(await ports.cases.events(caseId), "notice.sent").filter(({ data }) => data.kind === "attention");
    await open(copy({ updatedAt: "2026-11-20T15:00:00.000Z" }), "two");
    assert.equal((await notices()).length, 0);
    await open(
      copy(
        { updatedAt: "2026-11-22T15:00:00.000Z", severity: 9 },
        { count: 7, eventLastSeen: "2026-11-22T14:00:00.000Z" },
      ),
      "three",
    );
    const [notice, ...more] = await notices();
    assert.deepEqual(more, []);
    for (const part of ["2026-11-22T14:00:00.000Z", "7 times", "severity 9"])
      assert.ok(String(notice!.data.text).includes(part));
  });
});
