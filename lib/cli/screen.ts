import { count, counted, minute } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { CaseStateName } from "../case/caseState.ts";
import type { CaseView, PlanView } from "../case/caseView.ts";
import { verdictTold } from "../core/theft/overruling.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { caseView } from "../response/caseView.ts";
import { type OpinionPage, opinionOf } from "../web/opinion.ts";
import { afterwardsOf } from "./afterwards.ts";
import { doorsOf, takenOf, whoOf } from "./card.ts";
import type { Io } from "./io.ts";
import { fit, INDENT, type Line, rowsOf } from "./lines.ts";

/** Rows of each part; `--full`, `--json` and the report have all of it. */
const FEW = 3;
const MOST_KINDS = 6;

/** Prints a case on one screen, as it stands now. */
export const showCase = async (caseId: string, ports: ReadPorts, flags: string, io: Io): Promise<CaseView> => {
  const view = await caseView(caseId, ports);
  await showView(view, ports, flags, io);
  return view;
};

export const showView = async (view: CaseView, ports: ReadPorts, flags: string, io: Io): Promise<void> =>
  io.show(screenOf(view, await moreOf(view, ports, FEW), flags, io.width));

export const headOf = ({ caseId, state }: CaseView): Line => ({
  label: `${caseId}  `,
  text: state.word.toUpperCase(),
  tone: state.tone,
});

/** What the figures mean, where they have been weighed, and what goes on after an answer. A line each, not yet fitted. */
export const moreOf = async (view: CaseView, ports: ReadPorts, most: number): Promise<readonly Line[]> => [
  ...opinionLines(await opinionOf(view.caseId, ports), most),
  ...(await afterwardsOf(view, ports)),
];

const opinionLines = ({ theft, chain, rotation }: OpinionPage, most: number): readonly Line[] => {
  const revoke = chain?.lines.filter(({ revokeToo }) => revokeToo).map(({ name }) => name) ?? [];
  return [
    ...(theft === null ? [] : [verdictLine(theft), ...few("because", theft.reasons, undefined, most)]),
    ...(chain?.cut == null
      ? []
      : [
          {
            label: "cut at",
            text: `${chain.cut.name}${revoke.length === 0 ? "" : `, and revoke ${listed(revoke, most)}`}`,
          },
        ]),
    ...(rotation === null || rotation.total === 0
      ? []
      : [
          {
            label: "replace",
            text: `${counted(rotation.total, "stolen object")} named like credentials, listed in the report`,
          },
        ]),
  ];
};

const verdictLine = ({ told, overruled }: NonNullable<OpinionPage["theft"]>): Line => ({
  label: "verdict",
  text: `${verdictTold(told, overruled) ?? "not known"}${overruled === null ? "" : `. ${overruled.humanId}: ${overruled.reason}`}`,
  ...((overruled?.verdict ?? told)?.includes("likely theft") === true ? { tone: "bad" as const } : {}),
});

const few = (label: string, all: readonly string[], tone?: Line["tone"], most: number = FEW): readonly Line[] => {
  const shown = all.slice(0, most).map((text, index) => ({ label: index === 0 ? label : "", text }));
  const rest = all.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [{ label: "", text: `and ${count(rest)} more (--full)` }])].map((line) =>
    tone === undefined ? line : { ...line, tone },
  );
};

const listed = (names: readonly string[], most: number): string =>
  `${names.slice(0, most).join(", ")}${names.length > most ? ` and ${count(names.length - most)} more (--full)` : ""}`;

/** A case on one screen: how it stands, who, what, what is open, the plans, what is not known, and what to do next. */
export const screenOf = (view: CaseView, more: readonly Line[], flags: string, width: number): readonly Line[] => {
  const rows = (lines: readonly Line[], most = 2): readonly Line[] =>
    lines.flatMap((line) => rowsOf(line, width, most));
  const { state, coverage, finding } = view;
  return [
    headOf(view),
    ...rows([{ label: "stands", text: state.sentence }], 4),
    ...rows([{ label: "then", text: state.next }], 3),
    ...rows(few("WARNING", view.warnings ?? [], "bad"), 3),
    ...rows([
      {
        label: "finding",
        text: `${finding.type}, severity ${finding.severity} of 10${finding.sample ? ", SAMPLE" : ""}${finding.sensitiveData === undefined ? "" : "; GuardDuty knew of sensitive data"}`,
      },
      { label: "who", text: whoOf(view) },
      { label: "taken", text: takenOf(view) },
      { label: "open", text: doorsOf(view), ...(state.doors.length > 0 ? { tone: "bad" as const } : {}) },
      ...more,
      ...few("not known", view.theft.notKnown),
      { label: "logs", text: logsOf(coverage) },
    ]),
    ...plansOf(view, width),
    ...rows(few("review", reviewTexts(view, flags))),
    ...rows(few("failed", view.notKnown, "bad")),
    ...nextLines(view, flags),
  ];
};

const logsOf = (coverage: CaseView["coverage"]): string =>
  coverage.watermark === null
    ? "nothing was read"
    : `${counted(coverage.filesRead, "file")} read, ${count(coverage.filesSetAside)} set aside; ${certainHours(coverage)}; known until ${minute(coverage.watermark)}`;

