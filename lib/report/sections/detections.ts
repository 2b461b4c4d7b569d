import { count, counted } from "../../base/figures.ts";
import { LEADING_COLUMNS } from "../../core/theft/detection.ts";
import {
  BREAK,
  code,
  codes,
  eventIds,
  heading,
  joined,
  list,
  more,
  say,
  small,
  strong,
  table,
  text,
  time,
  when,
} from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section } from "../model.ts";

type Result = CaseDossier["detections"][number];
type Row = Result["rows"][number];

const MOST_ROWS = 8;
/** Columns that have a place of their own; every other is shown as name and value. */
const PLACED: ReadonlySet<string> = new Set(LEADING_COLUMNS);

/** What the rules found of the actor, row by row; of everybody else, one line each; which were quiet, so that silence can be told from not having looked. */
export const detections = ({ detections: all }: CaseDossier): Section => {
  const [found, failed] = [all.filter(({ rows }) => rows.length > 0), all.filter(({ error }) => error != null)];
  const quiet = all.filter(({ rows, error }) => rows.length === 0 && error == null);
  const [own, others] = [found.filter((one) => ownRows(one) > 0), found.filter((one) => ownRows(one) === 0)];
  return {
    id: "detections",
    title: "Detections",
    blocks: [
      text(
        say`${all.length === 0 ? "No detection was run." : `${counted(all.length, "detection")} on record: ${count(own.length)} with something of the actor, ${count(others.length)} of other identities alone, ${count(quiet.length)} quiet, ${count(failed.length)} that could not be run.`} Text, parameters and result digest of each stand in ${code("detections.json")}.`,
      ),
      ...bySeverity(own).flatMap(detection),
      ...when(
        others.length > 0,
        heading("Other identities alone"),
        text(
          "None of these rows carries a mark of the actor. They may be ordinary work; whether anybody else is in it is for a person to say.",
        ),
        list(
          others.map((one) => say`${one.title} (${code(one.id)}): ${othersLine(one)}`),
          "",
        ),
      ),
      ...when(
        failed.length > 0,
        heading("Could not be run"),
        table<Result>({
          caption: "Detections that could not be run",
          rows: failed,
          empty: "",
          columns: [
            { head: "Detection", kind: "name", cell: ({ id }) => code(id) },
            { head: "Reason", kind: "wide", cell: ({ error }) => error ?? "" },
          ],
        }),
      ),
      ...when(
        quiet.length > 0,
        heading("Quiet"),
        text(
          codes(
            quiet.map(({ id }) => id),
            " ",
          ),
        ),
      ),
    ],
  };
};

/** Rows of the actor; a case that does not tell them apart shows all. */
export const ownRows = ({ ofSuspects, rowsTotal, rows }: Result): number => ofSuspects ?? rowsTotal ?? rows.length;

const GRAVEST = ["critical", "high", "medium", "low"];
export const bySeverity = (results: readonly Result[]): readonly Result[] =>
  results.toSorted((a, b) => GRAVEST.indexOf(a.severity) - GRAVEST.indexOf(b.severity));

const MOST_OTHERS = 3;

/** `12 rows of 4 other identities: arn:… (7), arn:… (3) and 2 more`. */
export const othersLine = ({ others, rowsTotal, ofSuspects }: Result): string => {
  if (others === undefined || others.identities === 0) return "";
  const named = others.named.slice(0, MOST_OTHERS).map(({ principal, rows }) => `${principal} (${count(rows)})`);
  const rest = others.identities - named.length;
  const further = rest > 0 ? ` and ${count(rest)} more` : "";
  return `${counted((rowsTotal ?? 0) - (ofSuspects ?? 0), "row")} of ${counted(others.identities, "other identity", "other identities")}: ${named.join(", ")}${further}`;
};

const detection = (result: Result): readonly Block[] => {
  const { id, title, technique, severity, rows, fired, attempts } = result;
  const shown = rows.slice(0, Math.min(ownRows(result), MOST_ROWS));
  const elsewhere = othersLine(result);
  return [
    heading(title),
    text([
      code(id),
      technique === null ? "" : ` · ATT&CK ${technique}`,
      ` · severity ${severity}`,
      fired === undefined ? "" : ` · ${counted(fired, "hit")}`,
      attempts === undefined || attempts === 0 ? "" : `, ${counted(attempts, "refused attempt")}`,
    ]),
    table<Row>({ caption: `Rows of ${id}`, rows: shown, empty: "No row is on record.", columns: COLUMNS }),
    ...more(shown.length, ownRows(result), "detections.json"),
    ...when(elsewhere !== "", text(`Besides: ${elsewhere}.`)),
  ];
};

const words = (cell: Row[string] | undefined): string => (cell == null ? "" : String(cell));

const moment = (cell: Row[string] | undefined): Inline => (cell == null ? "–" : time(words(cell)));

const others = (row: Row): Inline => {
  const rest = Object.entries(row).filter(([name, value]) => !PLACED.has(name) && value !== null);
  return rest.length === 0 ? "" : [" ", small(rest.map(([name, value]) => `${name}: ${words(value)}`).join("; "))];
};

const COLUMNS = [
  {
    head: "When",
    kind: "time",
    cell: (row: Row) => [
      moment(row.first_at),
      row.last_at == null || row.last_at === row.first_at ? "" : [" to ", moment(row.last_at)],
    ],
  },
  {
    head: "What",
    kind: "wide",
    cell: (row: Row) => [
      words(row.detail),
      row.bucket == null ? "" : [" ", code(words(row.bucket))],
      row.outcome === "attempted" ? [" ", strong("refused")] : "",
      others(row),
    ],
  },
  {
    head: "By",
    kind: "name",
    cell: (row: Row) =>
      [row.principal, row.access_key_id, row.sourceip]
        .filter((one) => one != null)
        .flatMap((one, index): readonly Inline[] => [index === 0 ? "" : BREAK, code(words(one))]),
  },
  {
    head: "Events",
    kind: "name",
    cell: (row: Row) =>
      joined(
        [
          words(row.events),
          eventIds(
            words(row.event_ids)
              .split(",")
              .filter((one) => one !== ""),
          ),
        ],
        " ",
      ),
  },
] as const;
