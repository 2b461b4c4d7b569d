import type { Detection, Origin, Parameter } from "../../lib/core/theft/detection.ts";
import type { Covered } from "./coverage.ts";

/** The page of one detection, made of its card and its query. */
export const detectionPage = ({ card, sql }: Detection): string =>
  [
    "<!-- Generated from lib/detections by CORDON_WRITE_DOCS=1. Do not edit. -->",
    `# ${card.title}`,
    `\`${card.id}\` · severity ${card.severity} · ${link(card.technique)} · ${card.tactic} · needs ${card.logs.map(logName).join(", ")} · fires on ${card.fires === "success" ? "calls that succeeded; refused ones are shown as attempts" : "attempts too"}`,
    `**Finds** ${card.finds}`,
    `**Misses** ${card.misses}`,
    section("Origin", card.origins.map(originText)),
    section("Put right against the origin", card.putRight),
    section("Blind spots", card.blindSpots),
    section("False positives", card.falsePositives),
    section("Parameters", card.parameters.map(parameterText)),
    `## Query\n\n\`\`\`sql\n${sql.trimEnd()}\n\`\`\``,
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `## ${title}\n\n${lines.map((line) => `* ${text(line)}`).join("\n")}`;
const link = (technique: string): string =>
  `[${technique}](https://attack.mitre.org/techniques/${technique.replace(".", "/")}/)`;
const logName = (log: string): string =>
  ({
    management: "management events",
    data: "S3 data events",
    network: "network activity events",
    "access-log": "S3 server access logs",
  })[log]!;
const originText = ({ from, name, date }: Origin): string =>
  `${from}: ${name}${date === undefined ? "" : ` (${date})`}`;
const parameterText = ({ name, meaning, value }: Parameter): string =>
  `${name}: ${meaning} (${typeof value === "string" ? `\`${value}\`` : "from the case"})`;
const text = (line: string): string => line.replaceAll("<", "&lt;");
const cell = (line: string): string => text(line).replaceAll("|", "\\|").replaceAll("\n", " ");

/** The list of all detections, in the order of the story. */
export const indexPage = (detections: readonly Detection[]): string =>
  [
    "<!-- Generated from lib/detections by CORDON_WRITE_DOCS=1. Do not edit. -->",
    "# Detections",
    `${detections.length} queries over the case table, in the order of the story. A case runs all of them; what fired is in \`detections.json\`. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.`,
    table(
      ["detection", "phase", "severity", "technique", "needs"],
      detections.map(({ card }) => [
        `[${card.title}](${card.id}.md)`,
        card.tactic,
        card.severity,
        card.technique,
        card.logs.map(logName).join(", "),
      ]),
    ),
  ].join("\n\n") + "\n";

/** One line for each row of the seeds' four tables. */
export const coveragePage = (rows: readonly Covered[], detections: readonly Detection[]): string => {
  const byId = new Map(detections.map((detection) => [detection.card.id, detection]));
  const lines = (name: Covered["table"]) =>
    rows
      .filter((row) => row.table === name)
      .map(({ seed, item, technique, places, tests, putRight }) => {
        const ours = places.filter((place) => byId.has(place));
        return [
          seed,
          cell(item),
          technique,
          places.map((place) => (byId.has(place) ? `[${place}](detections/${place}.md)` : `\`${place}\``)).join(", ") ||
            "not there yet",
          [...new Set(ours.map((id) => testOf(byId.get(id)!))), ...tests].map((path) => `\`${path}\``).join(", "),
          cell(putRight || (name === "detections" ? ours.flatMap((id) => byId.get(id)!.card.putRight).join(" ") : "")),
        ];
      });
  const part = (title: string, name: Covered["table"]): string =>
    `## ${title}\n\n${table(["seed", "row", "technique", "where", "test", "put right"], lines(name))}`;
  return (
    [
      "<!-- Generated from test/detections/coverage.ts by CORDON_WRITE_DOCS=1. Do not edit. -->",
      "# What the seeds ask for, and where it is",
      part("Queries", "queries"),
      part("Phases", "phases"),
      part("Detections", "detections"),
      part("Required artifacts", "artifacts"),
    ].join("\n\n") + "\n"
  );
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const testOf = ({ card }: Detection): string =>
  card.table === "access_log" ? "test/detections/accessLog.test.ts" : "test/detections/scenarios.test.ts";
