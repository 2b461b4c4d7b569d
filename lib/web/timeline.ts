import type { CaseEvent } from "../case/case.ts";

/** One line of the audit trail in words. `weight`: how far it should stand out. */
export interface TimelineLine {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly text: string;
  readonly weight: "plain" | "good" | "bad" | "ask";
}

type Data = CaseEvent["data"];
type Weight = TimelineLine["weight"];
type Sentence = readonly [weight: Weight | ((data: Data) => Weight), text: (data: Data) => string];

/** A member of an event as text; log content is made visible where the page is put together. */
const of = (data: Data, member: string): string => {
  const value = data[member];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
};

const action = (did: string) => (data: Data) =>
  `${of(data, "id")} ${of(data, "kind")} on ${of(data, "target")}: ${did}${of(data, "why") === "" ? "" : ` (${of(data, "why")})`}`;
const listed = (data: Data, member: string): number => (Array.isArray(data[member]) ? data[member].length : 0);
const holding = (data: Data): { readonly held: number; readonly all: number } => {
  const holds = Array.isArray(data.holds) ? (data.holds as readonly ({ readonly ok?: unknown } | null)[]) : [];
  return { held: holds.filter((one) => one?.ok === true).length, all: holds.length };
};

const holdsText =
  (looked: string) =>
  (data: Data): string =>
    `${looked}: ${holding(data).held} of ${holding(data).all} changes hold`;
const holdsWeight = (data: Data): Weight => (holding(data).held === holding(data).all ? "good" : "bad");
/** How the watch over new events ended; a watch of the settings alone has no more to say. */
const ENDINGS: Readonly<Record<string, readonly [Weight, string]>> = {
  quiet: ["good", "quiet, no success of the actor up to"],
  breached: ["bad", "the actor succeeded or a change was removed; logs known up to"],
  "not-known": ["ask", "no logs of the time after the cut were read: not known"],
};
const watchWeight = (data: Data): Weight => ENDINGS[of(data, "activity")]?.[0] ?? "good";
const watchText = (data: Data): string => {
  const ending = ENDINGS[of(data, "activity")]?.[1];
  return ending === undefined ? "Watch finished" : `Watch finished: ${ending} ${of(data, "settledUntil")}`.trimEnd();
};
const amount = (data: Data, member: string): string => {
  const found = data[member] as { readonly objects?: unknown } | null | undefined;
  return typeof found?.objects === "number" ? `${found.objects} object(s)` : "not known";
};

