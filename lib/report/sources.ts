import type { Topic } from "../case/reportData.ts";
import type { CaseDossier } from "./dossier.ts";
import { type Html, html, NOTHING } from "./html.ts";

/** Which of our queries gives which figures, by its name, for records that do not say it themselves. */
const BY_NAME: Readonly<Record<Topic, RegExp>> = {
  objects: /^reads?$|object|stolen|cop(y|ies)|presigned|download|taken/,
  hours: /hour|histogram/,
  denied: /denied|failed/,
  story: /^conduct$|story|timeline|phase/,
  changes: /change|minted/,
  actors: /actor|session|principal|address/,
  coverage: /cover|hole|watermark|deliver|source-files/,
  chain: /chain|minted/,
  habits: /baseline|habit/,
};

export const queryAnchor = (index: number): string => `query-${index + 1}`;

/** Links from a figure to the queries it came from; without one, to the section that says so. */
export const sourcesOf = ({ queries }: CaseDossier, topic: Topic): Html => {
  const found = queries.flatMap((query, index) =>
    (query.figures?.includes(topic) ?? BY_NAME[topic].test(query.name)) ? [index] : [],
  );
  if (queries.length === 0) return NOTHING;
  if (found.length === 0) return html`<a class="source" href="#queries">[queries]</a>`;
  return html`<span class="source">${found.map((index) => html`<a href="#${queryAnchor(index)}" aria-label="Query ${index + 1}">[Q${index + 1}]</a>`)}</span>`;
};
