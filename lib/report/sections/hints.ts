import { count, counted } from "../../base/figures.ts";
import type { SensitivityHints } from "../../case/opinion.ts";
import { code, codes, heading, more, nothing, objectName, say, small, table, text, time } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline } from "../model.ts";
import { sourcesOf } from "../sources.ts";

const MOST_TO_ROTATE = 100;
const MOST_NAMES = 15;
const DOCUMENT = "sensitivity-hints.json";

/** What names and tags say of the data, and which credentials among what was taken must be replaced. */
export const hints = (dossier: CaseDossier): readonly Block[] => {
  const told = dossier.hints ?? null;
  if (told === null)
    return [heading("What the names say"), nothing("Not known: the names of the objects were not looked at.")];
  return [
    ...rotation(told),
    ...secretsTold(told),
    heading(say`What the names say ${sourcesOf(dossier, "objects")}`),
    text(
      `${counted(told.hinted, "object")} of ${count(told.objects)} ${told.hinted === 1 ? "has" : "have"} a name or a tag that says something. ${told.note}`,
    ),
    rulesTable(told),
    namesTable(told),
    ...more(
      Math.min(told.list.length, MOST_NAMES),
      told.hinted,
      told.hinted > told.list.length ? "objects.jsonl (by the rules above)" : DOCUMENT,
    ),
  ];
};

const rulesTable = ({ rules }: SensitivityHints): Block =>
  table<SensitivityHints["rules"][number]>({
    caption: "Hints by rule, gravest first",
    rows: rules.filter(({ objects }) => objects > 0),
    empty: "No name says anything.",
    columns: [
      { head: "Rule", cell: ({ id, kind }) => say`${code(id)} ${small(kind)}` },
      { head: "Objects", kind: "number", cell: ({ objects }) => objects },
      { head: "Of them certain", kind: "number", cell: ({ certain }) => certain },
      { head: "Means", kind: "wide", cell: ({ means }) => means },
    ],
  });

const namesTable = ({ list }: SensitivityHints): Block =>
  table<SensitivityHints["list"][number]>({
    caption: "Objects whose names or tags say something, gravest rule first",
    rows: list.slice(0, MOST_NAMES),
    empty: "No object is listed.",
    columns: [
      { head: "Object", kind: "wide", cell: ({ bucket, key, tags }) => [objectName(bucket, key), tagsCell(tags)] },
      { head: "Certainty", cell: ({ certainty }) => certainty },
      { head: "Rules", cell: ({ rules }) => codes(rules, " ") },
    ],
  });

const tagsCell = (tags: Readonly<Record<string, string>> | undefined): Inline => {
  const all = Object.entries(tags ?? {});
  if (all.length === 0) return "";
  return [
    " ",
    small([
      "tags: ",
      codes(
        all.map(([name, value]) => `${name}=${value}`),
        " ",
      ),
    ]),
  ];
};

/** A secret that was read is known, whatever its name. */
const secretsTold = ({ secrets }: SensitivityHints): readonly Block[] =>
  secrets === undefined || secrets.length === 0
    ? []
    : [
        text(
          `${counted(secrets.length, "secret, parameter or password", "secrets, parameters and passwords")} ${secrets.length === 1 ? "was" : "were"} read by the actor: replace each.`,
        ),
        table<NonNullable<SensitivityHints["secrets"]>[number]>({
          caption: "Secrets that the actor read",
          rows: secrets.slice(0, MOST_TO_ROTATE),
          empty: "",
          columns: [
            { head: "Secret", kind: "wide", cell: ({ kind, name }) => say`${code(name)} ${small(kind)}` },
            { head: "First read", kind: "time", cell: ({ firstAt }) => time(firstAt) },
            { head: "Calls", kind: "number", cell: ({ calls }) => calls },
          ],
        }),
        ...more(Math.min(secrets.length, MOST_TO_ROTATE), secrets.length, DOCUMENT),
      ];

const rotation = ({ rotation: rows }: SensitivityHints): readonly Block[] => {
  if (rows.length === 0)
    return [
      heading("Credentials to replace"),
      text(
        "No object that is certainly or likely taken is named like a credential. One may hold a secret all the same.",
      ),
    ];
  const [is, each] = rows.length === 1 ? ["is", "it"] : ["are", "each"];
  return [
    heading("Credentials to replace"),
    text(
      `${counted(rows.length, "object")} that ${is} certainly or likely taken ${is} named like a credential. Treat ${each} as known to the actor.`,
    ),
    table<SensitivityHints["rotation"][number]>({
      caption: "Credentials to replace",
      rows: rows.slice(0, MOST_TO_ROTATE),
      empty: "",
      columns: [
        { head: "Object", kind: "wide", cell: ({ bucket, key }) => objectName(bucket, key) },
        { head: "Certainty", cell: ({ certainty }) => certainty },
        { head: "What to do", kind: "wide", cell: ({ rule, means }) => say`${means} ${small(code(rule))}` },
      ],
    }),
    ...more(Math.min(rows.length, MOST_TO_ROTATE), rows.length, DOCUMENT),
  ];
};
