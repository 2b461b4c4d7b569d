import { minute, second } from "../base/figures.ts";
import { isMark } from "./htmlBlocks.ts";
import { md, paragraph } from "./markdown.ts";
import type { Block, Inline, Mark, ReportModel, Section, Table } from "./model.ts";

/**
 * The model as Markdown that also reads as plain text, in the form of the incident responders' playbook: a title, then
 * paragraphs with a label each. Whole lines are made harmless at once, for two harmless halves can make a harmful whole.
 */
export const markdownReport = (model: ReportModel): string =>
  `${[
    `${model.title}\n${"=".repeat(model.title.length + 3)}\n${paragraph(heading(model))}`,
    paragraph(model.warnings.map((line) => `**${line}**`)),
    ...[model.answer, ...model.sections, ...model.appendices].map(section),
    md(model.colophon),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;

const heading = ({ facts, revision }: ReportModel): readonly string[] =>
  [...facts, ["Evidence", revision] as const].map(([name, value]) => md(`${name}: ${plain(value)}`));

const section = ({ title, blocks }: Section): string =>
  paragraph([`${title.toUpperCase()}:`, ...blocks.flatMap(blockLines).map((line) => `  ${line}`)]);

/** A block as lines of Markdown, each harmless by itself. */
export const blockLines = (block: Block): readonly string[] => {
  switch (block.as) {
    case "heading":
      return [md(`${plain(block.text).trim()}:`)];
    case "text":
    case "verdict":
      return said(block.text);
    case "facts":
      return block.pairs.map(([name, value]) => md(`${name}: ${plain(value)}`));
    case "list":
      return block.items.flatMap(said);
    case "checks":
      return block.items.map(({ done, text }) => `[${done ? "x" : " "}] ${md(plain(text))}`);
    case "cards":
      return block.cards.map(({ label, figure, second: below, meaning }) =>
        md(`${label}: ${plain(figure)}, ${plain(below)}. ${meaning}`),
      );
    case "path":
      return block.stops.map(({ label, values }) => md(`${label}: ${values.join(", ") || "not known"}`));
    case "difference":
      return block.lines.map(({ kind, text }) => md(`${SIGNS[kind]} ${text}`));
    case "folded":
      return [md(`${block.title}:`), ...block.blocks.flatMap(blockLines)];
    case "table":
      return tableLines(block);
    case "chart":
      return [md(`Chart: ${block.title}. ${block.says}`)];
  }
};

const SIGNS = { same: "=", added: "+", removed: "-" } as const;

const said = (words: Inline): readonly string[] => {
  const line = plain(words).trim();
  return line === "" ? [] : [md(line)];
};

/** A row a line: what heads it, then every cell behind the name of its column. */
const tableLines = ({ caption, heads, rows, empty, look }: Table): readonly string[] => {
  if (rows.length === 0) return [md(empty)];
  const named = (cell: Inline, index: number): string => `${heads[index]!.text} ${plain(cell)}`;
  const line = ([first = "", ...rest]: readonly Inline[]): string =>
    look === "moments"
      ? [`${plain(first)} - ${plain(rest[0] ?? "")}`, ...rest.slice(1).map((cell, at) => named(cell, at + 2))].join(
          "; ",
        )
      : `${plain(first)}: ${rest.map((cell, at) => named(cell, at + 1)).join("; ")}`;
  return [...(look === "moments" ? [] : [md(`${caption}:`)]), ...rows.map(({ cells }) => md(line(cells)))];
};

/** The words of a line without their look. */
export const plain = (inline: Inline): string => {
  if (typeof inline === "string") return inline;
  return isMark(inline) ? plainMark(inline) : inline.map(plain).join("");
};

const plainMark = (mark: Mark): string => {
  switch (mark.as) {
    case "code":
    case "link":
    case "pill":
      return mark.text;
    case "strong":
    case "small":
      return plain(mark.inner);
    case "unknown":
      return "not known";
    case "break":
      return ", ";
    case "time":
      return mark.to === "minute" ? minute(mark.at) : second(mark.at);
    case "source":
      return mark.queries.length === 0 ? "(queries)" : `(${mark.queries.map((number) => `Q${number}`).join(", ")})`;
    case "lines":
      return mark.items.map(plain).join(", ");
  }
};
