import type { CaseDossier } from "../../lib/report/dossier.ts";
import { fullCase } from "./cases.ts";

/** What attackers put into object keys, user agents and names. None of it may become markup, a link, a formula or a control. */
export const PAYLOADS: readonly string[] = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</title></style></textarea><script>alert(1)</script>",
  "<!--",
  "]]>",
  "-->",
  "<![CDATA[",
  "&lt;b&gt;&amp;&#x3c;script&#x3e;",
  "javascript:alert(1)",
  "[click](javascript:alert(1))",
  "](http://evil.example)",
  "![x](http://evil.example/p.png)",
  "<http://evil.example>",
  "https://evil.example/?a=b",
  "www.evil.example",
  "someone@evil.example",
  "@team #12",
  "| a | b |\n|---|---|",
  "``` \n# heading",
  "`` ` ``",
  "~~~",
  "**bold** __bold__ *i* _i_",
  "\\",
  "\\`",
  "1. one",
  "- item",
  "> quote",
  "===",
  "---",
  "a\r\nb\u2028c\u2029d\u0085e",
  "\u0000nul",
  "\u001b[31mred\u001b[0m\u009b2J",
  "\u202eexe.gpj\u2066\u2069\u200b\ufeff",
  "\u{e0041}\u{e0042}",
  "=CMD|' /C calc'!A0",
  "+1+1",
  "@SUM(1)",
  "-2+3",
  "\t=1",
  "{{7*7}}${7*7}<%= 7*7 %>",
  "x".repeat(1024),
  "\ud800",
  "é".normalize("NFD"),
  "url(http://evil.example)",
  "}</style><style>*{display:none}",
];

/** Members whose values are words of a closed list in the code, not text from outside. */
const CLOSED = new Set([
  "status",
  "state",
  "purpose",
  "mode",
  "dataEvents",
  "certainty",
  "entity",
  "reversibility",
  "during",
  "code",
  "kind",
  "is",
  "tone",
]);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Every text of a dossier replaced: closed words, instants and choices stay, so that the page keeps its shape. */
export const replaced = (dossier: CaseDossier, make: (index: number) => string): CaseDossier => {
  let index = 0;
  const text = (value: string, name: string, hashed: boolean): string => {
    if (CLOSED.has(name) || INSTANT.test(value) || (name === "id" && /^a\d$/.test(value))) return value;
    const made = make(index++);
    return hashed ? made.toWellFormed() : made;
  };
  /** What is hashed is canonical JSON, which cannot hold a lone surrogate: plans and the audit trail were stored that way. */
  const walk = (value: unknown, name: string, hashed: boolean): unknown => {
    if (typeof value === "string") return text(value, name, hashed);
    if (Array.isArray(value)) return value.map((one) => walk(one, name, hashed));
    if (typeof value !== "object" || value === null || name === "choices") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        walk(inner, key, hashed || key === "plan" || key === "events"),
      ]),
    );
  };
  return walk(dossier, "", false) as CaseDossier;
};

/** The full case with a payload in every text, `shift` moves them on; the number behind keeps texts apart that were apart. */
export const hostileCase = (shift = 0): CaseDossier =>
  replaced(fullCase(), (index) => `${PAYLOADS[(index + shift) % PAYLOADS.length]!}${index}`);

/** The same shape with nothing in it that means anything to anybody. */
export const harmlessCase = (): CaseDossier => replaced(fullCase(), (index) => `word${index}`);
