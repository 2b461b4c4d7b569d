import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrincipalRef } from "../../lib/case/principal.ts";
import { clockFactsOf } from "../../lib/report/clockFacts.ts";
import { identitiesOf } from "../../lib/report/identities.ts";
import { buildReport } from "../../lib/report/report.ts";
import { fullCase, unknownCase } from "./cases.ts";

const ref = (rest: Partial<PrincipalRef>): PrincipalRef => ({
  type: "IAMUser",
  accountId: null,
  principalId: null,
  arn: null,
  userName: null,
  accessKeyId: null,
  roleSession: null,
  issuerArn: null,
  ...rest,
});

test("what one source leaves out of an identity is taken from another; credentials keep chains apart", () => {
  const arn = "arn:aws:iam::123456789012:user/jane";
  const found = identitiesOf([
    ref({ principalId: "AIDAJANE", accessKeyId: "AKIA1" }),
    ref({ principalId: "AIDAJANE", arn, accessKeyId: "AKIA1" }),
    ref({ principalId: "AIDAJANE", arn, accessKeyId: "AKIA2" }),
    ref({ principalId: "AIDAJANE", arn }),
    ref({ principalId: "AIDAOMAR" }),
  ]);
  assert.deepEqual(
    found.map(({ principalId, arn: name, accessKeyId }) => [principalId, name, accessKeyId]),
    [
      ["AIDAJANE", arn, "AKIA1"],
      ["AIDAJANE", arn, "AKIA2"],
      ["AIDAOMAR", null, null],
    ],
  );
});

test("references that name nobody are not taken for one another", () => {
  assert.equal(
    identitiesOf([ref({ type: "Anonymous" }), ref({ accessKeyId: "AKIA1" }), ref({ accessKeyId: "AKIA2" })]).length,
    3,
  );
});

test("clocks may run only from what the case holds: no person, no confirmation", () => {
  const full = fullCase();
  const facts = clockFactsOf(full);
  assert.deepEqual(facts, {
    firstEventAt: "2026-02-23T02:35:48Z",
    detectedAt: "2026-02-23T04:15:02.000Z",
    alertedAt: "2026-02-23T04:15:40.000Z",
    firstHumanAt: "2026-02-23T04:24:05.000Z",
    confirmedAt: "2026-02-23T04:24:05.000Z",
    classifiedAt: null,
    materialityDeterminedAt: null,
  });
  const demo = full.plans.map((part) => ({
    ...part,
    decisions: part.decisions.map((one) => ({ ...one, decision: { ...one.decision, channel: "demo" as const } })),
  }));
  assert.deepEqual(
    [clockFactsOf({ ...full, plans: demo }).firstHumanAt, clockFactsOf({ ...full, plans: demo }).confirmedAt],
    [null, null],
  );
  assert.equal(clockFactsOf(unknownCase()).firstEventAt, null);
});

test("an incident of long ago and the response of today are drawn apart, with the gap in words", () => {
  const full = fullCase();
  const old = {
    ...full,
    story: full.story.map((entry) => ({ ...entry, at: entry.at.replace("2026-02-23", "2025-05-01") })),
  };
  const charts = (html: string): number => html.split("phases-title-").length / 2 - 0.5;
  assert.equal(charts(buildReport(full).html), 1);
  const { html } = buildReport(old);
  assert.equal(charts(html), 2);
  assert.match(html, /<p class="gap">298 d 0 h without a moment on record<\/p>/);
});
