/** The one template of a notice: mail, Slack and Microsoft Teams show the same lines in the same order. */
import { minute } from "../base/figures.ts";
import type { NoticeFacts } from "../case/notice.ts";

/** What kind of notice it is, for a title. */
export const LEADS = {
  opened: "case opened",
  "approval-asked": "decision needed",
  reminder: "decision still needed",
  decided: "decided",
  contained: "containment",
  attention: "a person must look",
  sealed: "evidence sealed",
  closed: "case closed",
} as const;

/** What a template is filled with. In AWS these are fields of an event, and EventBridge puts their texts in. */
export const NOTICE_FIELDS = [
  "caseId",
  "lead",
  "severity",
  "news",
  "state",
  "verdict",
  "taken",
  "doors",
  "decide",
  "who",
  "changed",
  "fingerprint",
  "look",
] as const;
export type NoticeField = (typeof NOTICE_FIELDS)[number];
export type NoticeValues = Readonly<Record<NoticeField, string>>;

export const titleOf = ({ caseId, lead, severity }: NoticeValues): string =>
  `Cordon ${caseId}: ${lead}, severity ${severity}`;

/** The lines below the title. */
export const rowsOf = (values: NoticeValues): readonly (readonly [name: string, value: string])[] => [
  ["News", values.news],
  ["State", values.state],
  ["Verdict", values.verdict],
  ["Taken", values.taken],
  ["Open doors", values.doors],
  ["Decide by", values.decide],
  ["Who and where", values.who],
  ["Changed since the notice before", values.changed],
  ["Fingerprint", values.fingerprint],
];

export const NOTHING_TO_APPROVE =
  "This message cannot approve anything. If the plan you are shown has another fingerprint, do not approve it.";

export const linesOf = (values: NoticeValues): readonly string[] => [
  ...rowsOf(values).map(([name, value]) => `${name}: ${value}`),
  `Look ${values.look}`,
  NOTHING_TO_APPROVE,
];

/** A mail. Headers take printable ASCII and no line break. */
export const mailOf = (values: NoticeValues): { readonly subject: string; readonly text: string } => ({
  subject: `Cordon ${values.caseId}: ${values.lead}`,
  text: [titleOf(values), "", ...linesOf(values)].join("\n"),
});

/** `chat.postMessage` of Slack. No preview is fetched: nothing of ours acts when it is. */
export const slackMessage = (channel: string, values: NoticeValues): object => ({
  channel,
  text: [`*${titleOf(values)}*`, ...linesOf(values)].join("\n"),
  unfurl_links: false,
});

/**
 * What a Workflows webhook of Microsoft Teams takes ("Post to a channel when a webhook request is received"): an Adaptive
 * Card of version 1.4, the newest that Teams shows everywhere. `url` leads to the case; null: the command line is named.
 */
export const teamsMessage = (values: NoticeValues, url: string | null): object => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", text: titleOf(values), weight: "Bolder", size: "Medium", wrap: true },
          { type: "FactSet", facts: rowsOf(values).map(([title, value]) => ({ title, value })) },
          { type: "TextBlock", text: `Look ${values.look}`, wrap: true },
          { type: "TextBlock", text: NOTHING_TO_APPROVE, isSubtle: true, wrap: true },
        ],
        ...(url === null ? {} : { actions: [{ type: "Action.OpenUrl", title: "Open the case", url }] }),
      },
    },
  ],
});

interface Told {
  readonly caseId: string;
  readonly severity: number;
  /** Why this notice goes out, from a template of the step that sends it. */
  readonly text: string;
  readonly facts?: NoticeFacts | null;
}

/** Every value is harmless inside a JSON text and inside markup of a chat: EventBridge puts it there unescaped. */
export const noticeValues = (told: Told, lead: string, look: string): NoticeValues =>
  valuesWith(harmless, told, lead, look);

/** The same for mail, which has no markup: every printable character stays what it is. */
export const mailValues = (told: Told, lead: string, look: string): NoticeValues => valuesWith(ascii, told, lead, look);

const valuesWith = (
  safe: (text: string, most?: number) => string,
  { caseId, severity, text, facts }: Told,
  lead: string,
  look: string,
): NoticeValues => {
  const of = (known: string | null | undefined, otherwise: string): string => safe(known ?? otherwise);
  return {
    caseId: caseId.replaceAll(/[^A-Za-z0-9._-]/g, "?"),
    lead: safe(lead),
    severity: String(severity),
    news: safe(text, MOST_NEWS),
    state: of(facts?.state, "not known"),
    verdict: of(facts?.verdict, "not known"),
    taken: of(facts?.taken, "not known"),
    doors: facts?.doors == null ? "not known" : String(facts.doors),
    decide: decideBy(facts),
    who: of(facts?.who, "see the case"),
    changed: of(facts?.changed.join("; ") || null, facts == null ? "not known" : "nothing"),
    fingerprint: of(facts?.fingerprint, facts == null ? "not known" : "none"),
    look: safe(look),
  };
};

/** Without facts nothing is claimed: a question may well wait. */
const decideBy = (facts: NoticeFacts | null | undefined): string => {
  if (facts == null) return "not known: look at the case";
  return facts.deadline === null ? "no question waits" : `${minute(facts.deadline)}; if nobody does, nothing changes`;
};

const MOST = 300;
const MOST_NEWS = 600;
const ascii = (text: string, most = MOST): string => text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, most);

/** An underscore inside a word is no markup, to Slack and Teams alike; names are full of them. */
const MARKUP = /["\\<>*`[\]{}|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
const harmless = (text: string, most = MOST): string => ascii(text, most).replaceAll(MARKUP, "?");

/** What is otherwise than in the notice before, for whoever read that one. */
export const changesSince = (
  before: Pick<NoticeFacts, "state" | "verdict" | "taken" | "doors"> | null,
  now: Pick<NoticeFacts, "state" | "verdict" | "taken" | "doors">,
): readonly string[] =>
  before === null
    ? []
    : [
        ...(before.verdict === now.verdict ? [] : [`verdict ${now.verdict}, was ${before.verdict}`]),
        ...(before.taken === now.taken ? [] : [`taken ${now.taken}, was ${before.taken}`]),
        ...(before.doors === now.doors
          ? []
          : [`open doors ${now.doors ?? "not known"}, was ${before.doors ?? "not known"}`]),
        ...(before.state === now.state ? [] : ["the state of the case"]),
      ];
