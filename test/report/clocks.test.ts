import assert from "node:assert/strict";
import { test } from "node:test";
import {
  businessDaysAfter,
  easternDay,
  endOfFilingDay,
  federalHolidays,
  isBusinessDay,
} from "../../lib/report/businessDays.ts";
import data from "../../lib/report/clocks.json" with { type: "json" };
import { type ClockFacts, candidateClocks } from "../../lib/report/clocks.ts";

const NONE: ClockFacts = {
  firstEventAt: null,
  detectedAt: null,
  alertedAt: null,
  firstHumanAt: null,
  confirmedAt: null,
  classifiedAt: null,
  materialityDeterminedAt: null,
};

const due = (id: string, facts: Partial<ClockFacts>): string | null => {
  const row = candidateClocks({ ...NONE, ...facts }).find((one) => one.id === id);
  assert.ok(row !== undefined, id);
  return row.dueAt;
};

/** Dates of the U.S. Office of Personnel Management's list of federal holidays for 2026, written down by hand. */
test("federal holidays of 2026 are those of the official list", () => {
  assert.deepEqual(federalHolidays(2026), [
    "2026-01-01",
    "2026-01-19",
    "2026-02-16",
    "2026-05-25",
    "2026-06-19",
    "2026-07-03",
    "2026-09-07",
    "2026-10-12",
    "2026-11-11",
    "2026-11-26",
    "2026-12-25",
  ]);
});

test("a holiday on a weekend is observed beside it, over the turn of the year too", () => {
  assert.equal(isBusinessDay("2021-12-31"), false);
  assert.equal(isBusinessDay("2027-07-05"), false);
  assert.equal(isBusinessDay("2026-07-03"), false);
  assert.equal(isBusinessDay("2026-07-06"), true);
});

test("business days are counted by hand the same", () => {
  for (const [from, count, to] of [
    ["2026-02-23", 4, "2026-02-27"], // Monday: Tuesday to Friday
    ["2026-02-20", 4, "2026-02-26"], // Friday: Monday to Thursday
    ["2026-02-21", 4, "2026-02-26"], // Saturday: Monday is the first
    ["2026-02-22", 4, "2026-02-26"], // Sunday: the same
    ["2026-02-12", 4, "2026-02-19"], // Thursday: Fri 13, Presidents' Day out, Tue 17, Wed 18, Thu 19
    ["2026-11-24", 4, "2026-12-01"], // Tuesday: Wed 25, Thanksgiving out, Fri 27, Mon 30, Tue 1
    ["2026-12-24", 4, "2026-12-31"], // Thursday: Christmas out, Mon 28 to Thu 31
    ["2026-12-31", 4, "2027-01-07"], // Thursday: New Year out, Mon 4 to Thu 7
    ["2026-07-02", 1, "2026-07-06"], // Thursday: Friday is Independence Day observed
  ] as const)
    assert.equal(businessDaysAfter(from, count), to, from);
});

test("the day and the filing hour are New York's, in winter and in summer", () => {
  assert.equal(easternDay("2026-02-24T04:59:59Z"), "2026-02-23");
  assert.equal(easternDay("2026-02-24T05:00:00Z"), "2026-02-24");
  assert.equal(easternDay("2026-07-01T03:59:59Z"), "2026-06-30");
  assert.equal(endOfFilingDay("2026-02-27"), "2026-02-27T22:30:00.000Z");
  assert.equal(endOfFilingDay("2026-07-06"), "2026-07-06T21:30:00.000Z");
  assert.equal(endOfFilingDay("2026-03-08"), "2026-03-08T21:30:00.000Z");
});

