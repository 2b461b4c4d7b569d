import { count, counted } from "../../base/figures.ts";
import { fingerprintOf, planDigestOf } from "../../core/plan/renderPlan.ts";
import { diffLines } from "../diff.ts";
import type { CaseDossier, PlanPart } from "../dossier.ts";
import { code, facts, list, type Section, table, time, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import type { ActionOutcome } from "../outcome.ts";
import { stateLines } from "../stateText.ts";
import type { Summary } from "../summary.ts";

export const containment = (dossier: CaseDossier, { outcomes, contained }: Summary): Section => ({
  id: "containment",
  title: "Containment",
  body: html`<p>${contained}</p>
${
  dossier.plans.length === 0
    ? html`<p class="none">No plan was made.</p>`
    : dossier.plans.map((part) =>
        planOf(
          part,
          outcomes.filter(({ planId }) => planId === part.plan.planId),
        ),
      )
}`,
});

const PURPOSE = { contain: "Containment plan", "follow-up": "Follow-up plan", release: "Release plan" } as const;

const planOf = (part: PlanPart, outcomes: readonly ActionOutcome[]): Html => {
  const { plan, verdict } = part;
  return html`<h3>${PURPOSE[plan.purpose]} ${plan.planId}</h3>
${facts([
  ["Mode", plan.mode === "dry-run" ? "dry run: nothing is changed" : "enforce"],
  ["Fingerprint", code(fingerprintOf(planDigestOf(plan)))],
  ["Made", time(plan.createdAt)],
  ["Expires", html`${time(plan.expiresAt)} (no answer until then is a no)`],
  ["Gate", `${verdict.state}: ${verdict.why}`],
])}
${watched(part)}
${outcomes.length === 0 ? html`<p class="none">The plan holds no action.</p>` : outcomes.map((outcome) => actionOf(outcome, part))}
${
  plan.leftOut.length === 0
    ? NOTHING
    : html`<h4>Considered and left out</h4>${list(
        plan.leftOut.map(({ kind, target, reason }) => html`${code(kind)} on ${code(target)}: ${reason}`),
        "",
      )}`
}`;
};

/** The logs after the cut: proof that it holds is a success that is not there, as far as the logs reach. */
const watched = ({ watch }: PlanPart): Html =>
  watch == null
    ? NOTHING
    : html`<h4>The logs after the cut</h4>
<p>${watch.breaches.length === 0 ? "No call of the actor succeeded after the cut" : `${counted(watch.breaches.length, "call")} or changes against the cut`}${watch.settledUntil === null ? html`; up to when the logs can tell is ${UNKNOWN}.` : html`, as the logs tell up to ${time(watch.settledUntil)}.`}</p>
${
  watch.breaches.length === 0
    ? NOTHING
    : table({
        caption: "Calls that the cut should have stopped",
        rows: watch.breaches,
        empty: "",
        columns: [
          { head: "What", cell: ({ is }) => is },
          { head: "Call", kind: "name", cell: ({ call }) => code(call) },
          { head: "By", kind: "name", cell: ({ by }) => code(by) },
          { head: "Calls", kind: "number", cell: ({ calls }) => count(calls) },
          { head: "First", kind: "time", cell: ({ firstAt }) => time(firstAt) },
          { head: "Last", kind: "time", cell: ({ lastAt }) => time(lastAt) },
        ],
      })
}
${watch.notKnown.length === 0 ? NOTHING : list(watch.notKnown, "")}`;

const actionOf = (outcome: ActionOutcome, { looks }: PlanPart): Html => {
  const { action, record, note, done, state } = outcome;
  const seen = looks.flatMap(({ at, during, holds }) =>
    holds.filter(({ id }) => id === action.id).map((hold) => ({ ...hold, at, during })),
  );
  return html`<article class="action"><h4>${action.id}: ${action.title}</h4>
<p><span class="pill ${done ? "good" : state === "waiting" || state === "would-have" ? "warn" : "bad"}">${STATES[state]}</span> ${code(action.target.label)}</p>
<p>${note}</p>
${list(
  action.blastRadius.map((line) => html`Who it hurts: ${line}`),
  "Nobody else is known to be affected.",
)}
${calls(outcome)}
${beforeAfter(outcome)}
${
  seen.length === 0
    ? NOTHING
    : table({
        caption: "Looks at the change",
        rows: seen,
        empty: "",
        columns: [
          { head: "When", cell: ({ at }) => time(at), kind: "time" },
          { head: "During", cell: ({ during }) => during },
          { head: "In place", cell: ({ ok }) => (ok ? "yes" : "no") },
          { head: "Why", kind: "wide", cell: ({ why }) => why },
        ],
      })
}
<p><small>Reversibility: ${action.reversibility}. To undo: ${operations(action.rollback)}.${record === null ? "" : ` Record: actions/${record.planId}/${record.id}.json.`}</small></p>
</article>`;
};

const STATES: Readonly<Record<ActionOutcome["state"], string>> = {
  verified: "done and verified",
  unverified: "done, not verified",
  gone: "not in place",
  undone: "undone",
  "would-have": "dry run",
  instructed: "for a person to do",
  waiting: "waiting",
  approved: "approved, not done",
  refused: "not done",
  skipped: "skipped",
  drifted: "not done: settings had changed",
  failed: "failed",
};

const operations = (requests: ActionOutcome["action"]["requests"]): string =>
  requests.length === 0
    ? "nothing to call"
    : requests.map(({ service, operation }) => `${service}:${operation}`).join(", ");

const calls = ({ action, record, state }: ActionOutcome): Html => {
  if (record === null || record.calls.length === 0)
    return html`<p>${state === "would-have" ? "It would have called" : "The plan's calls, not made"}: ${operations(action.requests)}.</p>`;
  return table({
    caption: "Calls made",
    rows: record.calls,
    empty: "",
    columns: [
      { head: "Call", cell: ({ request }) => code(`${request.service}:${request.operation}`) },
      { head: "When", cell: ({ at }) => time(at), kind: "time" },
      { head: "AWS request id", cell: ({ requestId }) => code(requestId) },
    ],
  });
};

/** After a dry run, or without a record, there is only the state the plan was computed from. */
const beforeAfter = ({ action, record, state }: ActionOutcome): Html => {
  const before = stateLines(record?.before ?? action.before);
  if (record?.after == null || state === "would-have")
    return html`<h5>State ${state === "would-have" ? "(unchanged)" : "before"}</h5>${lines(before.map((text) => html`${text}\n`))}`;
  const changed = diffLines(before, stateLines(record.after));
  return html`<h5>Before and after</h5>
${lines(changed.map(({ kind, text }) => (kind === "same" ? html`  ${text}\n` : kind === "added" ? html`<ins>+ ${text}</ins>\n` : html`<del>- ${text}</del>\n`)))}`;
};

const lines = (content: readonly Part[]): Html => html`<pre tabindex="0">${content}</pre>`;
