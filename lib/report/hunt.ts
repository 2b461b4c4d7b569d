/** A hunt for people: Markdown and one self-contained page. Every name in it comes from logs. */
import { counted } from "../base/figures.ts";
import type { UnreadRecords } from "../case/scan.ts";
import type { AllowEntry } from "../core/hunt/allow.ts";
import {
  didSentence,
  notable,
  numberOf,
  OTHERS_HEAD,
  others,
  type Ranked,
  type Reached,
  restSentences,
} from "../core/hunt/ranked.ts";
import { unnamedSentence, unreadSentence } from "../core/logs/input.ts";
import { html, NOTHING } from "./html.ts";
import { codeSpan, md } from "./markdown.ts";
import { page } from "./page.ts";

export interface HuntTold extends Ranked {
  /** When it was asked, ISO 8601 UTC. */
  readonly at: string;
  readonly coverage: {
    readonly filesRead: number;
    readonly setAside: readonly { readonly file: string; readonly reason: string }[];
    /** Records of which `setAside` does not tell. */
    readonly unread: UnreadRecords | undefined;
    readonly events: number | null;
    readonly earliest: string | null;
    readonly watermark: string | null;
  };
  readonly notAsked: readonly { readonly detection: string; readonly reason: string }[];
  /** Entries of the allow list that have run out: what they excused counts again. */
  readonly expired: readonly AllowEntry[];
}

/** What a reader must know before they believe a ranking. */
export const HUNT_REASONS: readonly string[] = [
  "A first full backup, a migration or a new colleague give amount and circumstances too; therefore they are worth a look at most.",
  "Habits are those of the logs that were read: an identity without any is judged by its deeds alone.",
  "Who nobody signed for, and services that act for somebody, cannot be told apart from each other.",
];

const MOST_HITS = 20;

const readSentence = ({ coverage: { filesRead, events, earliest, watermark } }: HuntTold): string =>
  `${events === null ? "An unknown number of events" : counted(events, "event")} in ${counted(filesRead, "file")}, ${earliest ?? "not known"} to ${watermark ?? "not known"}.`;

const reachedBy = ({ coverage: { watermark, setAside, unread } }: HuntTold): Reached => ({
  watermark,
  isPart: setAside.length > 0 || unread !== undefined,
});

const doubts = (told: HuntTold): readonly string[] => [
  ...told.coverage.setAside.map(({ file, reason }) => `Not read: ${file}: ${reason}`),
  ...(told.coverage.unread === undefined
    ? []
    : [...unnamedSentence(told.coverage.unread), ...unreadSentence(told.coverage.unread)]),
  ...told.notAsked.map(({ detection, reason }) => `Not asked: ${detection}: ${reason}`),
  ...told.expired.map(
    ({ identity, owner, until }) => `Run out on ${until}: what ${owner} answered for of ${identity} counts again.`,
  ),
];

export const huntMarkdown = (told: HuntTold): string =>
  [
    "# Who stands out",
    "",
    md(`Asked at ${told.at}. ${readSentence(told)}`),
    "",
    ...notable(told).flatMap((one, index) => [
      `## ${index + 1}. ${one.level}: ${codeSpan(one.name)} from ${codeSpan(one.network)}`,
      "",
      md(didSentence(one)),
      "",
      ...one.signs.map(({ id, says }) => `- ${md(`${id}: ${says}`)}`),
      ...one.allowed.map(
        ({ id, owner, until }) => `- ${md(`expected, ${owner} answers for it until ${until}: ${id}`)}`,
      ),
      ...one.hits.slice(0, MOST_HITS).map(({ firstAt, title, detail }) => `- ${md(`${firstAt} ${title}: ${detail}`)}`),
      "",
    ]),
    ...(others(told).length === 0 ? [] : [`## ${OTHERS_HEAD}`, ""]),
    ...others(told).map(
      (one) => `- ${numberOf(one, told)}. ${codeSpan(one.name)} from ${codeSpan(one.network)}: ${md(didSentence(one))}`,
    ),
    ...restSentences(told, reachedBy(told)).flatMap((line) => ["", line, ""]),
    "## What is not known",
    "",
    ...[...doubts(told), ...HUNT_REASONS].map((line) => `- ${md(line)}`),
    "",
  ].join("\n");

export const huntHtml = (told: HuntTold): string =>
  page(
    "Who stands out",
    html`<main><h1>Who stands out</h1>
<p>Asked at ${told.at}. ${readSentence(told)}</p>
${restSentences(told, reachedBy(told)).map((line) => html`<p>${line}</p>`)}
${notable(told).map(
  (
    one,
    index,
  ) => html`<section><h2>${index + 1}. ${one.level}: <code>${one.name}</code> from <code>${one.network}</code></h2>
<p>${didSentence(one)}</p>
<ul>${one.signs.map(({ id, says }) => html`<li><strong>${id}</strong> ${says}</li>`)}${one.allowed.map(({ id, owner, until }) => html`<li>expected, ${owner} answers for it until ${until}: ${id}</li>`)}</ul>
<ul>${one.hits.slice(0, MOST_HITS).map(({ firstAt, title, detail }) => html`<li><time>${firstAt}</time> ${title}: ${detail}</li>`)}</ul></section>`,
)}
${others(told).length === 0 ? NOTHING : html`<section><h2>${OTHERS_HEAD}</h2><ul>${others(told).map((one) => html`<li>${numberOf(one, told)}. <code>${one.name}</code> from <code>${one.network}</code>: ${didSentence(one)}</li>`)}</ul></section>`}
<section><h2>What is not known</h2><ul>${[...doubts(told), ...HUNT_REASONS].map((line) => html`<li>${line}</li>`)}</ul></section></main>`,
  );