test("candidate clocks end where a calendar says", () => {
  const alertedAt = "2026-02-23T04:15:40.000Z";
  const confirmedAt = "2026-02-23T04:24:05.000Z";
  assert.equal(due("gdpr-33-1.alertedAt", { alertedAt }), "2026-02-26T04:15:40.000Z");
  assert.equal(due("gdpr-33-1.confirmedAt", { confirmedAt }), "2026-02-26T04:24:05.000Z");
  assert.equal(due("gdpr-33-2.confirmedAt", { confirmedAt }), null);
  assert.equal(due("nis2-early-warning.alertedAt", { alertedAt }), "2026-02-24T04:15:40.000Z");
  assert.equal(due("nydfs-500-17.confirmedAt", { confirmedAt: "2026-02-27T23:00:00Z" }), "2026-03-02T23:00:00.000Z");
  assert.equal(due("india-cert-in.alertedAt", { alertedAt }), "2026-02-23T10:15:40.000Z");
  assert.equal(due("us-banks-36h.classifiedAt", { classifiedAt: "2026-02-28T12:00:00Z" }), "2026-03-02T00:00:00.000Z");
  assert.equal(due("hipaa-164-404.alertedAt", { alertedAt }), "2026-04-24T04:15:40.000Z");
  assert.equal(due("california-sb-446.confirmedAt", { confirmedAt }), "2026-03-25T04:24:05.000Z");
  assert.equal(
    due("singapore-pdpa.classifiedAt", { classifiedAt: "2026-02-27T08:00:00Z" }),
    "2026-03-02T08:00:00.000Z",
  );
});

test("reports that follow reports run from the one before, not from the detection", () => {
  const facts = { alertedAt: "2026-01-28T10:00:00.000Z", classifiedAt: "2026-01-28T12:00:00.000Z" };
  assert.equal(due("dora-initial-classified.classifiedAt", facts), "2026-01-28T16:00:00.000Z");
  assert.equal(due("dora-initial-aware.alertedAt", facts), "2026-01-29T10:00:00.000Z");
  assert.equal(due("dora-intermediate", facts), "2026-01-31T16:00:00.000Z");
  assert.equal(due("dora-final", facts), "2026-02-28T16:00:00.000Z"); // a month after 31 January
  assert.equal(due("nis2-final", facts), "2026-02-28T10:00:00.000Z"); // 72 h to 31 January, then a month
  assert.equal(due("dora-final", {}), null);
});

test("Form 8-K counts four business days from the determination, in New York", () => {
  assert.equal(
    due("sec-8k-1-05.materialityDeterminedAt", { materialityDeterminedAt: "2026-02-23T15:00:00Z" }),
    "2026-02-27T22:30:00.000Z",
  );
  assert.equal(
    due("sec-8k-1-05.materialityDeterminedAt", { materialityDeterminedAt: "2026-02-24T04:30:00Z" }),
    "2026-02-27T22:30:00.000Z",
  );
  assert.equal(
    due("sec-8k-1-05.materialityDeterminedAt", { materialityDeterminedAt: "2026-11-24T15:00:00Z" }),
    "2026-12-01T22:30:00.000Z",
  );
  assert.equal(due("sec-8k-1-05.materialityDeterminedAt", {}), null);
});

test("without facts every clock is listed, none has a start, and what is switched off is not listed", () => {
  const rows = candidateClocks(NONE);
  assert.ok(rows.length > 20);
  assert.deepEqual(
    rows.filter(({ startsAt, dueAt }) => startsAt !== null || dueAt !== null),
    [],
  );
  assert.equal(
    rows.some(({ id }) => id.startsWith("circia")),
    false,
  );
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
});

test("every clock names its source, when it was reviewed, and what starts it", () => {
  assert.match(data.reviewedOn, /^\d{4}-\d\d-\d\d$/);
  assert.equal(new Set(data.clocks.map(({ id }) => id)).size, data.clocks.length);
  for (const clock of data.clocks) {
    assert.ok(clock.citation.length > 5 && clock.starts.length > 5, clock.id);
    assert.ok("triggers" in clock !== "after" in clock, clock.id);
    for (const before of clock.after ?? [])
      assert.ok(data.clocks.findIndex(({ id }) => id === before) < data.clocks.indexOf(clock), clock.id);
  }
});
