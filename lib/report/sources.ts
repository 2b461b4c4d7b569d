import type { Topic } from "../case/reportData.ts";
import type { CaseDossier } from "./dossier.ts";
import type { Inline } from "./model.ts";

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

/** The queries that a figure came from; empty where no query was run. */
export const sourcesOf = ({ queries }: CaseDossier, topic: Topic): Inline => {
  if (queries.length === 0) return "";
  const found = queries.flatMap((query, index) =>
    (query.figures?.includes(topic) ?? BY_NAME[topic].test(query.name)) ? [index + 1] : [],
  );
  return { as: "source", queries: found };
};