/** No hole that is named does not mean that nothing is missing: hours of the buckets are what is sure. */
export const certainHours = ({ buckets, holes }: CaseView["coverage"]): string => {
  const known = buckets.flatMap(({ hours }) => (hours === undefined ? [] : [hours]));
  const [hours, certain] = [sumOf(known, "hours"), sumOf(known, "certain")];
  const named = holes.length === 0 ? [] : [`${counted(holes.length, "hole")} in them`];
  const sure =
    hours === 0
      ? "for which hours they are complete is not known"
      : certain === 0
        ? `complete for no hour of ${counted(hours, "bucket hour")}`
        : `complete for ${count(certain)} of ${counted(hours, "bucket hour")}`;
  return [sure, ...named].join(", ");
};

const sumOf = <K extends string>(all: readonly Readonly<Record<K, number>>[], key: K): number =>
  all.reduce((sum, one) => sum + one[key], 0);

/** The two newest that count; what a newer plan took the place of is counted, and behind `--full`. */
const plansOf = ({ plans }: CaseView, width: number): readonly Line[] => {
  const standing = plans.filter(({ status }) => status !== "superseded" && status !== "empty");
  const shown = standing.slice(-2);
  const rest = plans.length - shown.length;
  return [
    ...shown.flatMap((plan) => planRows(plan, width)),
    ...(rest === 0
      ? []
      : [{ label: "", text: `and ${counted(rest, "more plan")}, replaced, empty or older (--full)` }]),
  ];
};

export const PLAN_TONES: Partial<Record<PlanView["status"], Line["tone"]>> = {
  ...{ proposed: "ask", approved: "busy", executing: "busy", denied: "bad", expired: "bad" },
};

const planRows = (
  { planId, status, fingerprint, expiresAt, actions, closed, mode }: PlanView,
  width: number,
): readonly Line[] => {
  const kinds = [...Map.groupBy(actions, (action) => `${action.status}  ${action.kind}`)];
  const lines = kinds.map(
    ([what, all]) => `${what} on ${all[0]!.target}${all.length > 1 ? ` and ${all.length - 1} more` : ""}`,
  );
  const rest = lines.length - MOST_KINDS;
  const until = status === "proposed" ? `, decide before ${minute(expiresAt)}` : "";
  const tone = PLAN_TONES[status];
  const head = {
    label: "plan",
    text: `${planId}  ${status}  ${fingerprint}${until}${mode === "dry-run" ? "  DRY RUN" : ""}`,
  };
  return [
    ...rowsOf(tone === undefined ? head : { ...head, tone }, width, 2),
    ...(closed === null ? [] : rowsOf({ label: "", text: `closed: ${closed}` }, width, 2)),
    ...lines.slice(0, MOST_KINDS).map((text) => ({ label: "", text: fit(visible(text), width - INDENT) })),
    ...(rest > 0 ? [{ label: "", text: `and ${counted(rest, "more kind")} of change (--full)` }] : []),
  ];
};

const reviewTexts = ({ caseId, reviews, quarantine }: CaseView, flags: string): readonly string[] => [
  ...reviews.map(
    ({ humanId, planId, dueAt, overdue }) =>
      `${dated(dueAt, overdue)}: ${humanId} alone approved ${planId} (${commandOf(`review --plan ${planId}`, caseId, flags)})`,
  ),
  ...(quarantine === null ? [] : [`${dated(quarantine.dueAt, quarantine.overdue)}: does the cut stay?`]),
];

export const dated = (dueAt: string, overdue: boolean): string =>
  `${overdue ? "OVERDUE since" : "due by"} ${minute(dueAt)}`;

const ASK_ANEW = ["propose", "timeline"] as const;
const IN_FORCE = ["review --keep", "rollback", "evidence verify"] as const;

/** What people can do in each state, beside deciding about the plan that waits. */
const NEXT: Readonly<Record<CaseStateName, readonly string[]>> = {
  new: ["show", "timeline"],
  scanning: ["show", "timeline"],
  unread: ["timeline", "propose"],
  asked: [],
  executing: ["stop --reason TEXT", "show"],
  "doors-open": ["propose", "rollback"],
  incomplete: ["timeline", "propose", "rollback"],
  partly: ["propose", "rollback"],
  breached: ["timeline", "propose"],
  watched: ["rollback"],
  contained: IN_FORCE,
  released: ["evidence verify"],
  refused: ASK_ANEW,
  expired: ASK_ANEW,
  "dry-run": ["evidence verify"],
  "not-contained": ASK_ANEW,
  error: ["timeline", "propose"],
};

/** Lines to be copied: never broken, and with what leads to the same deployment. */
const nextLines = ({ caseId, state, evidence, quarantine }: CaseView, flags: string): readonly Line[] => {
  const asked = state.question === null ? [] : [`decide --plan ${state.question.planId}`];
  const verbs = [...asked, ...NEXT[state.is]].filter(
    (verb) =>
      !(verb.startsWith("evidence") && evidence.length === 0) && !(verb.startsWith("review") && quarantine === null),
  );
  return [...verbs, "show --full"].map((verb, index) => ({
    label: index === 0 ? "next" : "",
    text: commandOf(verb, caseId, flags),
    ...(index === 0 ? { tone: "ask" as const } : {}),
  }));
};

/** `evidence verify` and `review --keep` around a case. */
const commandOf = (verb: string, caseId: string, flags: string): string => {
  const [, name, options] = /^([a-z ]+?)((?: --.*)?)$/.exec(verb)!;
  return `cordon ${name} ${caseId}${options}${flags}`;
};
