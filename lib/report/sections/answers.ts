import { counted } from "../../base/figures.ts";
import type { CaseDossier } from "../dossier.ts";
import { type Section, table, UNKNOWN } from "../elements.ts";
import { html, type Part } from "../html.ts";
import type { Summary } from "../summary.ts";
import { amountText } from "../summary.ts";

interface Answer {
  readonly question: string;
  readonly answer: Part;
  readonly where: string;
}

/** The findings that an investigation of data theft must make before it is complete, each answered or left open. */
export const answers = (dossier: CaseDossier, summary: Summary): Section => ({
  id: "answers",
  title: "Required findings",
  body: table<Answer>({
    caption: "Findings an investigation of data theft must make",
    rows: answersOf(dossier, summary),
    empty: "",
    columns: [
      { head: "Question", cell: ({ question }) => question },
      { head: "Answer", kind: "wide", cell: ({ answer }) => answer },
      { head: "Details", kind: "name", cell: ({ where }) => html`<a href="#${where}">${TITLES[where]!}</a>` },
    ],
  }),
});

const TITLES: Readonly<Record<string, string>> = {
  theft: "What was taken",
  actor: "Who did it",
  sensitivity: "How sensitive it is",
  completeness: "Completeness",
  clocks: "Notification clocks",
};

const answersOf = (dossier: CaseDossier, { sensitivity, whyNoFigure }: Summary): readonly Answer[] => {
  const { theft, principal } = dossier.view;
  const { certain } = theft;
  const who = principal?.arn ?? principal?.principalId ?? null;
  return [
    {
      question: "Was data taken?",
      answer:
        certain === null
          ? html`${UNKNOWN}: ${whyNoFigure}`
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
    { question: "By whom?", answer: who ?? UNKNOWN, where: "actor" },
    { question: "With what intent?", answer: html`${UNKNOWN}: logs show acts, not intent.`, where: "actor" },
    {
      question: "How sensitive is it?",
      answer:
        sensitivity.state === "not-known"
          ? html`${UNKNOWN}: ${sensitivity.reason}`
          : `${sensitivity.highest ?? (sensitivity.findings.length > 0 ? "not rated" : "nothing sensitive found")}${sensitivity.state === "incomplete" ? `; incomplete: ${sensitivity.reason}` : ""}`,
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
