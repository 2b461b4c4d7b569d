import { parse } from "csv-parse/sync";
import { LINE_SOURCES, type LogId } from "../logs/index.ts";
import { isTar } from "./ingest-archive.ts";
import { type Content, encodingOf } from "./ingest-content.ts";
import { holdsRecords } from "./ingest-envelopes.ts";

/** What a file is, by its first bytes: its name decides only what an empty or an unknown one is. */
export type FileKind =
  | { readonly kind: "gzip" | "zstd" | "zip" | "tar" | "parquet" | "json" }
  | { readonly kind: "lines"; readonly log: LogId }
  | ({ readonly kind: "csv" } & Table)
  | { readonly kind: "irrelevant"; readonly because: string }
  | { readonly kind: "refused"; readonly reason: string };

/** How a table of comma-separated values is written. `line`: of the names of its columns, from 1. */
export interface Table {
  readonly delimiter: string;
  readonly quoteEscape: '"' | "\\";
  readonly line: number;
}

/** Signatures of formats (their specifications; the list of `file(1)`). */
const SIGNATURES: readonly (readonly [hex: string, kind: FileKind])[] = [
  ["1f8b", { kind: "gzip" }],
  ["28b52ffd", { kind: "zstd" }],
  ["504b0304", { kind: "zip" }],
  ["504b0506", { kind: "zip" }],
  ["50415231", { kind: "parquet" }],
  ["00051607", { kind: "irrelevant", because: "data of macOS about another file" }],
  ["00051600", { kind: "irrelevant", because: "data of macOS about another file" }],
  ["0000000142756431", { kind: "irrelevant", because: "data of macOS about a folder" }],
  ["89504e470d0a1a0a", { kind: "irrelevant", because: "an image" }],
  ["ffd8ff", { kind: "irrelevant", because: "an image" }],
  ["47494638", { kind: "irrelevant", because: "an image" }],
  ["425a68", unread("a bzip2 archive")],
  ["fd377a585a00", unread("an xz archive")],
  ["377abcaf271c", unread("a 7-Zip archive")],
  ["526172211a07", unread("a RAR archive")],
  ["04224d18", unread("an LZ4 archive")],
  ["1f9d", unread("a compress archive")],
  ["ff060000734e61507059", unread("a Snappy file")],
  ["4f626a01", unread("an Avro file")],
  ["4f5243", unread("an ORC file")],
  ["25504446", unread("a PDF document")],
  ["53514c69746520666f726d6174", unread("an SQLite database")],
];

/** A frame of user data before the packed ones (RFC 8878, 3.1.2). */
const SKIPPABLE = /^5[0-9a-f]2a4d18/;

function unread(what: string): FileKind {
  return { kind: "refused", reason: `The file is ${what}, which is not read: unpack or export it as JSON.` };
}

/** Names under which a system or a tool leaves files beside logs; counted as such only where the content is none. */
const LEFT_BEHIND = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\.gitkeep|_SUCCESS|aws-logs-write-test)$/i;
const LOG_NAME = /\.(json|jsonl|ndjson|csv|log|txt|parquet)(\.gz|\.zst)?$|_CloudTrail_/i;

export const kindOf = (name: string, content: Content): FileKind => {
  const { head } = content;
  if (head.length === 0) return empty(name);
  const hex = head.toString("hex", 0, 16);
  const signed = SIGNATURES.find(([start]) => hex.startsWith(start))?.[1];
  if (signed !== undefined) return signed;
  if (SKIPPABLE.test(hex)) return { kind: "zstd" };
  if (isTar(head)) return { kind: "tar" };
  const whole = new TextDecoder(encodingOf(head)).decode(head);
  const text = whole.replace(/^[\uFEFF\s\0]+/, "");
  if (text === "") return empty(name);
  const kind = textKind(text, whole.slice(0, -text.length).split("\n").length);
  if (kind.kind === "refused" && LEFT_BEHIND.test(name))
    return { kind: "irrelevant", because: "left behind by a system or a tool" };
  return kind;
};

const empty = (name: string): FileKind =>
  LOG_NAME.test(name)
    ? { kind: "refused", reason: "The file is empty." }
    : { kind: "irrelevant", because: "it is empty" };

/** `tail` and `head` write the names of files, and people notes, before the first line. */
const LOOK_LINES = 10;

/** `line`: where the text begins in its file, from 1. */
const textKind = (text: string, line: number): FileKind => {
  const lines = text.split(/\r?\n/, LOOK_LINES).filter((line) => line.trim() !== "");
  const source = LINE_SOURCES.find(({ reads }) => lines.some((line) => reads.isLine(withoutTime(line))));
  if (source !== undefined) return { kind: "lines", log: source.id };
  const table = /^[{[]/.test(text) ? null : tableOf(text, line);
  if (table !== null) return { kind: "csv", ...table };
  if (/^[{["]/.test(text)) return { kind: "json" };
  if (/^user,arn,user_creation_time,/.test(text)) return { kind: "irrelevant", because: "a credential report (IAM)" };
  if (lines.some((line) => /^[^{]{0,1024}\{\s*("|$)/.test(line))) return { kind: "json" };
  return { kind: "refused", reason: "The file holds no JSON, and no log that is known." };
};

/** CloudWatch Logs puts the time before each line when it exports a log. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z[ \t]/;
export const withoutTime = (line: string): string => line.replace(EXPORT_TIME, "");

const DELIMITERS = [",", ";", "\t", "|"];

/** A table whose columns can hold records. Excel, PowerShell and people write lines before the names of columns. */
const tableOf = (text: string, from: number): Table | null => {
  const quoteEscape = text.includes('{\\"') && !text.includes('{""') ? "\\" : '"';
  for (const [at, line] of text.split("\n", LOOK_LINES).entries()) {
    const isRow = /amazonaws\.com/.test(line);
    if (isRow || /^\s*[{[]/.test(line)) return null;
    const delimiter = DELIMITERS.find((one) => holdsRecords(columnsOf(line, one))) ?? unnamed(text, line, at);
    if (delimiter !== null) return { delimiter, quoteEscape, line: from + at };
  }
  return null;
};

/** The delimiter of a first line with other names, above rows that hold records as JSON. */
const unnamed = (text: string, line: string, at: number): string | null => {
  if (at > 0 || line.includes("{") || !/"\{("|\\)"?event_?(version|name|time|id)/i.test(text)) return null;
  return DELIMITERS.find((one) => line.includes(one)) ?? ",";
};

const columnsOf = (line: string, delimiter: string): readonly string[] => {
  try {
    return (parse(line.trim(), { delimiter }) as string[][])[0] ?? [];
  } catch {
    return [];
  }
};
