import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionRecord } from "../../lib/case/plan.ts";
import { caseStateOf } from "../../lib/core/caseState.ts";
import { outcomesIn } from "../../lib/core/plan/outcome.ts";
import type { CaseDossier, PlanPart } from "../../lib/report/dossier.ts";
import { buildReport } from "../../lib/report/report.ts";
import { dryRunCase, fullCase, unknownCase } from "./cases.ts";
import { containedPart, followUpPart, planOf } from "./plans.ts";

const withPlans = (plans: readonly PlanPart[], status: CaseDossier["head"]["status"] = "contained"): CaseDossier => {
  const full = fullCase();
  return { ...full, plans, head: { ...full.head, status } };
};

/** How the case stands by its plans, with no door open and nothing breached. */
const judge = ({ head, plans }: CaseDossier): string =>
  caseStateOf({
    head,
    reading: "read",
    plans: plans.map(({ plan }) => ({ planId: plan.planId, status: "executed" })),
    outcomes: outcomesIn(plans),
    cuts: () => true,
    question: null,
    doors: [],
    breached: false,
    watch: { is: "off", until: null, settledUntil: null },
  }).is;

/** Lines of the Markdown's checklist, with the mark in front. */
const boxes = (dossier: CaseDossier): readonly string[] =>
  buildReport(dossier)
    .markdown.split("\n")
    .flatMap((line) => /^ {2}(\[[x ]\] .*?):/.exec(line)?.[1] ?? []);

const changed = (part: PlanPart, id: string, change: Partial<ActionRecord>): PlanPart => ({
  ...part,
  records: part.records.map((record) => (record.id === id ? { ...record, ...change } : record)),
});

test("what was applied and found in place at the last look is ticked, an offer not taken up is not", () => {
  assert.deepEqual(boxes(withPlans([containedPart()])), [
    "[x] Deny everything to the user",
    "[x] Deactivate all access keys of the user",
    "[x] Deny the actor in the bucket policy",
    "[x] Deny the actor in the bucket policy",
    "[x] Deny the actor in the bucket policy",
    "[ ] Allow the bucket through the VPC endpoint only",
  ]);
  assert.equal(judge(withPlans([containedPart()])), "contained");
});

test("an action that was applied and never looked at again is not ticked, and the case is not called contained", () => {
  const dossier = withPlans([{ ...containedPart(), looks: [] }]);
  assert.ok(boxes(dossier).every((line) => line.startsWith("[ ]")));
  assert.equal(judge(dossier), "executing");
});

test("a change that was gone at the last look is not ticked, however often it held before", () => {
  const part = containedPart();
  const gone = {
    at: "2026-02-23T06:26:10.000Z",
    during: "watch",
    holds: [{ id: "a2", ok: false, why: "still active: AKIAJANE4DEV7EXAMPLE" }],
  };
  const dossier = withPlans([{ ...part, looks: [...part.looks, gone] }]);
  assert.deepEqual(
    outcomesIn(dossier.plans)
      .filter(({ done }) => !done)
      .map(({ action, state }) => [action.id, state]),
    [
      ["a2", "gone"],
      ["a6", "refused"],
    ],
  );
  assert.equal(judge(dossier), "incomplete");
});

test("every other end of an action leaves it unticked under its own name", () => {
  for (const [status, state] of [
    ["failed", "failed"],
    ["drifted", "drifted"],
    ["skipped", "skipped"],
    ["instructed", "instructed"],
    ["not-approved", "refused"],
    ["would-have-applied", "would-have"],
  ] as const) {
    const dossier = withPlans([changed(containedPart(), "a1", { status, verdict: null })]);
    const outcome = outcomesIn(dossier.plans)[0]!;
    assert.deepEqual([outcome.done, outcome.state], [false, state]);
    assert.equal(judge(dossier), ["instructed", "not-approved"].includes(status) ? "partly" : "incomplete");
  }
});

test("a dry run ticks nothing and says would have", () => {
  const { html, markdown } = buildReport(dryRunCase());
  assert.ok(boxes(dryRunCase()).every((line) => line.startsWith("[ ]")));
  assert.equal(judge(dryRunCase()), "dry-run");
  assert.equal(markdown.match(/dry run: would have been done; nothing was changed/g)?.length, 10);
  assert.doesNotMatch(html, /done and verified|Calls made|Before and after/);
});

