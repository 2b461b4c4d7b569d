import { counted } from "../../base/figures.ts";
import { sensitiveDataTold } from "../../core/finding/sensitiveData.ts";
import { link, say, table, UNKNOWN } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Inline, Section } from "../model.ts";
import type { Summary } from "../summary.ts";
import { amountText } from "../summary.ts";

interface Answer {
  readonly question: string;
  readonly answer: Inline;
  readonly where: string;
}

/** The findings that an investigation of data theft must make before it is complete, each answered or left open. */
export const answers = (dossier: CaseDossier, summary: Summary): Section => ({
  id: "answers",
  title: "Required findings",
  blocks: [
    table<Answer>({
      caption: "Findings an investigation of data theft must make",
      rows: answersOf(dossier, summary),
      empty: "",
      columns: [
        { head: "Question", cell: ({ question }) => question },
        { head: "Answer", kind: "wide", cell: ({ answer }) => answer },
        { head: "Details", kind: "name", cell: ({ where }) => link(where, TITLES[where]!) },
      ],
    }),
  ],
});

const TITLES: Readonly<Record<string, string>> = {
  theft: "Data impact assessment",
  actor: "Compromised principal",
  sensitivity: "How sensitive it is",
  completeness: "Completeness",
  clocks: "Notification clocks",
};

const answersOf = (dossier: CaseDossier, { sensitivity, whyNoFigure }: Summary): readonly Answer[] => {
  const { theft, principal } = dossier.view;
  const { certain } = theft;
  return [
    {
      question: "Was data taken?",
      answer:
        certain === null
          ? say`${UNKNOWN}: ${whyNoFigure}`
          : certain.objects > 0
            ? `Yes: at least ${amountText(certain)}.`
            : "None is certain from the logs read; see completeness before relying on that.",
      where: "theft",
    },
    {
      question: "Which data?",
      answer:
        certain === null
          ? UNKNOWN
          : `${counted(dossier.objectsTotal, "object")} in ${counted(theft.buckets.length, "bucket")}, each listed in objects.jsonl.`,
      where: "theft",
    },
    { question: "By whom?", answer: principal?.arn ?? principal?.principalId ?? UNKNOWN, where: "actor" },
    { question: "With what intent?", answer: say`${UNKNOWN}: logs show acts, not intent.`, where: "actor" },
    {
      question: "How sensitive is it?",
      answer: sensitivityTold(sensitivity, sensitiveDataTold(dossier.finding)),
      where: "sensitivity",
    },
    { question: "Which controls failed?", answer: weaknesses(dossier), where: "completeness" },
    {
      question: "Must anybody be notified?",
      answer:
        dossier.clocks.length === 0
          ? "For counsel to decide; no candidate clock was computed."
          : "For counsel to decide; candidate clocks are computed.",
      where: "clocks",
    },
  ];
};

const sensitivityTold = (
  { state, reason, highest, findings }: Summary["sensitivity"],
  before: string | null,
): Inline => {
  if (state === "not-known") return say`${before === null ? "" : `${before} Else `}${UNKNOWN}: ${reason}`;
  const told = highest ?? (findings.length > 0 ? "not rated" : "nothing sensitive found");
  return `${told}${state === "incomplete" ? `; incomplete: ${reason}` : ""}`;
};

/** Only what the record itself shows; that there is nothing else is not claimed. */
const weaknesses = (dossier: CaseDossier): string => {
  const blind = dossier.view.coverage.buckets.filter(
    ({ dataEvents }) => dataEvents === "absent" || dataEvents === "partly",
  ).length;
  const seen = [
    ...dossier.principals
      .filter(({ entity, mfaDevices }) => entity === "user" && mfaDevices?.length === 0)
      .map(({ principal }) => `no MFA device on ${principal.userName ?? "the user"}`),
    ...(blind === 0 ? [] : [`data events not recorded in full for ${counted(blind, "bucket")}`]),
    ...(dossier.discovered?.changes ?? [])
      .filter(({ eventName }) => eventName === "StopLogging" || eventName === "DeleteTrail")
      .map(({ eventName }) => `the actor could call ${eventName}`),
  ];
  return seen.length === 0
    ? "Not known: none shows in the record, which does not mean that none failed."
    : `The record shows: ${seen.join("; ")}. There may be others.`;
};
