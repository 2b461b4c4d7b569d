import { visible } from "../base/visible.ts";

/** A symbol cannot come out of JSON, so no value from a log can pass itself off as markup. */
const MARKUP: unique symbol = Symbol("markup");

/** Markup of our own making. */
export interface Html {
  readonly [MARKUP]: string;
}

export type Part = string | number | Html | readonly Part[];

/**
 * Template tag: what stands in the source is markup, every value put into it is text. Text is made visible (no control,
 * bidirectional or invisible character survives) and escaped for elements and quoted attributes alike.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [MARKUP]: strings.reduce((done, string, index) => done + markupOf(parts[index - 1]!) + string),
});

/** The markup as text, to be written to a file. */
export const toText = (markup: Html): string => markup[MARKUP];

/** A constant of ours that must stand as it is (the style sheet): never call it with data. */
export const verbatim = (constant: string): Html => ({ [MARKUP]: constant });

export const NOTHING: Html = { [MARKUP]: "" };

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

const markupOf = (part: Part): string => {
  if (typeof part === "string") return visible(part).replace(/[&<>"'`]/g, (character) => ESCAPES[character]!);
  if (typeof part === "number") return String(part);
  return MARKUP in part ? part[MARKUP] : part.map(markupOf).join("");
};