const SENTENCES: ReadonlyMap<string, Sentence> = new Map<string, Sentence>([
  [
    "case.opened",
    [
      "plain",
      (data) =>
        `Case opened: ${of(data, "type")}, severity ${of(data, "severity")}${data.sample === true ? ", a sample" : ""}`,
    ],
  ],
  ["case.extended", ["plain", () => "Another copy of the finding arrived"]],
  [
    "person.called",
    ["bad", (data) => `A person was called: ${[data.steps].flat().join(", ")} failed in ${of(data, "during")}`],
  ],
  ["case.closed", ["plain", () => "Case closed"]],
  [
    "principal.scoped",
    [
      "plain",
      (data) =>
        `Account asked about ${of(data, "principals")} principal(s); ${of(data, "notKnown")} thing(s) it did not answer`,
    ],
  ],
  [
    "plan.proposed",
    ["plain", (data) => `Plan ${of(data, "planId")} proposed with ${listed(data, "actions")} action(s)`],
  ],
  [
    "plan.requested",
    [
      "ask",
      (data) =>
        `${of(data, "humanId")} asked for ${data.purpose === "release" ? "a release" : "a new plan"}: ${of(data, "planId")}`,
    ],
  ],
  [
    "suspects.found",
    ["bad", (data) => `${listed(data, "suspects")} identity(ies) found that ${of(data, "planId")} does not speak of`],
  ],
  ["plan.closed", ["plain", (data) => `Plan ${of(data, "planId")} was closed: ${of(data, "why")}`]],
  ["plan.empty", ["plain", (data) => `No plan: ${of(data, "why")}`]],
  ["plan.denied", ["bad", (data) => `Plan ${of(data, "planId")} was denied; nothing was changed`]],
  ["plan.expired", ["bad", (data) => `Nobody answered about ${of(data, "planId")} in time; nothing was changed`]],
  [
    "approval.asked",
    [
      "ask",
      (data) => `${data.round === 1 ? "Approvers were asked" : "Approvers were reminded"} about ${of(data, "planId")}`,
    ],
  ],
  [
    "decision.recorded",
    [
      "ask",
      (data) =>
        `${data.kind === "withdraw" ? "Decision taken back" : "Decision recorded"} about ${of(data, "planId")}: ${of(data, "reason")}`,
    ],
  ],
  [
    "decision.refused",
    ["bad", (data) => `A decision about ${of(data, "planId")} was refused (${of(data, "code")}): ${of(data, "why")}`],
  ],
  [
    "decision.refused.flood",
    ["bad", (data) => `${of(data, "total")} decisions of one source about ${of(data, "planId")} were refused today`],
  ],
  ["decision.checked", ["plain", (data) => `Gate asked about ${of(data, "planId")}: ${of(data, "why")}`]],
  [
    "execution.started",
    ["plain", (data) => `Carrying out ${of(data, "planId")}${data.mode === "dry-run" ? " as a dry run" : ""}`],
  ],
  [
    "execution.finished",
    [
      "plain",
      (data) =>
        `Plan ${of(data, "planId")} finished: ${of(data, "applied")} applied, ${of(data, "failed")} failed, ${of(data, "drifted")} drifted`,
    ],
  ],
  ["execution.refused", ["bad", (data) => `Not carried out (${of(data, "planId")}): ${of(data, "why")}`]],
  [
    "break-glass.used",
    [
      "bad",
      (data) =>
        `BREAK GLASS: ${of(data, "humanId")} alone approved ${listed(data, "actions")} action(s) of ${of(data, "planId")}; review due by ${of(data, "reviewDueAt")}`,
    ],
  ],
  [
    "break-glass.reviewed",
    [
      (data) => (data.verdict === "justified" ? "good" : "bad"),
      (data) =>
        `Breaking the glass for ${of(data, "planId")} was reviewed: ${of(data, "verdict")}: ${of(data, "reason")}`,
    ],
  ],
  ["quarantine.reviewed", ["good", (data) => `What is cut off stays cut off: ${of(data, "reason")}`]],
  [
    "review.overdue",
    ["bad", (data) => `Overdue since ${of(data, "dueAt")}: review of ${of(data, "planId")} (${of(data, "about")})`],
  ],
  ["action.started", ["plain", (data) => `${of(data, "id")} begun`]],
  ["action.applied", ["good", action("applied")]],
  ["action.would-have-applied", ["good", action("would have been applied")]],
  ["action.instructed", ["ask", action("a person must do this")]],
  ["action.not-approved", ["plain", action("not approved, left alone")]],
  ["action.skipped", ["bad", action("skipped")]],
  ["action.drifted", ["bad", action("settings changed since the plan; left alone")]],
  ["action.failed", ["bad", action("failed")]],
  ["containment.verified", [holdsWeight, holdsText("Verified")]],
  ["containment.watched", [holdsWeight, holdsText("Watched")]],
  ["containment.removed", ["bad", (data) => `${listed(data, "gone")} change(s) were taken away by somebody`]],
  [
    "containment.breached",
    [
      "bad",
      (data) => `${listed(data, "breaches")} breach(es) after the cut: the actor succeeded, or our change was removed`,
    ],
  ],
  [
    "containment.touched",
    ["ask", () => "Somebody wrote a setting that the cut consists of; the next lines say whether it holds"],
  ],
  ["watch.failed", ["ask", (data) => `The logs after the cut could not be read: ${of(data, "why")}`]],
  ["scan.started", ["plain", (data) => `Logs are being read, ${of(data, "from")} to ${of(data, "to")}`]],
  [
    "scan.finished",
    [
      "plain",
      (data) =>
        `Logs read: ${of(data, "filesRead")} file(s), ${of(data, "filesSetAside")} set aside, up to ${of(data, "watermark") || "nowhere"}`,
    ],
  ],
  [
    "theft.scoped",
    [
      "plain",
      (data) =>
        `Logs name ${of(data, "suspects")} identity(ies), ${of(data, "mintedKeys")} new key(s), ${of(data, "changes")} change(s) by them`,
    ],
  ],
  [
    "theft.quantified",
    [
      "plain",
      (data) =>
        `Counted: certain ${amount(data, "certain")}, likely ${amount(data, "likely")}, at most ${amount(data, "upperBound")}`,
    ],
  ],
  [
    "detections.run",
    [
      (data) => (listed(data, "fired") > 0 ? "bad" : "plain"),
      (data) =>
        `Detections: ${listed(data, "fired")} fired, ${listed(data, "attempted")} saw attempts, ${listed(data, "failed")} could not run`,
    ],
  ],
  ["impact.assessed", ["plain", (data) => `${listed(data, "changes")} change(s) by the attacker assessed`]],
  ["classification.started", ["plain", (data) => `${of(data, "objects")} object(s) are being classified`]],
  ["classification.done", ["plain", (data) => `Classified: ${of(data, "findings")} object(s) with findings`]],
  ["classification.skipped", ["plain", (data) => `Not classified: ${of(data, "reason")}`]],
  [
    "logs.changed",
    [
      "bad",
      (data) =>
        `${of(data, "changed")} of ${of(data, "files")} log files are not as they were when they were read (${of(data, "gone")} gone)`,
    ],
  ],
  ["evidence.drafted", ["plain", (data) => `Revision ${of(data, "revision")} of the evidence is signed`]],
  [
    "evidence.draft-refused",
    ["bad", (data) => `${of(data, "name")} was not written by this deployment and was left out: ${of(data, "why")}`],
  ],
  ["evidence.sealed", ["good", (data) => `Evidence sealed: revision ${of(data, "revision")}`]],
  ["watch.finished", [watchWeight, watchText]],
  [
    "notice.sent",
    [
      "plain",
      (data) =>
        `Notice ${data.delivered === true ? "sent" : "NOT delivered"} by ${of(data, "channel")}: ${of(data, "kind")}`,
    ],
  ],
]);

/** The audit trail in words, newest first. An event this page does not know shows its own type. */
export const timelineOf = (events: readonly CaseEvent[]): readonly TimelineLine[] =>
  events
    .map(({ seq, at, type, actor, data }) => {
      const [weight, text]: Sentence = SENTENCES.get(type) ?? ["plain", () => type];
      return { seq, at, actor, type, text: text(data), weight: typeof weight === "string" ? weight : weight(data) };
    })
    .toReversed();