test("a case whose follow-up waits is not called contained, whatever its status says", () => {
  assert.equal(judge(withPlans([containedPart(), followUpPart()])), "partly");
});

test("a case that is called contained by its status alone is not", () => {
  assert.equal(judge({ ...unknownCase(), head: { ...unknownCase().head, status: "contained" } }), "new");
  assert.equal(judge(withPlans([containedPart()], "attention")), "error");
  assert.notEqual(judge(withPlans([{ ...containedPart(), records: [], looks: [] }])), "contained");
});

test("what a release undid loses its tick", () => {
  const part = containedPart();
  const undo = { ...part.plan.actions[0]!, id: "a1" };
  const plan = planOf("release-1", [undo], { purpose: "release", createdAt: "2026-02-23T09:00:00.000Z" });
  const at = "2026-02-23T09:05:00.000Z";
  const release: PlanPart = {
    ...part,
    plan,
    records: [{ ...part.records[0]!, planId: "release-1", at }],
    looks: [{ at, during: "verify", holds: [{ id: "a1", ok: true, why: "restored to what was captured" }] }],
  };
  const dossier = withPlans([part, release], "released");
  assert.deepEqual(
    outcomesIn(dossier.plans)
      .slice(0, 2)
      .map(({ state }) => state),
    ["undone", "verified"],
  );
  assert.notEqual(judge(dossier), "contained");
  assert.equal(boxes(dossier).at(-1), "[x] Release");
});

test("where nothing is known no figure is given, and the reason stands beside it", () => {
  const { html, markdown } = buildReport(unknownCase());
  for (const line of ["Objects downloaded", "Total data volume", "Buckets accessed"])
    assert.match(markdown, new RegExp(`${line}: not known \\(The logs have not been read`));
  assert.match(markdown, /Sensitive data types: not known \(no classification was made\)/);
  assert.match(markdown, /Macie severity: not known/);
  assert.match(markdown, /ARN: not known/);
  assert.match(markdown, /Watermark: not known \(no log was read\)/);
  assert.equal(html.match(/<p class="figure"><em class="unknown">not known<\/em><\/p>/g)?.length, 1);
  assert.doesNotMatch(html, /\bnull\b|undefined|NaN/);
});

test("a severity that Macie did not give is not put into its mouth", () => {
  const full = fullCase();
  const findings = [
    {
      bucket: "b",
      key: "k",
      severity: "High",
      categories: { PERSONAL_INFORMATION: 1 },
      source: "local scanner: email",
    },
  ];
  const { markdown } = buildReport({
    ...full,
    classification: { jobId: "j", state: "done", complete: false, reason: "1 of 2 objects read whole", findings },
  });
  assert.match(markdown, /Macie severity: not known/);
  assert.match(markdown, /Local scanner severity: HIGH/);
  assert.match(markdown, /\(incomplete: 1 of 2 objects read whole\)/);
});

test("what waits inside a plan already carried out, and a broken glass, are asked for", () => {
  const part = containedPart();
  const verdict = {
    ...part.verdict,
    actions: part.verdict.actions.map((one) => (one.id === "a6" ? { ...one, state: "waiting" as const } : one)),
  };
  const full = fullCase();
  const dossier: CaseDossier = {
    ...withPlans([{ ...part, verdict, records: part.records.filter(({ id }) => id !== "a6") }]),
    view: {
      ...full.view,
      reviews: [
        {
          planId: "contain-1",
          humanId: "sec-lead-omar",
          actions: ["a1"],
          dueAt: "2026-02-24T04:24:05.000Z",
          overdue: true,
        },
      ],
    },
  };
  const { markdown } = buildReport(dossier);
  assert.match(
    markdown,
    /Approve or deny a6 of plan contain-1 \(fingerprint [0-9a-f]{4}(-[0-9a-f]{4}){4}\) before 2026-02-23 08:16 UTC/,
  );
  assert.match(
    markdown,
    /Review that sec-lead-omar alone approved a1 of plan contain-1 by breaking the glass: due 2026-02-24 04:24 UTC, overdue/,
  );
  assert.equal(judge(dossier), "partly");
});
