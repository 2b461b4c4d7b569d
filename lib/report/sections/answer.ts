import type { CaseState } from "../../case/caseState.ts";
import { overruling, verdictTold } from "../../core/theft/overruling.ts";
import { codes, facts, heading, link, list, note, say, steps, strong, time, verdict } from "../blocks.ts";
import { phasesChart } from "../charts/phases.ts";
import { deadlinesOf } from "../deadlines.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section, Tone } from "../model.ts";
import { sourcesOf } from "../sources.ts";
import { amountText, type Summary } from "../summary.ts";
import { byDemo } from "./decisions.ts";
import { shownMoments } from "./story.ts";
import { atMost } from "./taken.ts";

const MOST_STEPS = 6;
const MOST_GAPS = 4;

/** Page one: how it stands, who, what, how sure, when, and what is open. */
export const answer = (dossier: CaseDossier, summary: Summary): Section => {
  const chart = phasesChart(shownMoments(dossier));
  return {
    id: "summary",
    title: "The answer",
    blocks: [
      verdict(toneOfState(summary.state), say`${strong(`${summary.state.word}.`)} ${summary.state.sentence}`),
      ...(dossier.view.warnings ?? []).map((warning) => verdict("warn", warning)),
      atAGlance(dossier, summary),
      ...(chart === null ? [] : [chart]),
      ...open(summary),
    ],
  };
};

const TONES: Readonly<Record<CaseState["tone"], Tone>> = {
  plain: "warn",
  busy: "warn",
  ask: "warn",
  good: "good",
  bad: "bad",
};

/** Colour is never the only sign: the sentence says the same. */
export const toneOfState = ({ tone }: CaseState): Tone => TONES[tone];

const atAGlance = (dossier: CaseDossier, { state, whyNoFigure }: Summary): Block => {
  const { certain } = dossier.view.theft;
  const due = deadlinesOf(dossier).find(({ passed }) => !passed);
  return facts([
    ["Is it theft?", verdictTold(dossier.likelihood?.likelihood ?? null, overruling(dossier.events))],
    ["Who", whoTold(dossier)],
    ["Taken", certain === null ? say`not known (${whyNoFigure})` : amountTold(dossier)],
    ["Still open", state.doors.length === 0 ? doorsUnknown(dossier) : state.doors.map(({ says }) => says).join(", ")],
    ["Decided by", decidedBy(dossier)],
    ["What happens then", state.next],
    ["Next date", due === undefined ? "none on record" : say`${time(due.at)} ${due.what}`],
  ]);
};

const whoTold = ({ view: { principal, theft }, finding }: CaseDossier): Inline => {
  const name = principal?.arn ?? principal?.principalId ?? null;
  if (name === null) return "an actor whose identity is not known";
  const from = theft.addresses.length > 0 ? theft.addresses : finding.addresses.map(({ ip }) => ip);
  return [
    codes([name]),
    from.length === 0 ? "" : [" from ", codes(from.slice(0, 3)), from.length > 3 ? " and others" : ""],
  ];
};

const amountTold = (dossier: CaseDossier): Inline => {
  const { certain, upperBound } = dossier.view.theft;
  const same = upperBound !== null && upperBound.objects === certain!.objects && upperBound.bytes === certain!.bytes;
  const most = upperBound === null ? say`not known` : same ? "the same" : amountText(upperBound);
  return say`At least ${amountText(certain!)} ${sourcesOf(dossier, "objects")}. ${atMost(dossier)}: ${most}.`;
};

/** That no door is open is known only where the logs were searched for what the actor changed. */
const doorsUnknown = ({ discovered }: CaseDossier): Inline =>
  discovered === null
    ? "not known: the logs were not searched for it"
    : "no door that the actor opened is known to be open";

const decidedBy = ({ plans }: CaseDossier): Inline => {
  const all = plans.flatMap(({ decisions }) => decisions);
  const names = [...new Set(all.map(({ decision }) => `${decision.approver.humanId}${byDemo(decision.channel)}`))];
  return names.length === 0 ? "nobody yet" : names.join(", ");
};

const open = ({ next, gaps }: Summary): readonly Block[] => [
  heading("To decide next"),
  steps(next.slice(0, MOST_STEPS), "No open question is on record."),
  ...rest(next.length - MOST_STEPS, "next", "What must be done next"),
  heading("What is not known"),
  list(
    gaps.slice(0, MOST_GAPS).map(({ what, reason }) => say`${strong(`${what}:`)} ${reason}`),
    "No gap is on record.",
  ),
  ...rest(gaps.length - MOST_GAPS, "not-known", "Not known"),
];

const rest = (more: number, where: string, title: string): readonly Block[] =>
  more > 0 ? [note(say`${more} more under ${link(where, title)}.`)] : [];
