import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { allBlocks } from "../../lib/report/blocks.ts";
import type { CaseDossier } from "../../lib/report/dossier.ts";
import type { Block, Inline } from "../../lib/report/model.ts";
import { buildReport, reportModel } from "../../lib/report/report.ts";
import { isSampled } from "../sample.ts";
import { dryRunCase, fullCase, unknownCase } from "./cases.ts";
import { harmlessCase, hostileCase, PAYLOADS } from "./hostile.ts";
import { loot } from "./loot.ts";

interface Read {
  readonly tags: readonly (readonly ["open" | "close", string, readonly (readonly [string, string | null])[]])[];
  readonly text: string;
  readonly other: readonly string[];
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const needsPython = hasPython ? {} : { skip: "python3 is not here" };

const read = (html: string): Read => {
  const { stdout, status, stderr } = spawnSync("python3", [join(import.meta.dirname, "tags.py")], {
    input: html,
    maxBuffer: 1e9,
  });
  assert.equal(status, 0, stderr.toString());
  return JSON.parse(stdout.toString()) as Read;
};

/** Elements and names of attributes, in order, without their values. */
const shapeOf = ({ tags }: Read): readonly string[] =>
  tags.map(([kind, tag, attrs]) => `${kind} ${tag} ${attrs.map(([name]) => name).join(" ")}`);

const CASES: Readonly<Record<string, () => CaseDossier>> = {
  full: fullCase,
  unknown: unknownCase,
  dryRun: dryRunCase,
  hostile: hostileCase,
};

/** Enough shifts for every payload to stand in every kind of place. */
const SHIFTS = Array.from({ length: PAYLOADS.length }, (_, shift) => shift);

/** Built once each: several tests look at them. */
const built = new Map<number, ReturnType<typeof buildReport>>();
const hostileReport = (shift: number): ReturnType<typeof buildReport> => {
  const report = built.get(shift) ?? buildReport(hostileCase(shift));
  built.set(shift, report);
  return report;
};

test("no text of a case becomes an element or an attribute, by the word of another parser", needsPython, () => {
  const harmless = shapeOf(read(buildReport(harmlessCase()).html));
  assert.ok(harmless.length > 1000);
  for (const shift of SHIFTS.filter((one) => isSampled(one, 12))) {
    const hostile = read(hostileReport(shift).html);
    assert.deepEqual(shapeOf(hostile), harmless);
    assert.deepEqual(hostile.other, []);
    for (const payload of ["<script>alert(1)</script>", "javascript:alert(1)", "&lt;b&gt;", "x".repeat(1024)])
      assert.ok(hostile.text.includes(payload), payload.slice(0, 30));
  }
});

test("the page holds no script, no resource, no handler and no link that leaves it", needsPython, () => {
  for (const make of Object.values(CASES)) {
    const { tags } = read(buildReport(make()).html);
    const attributes = tags.flatMap(([, tag, attrs]) => attrs.map(([name, value]) => ({ tag, name, value })));
    const elements = new Set(tags.map(([, tag]) => tag));
    assert.deepEqual(
      ["script", "img", "iframe", "link", "object", "embed", "form", "base", "image", "use", "foreignobject"].filter(
        (one) => elements.has(one),
      ),
      [],
    );
    assert.deepEqual(
      attributes.filter(({ name }) =>
        /^(on.*|style|src|srcset|xlink:href|action|formaction|background|poster|ping|target)$/.test(name),
      ),
      [],
    );
    const ids = new Set(attributes.filter(({ name }) => name === "id").map(({ value }) => value));
    const links = attributes.filter(({ name }) => name === "href").map(({ value }) => value!);
    assert.ok(links.length > 10);
    assert.deepEqual(
      links.filter((link) => !link.startsWith("#") || !ids.has(link.slice(1))),
      [],
    );
    assert.equal(ids.size, attributes.filter(({ name }) => name === "id").length);
    assert.deepEqual(
      [...ids].filter((id) => !/^[a-z]+(-[a-z0-9]+)*$/.test(id!)),
      [],
    );
  }
});

test("the policy forbids everything but the one style sheet, by its digest", () => {
  const { html } = buildReport(fullCase());
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
  const digest = createHash("sha256").update(style).digest("base64");
  assert.ok(
    html.includes(`content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`),
  );
  assert.doesNotMatch(style, /url\(|@import|expression/);
});

test(
  "headings never skip a level, tables have headings with a scope and a caption, charts a title and a description",
  needsPython,
  () => {
    for (const make of Object.values(CASES)) {
      const { tags } = read(buildReport(make()).html);
      const levels = tags.flatMap(([kind, tag]) => (kind === "open" && /^h[1-6]$/.test(tag) ? [Number(tag[1])] : []));
      assert.equal(levels.filter((level) => level === 1).length, 1);
      assert.deepEqual(
        levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1),
        [],
      );
      const opened = tags.filter(([kind]) => kind === "open");
      assert.deepEqual(
        opened.filter(([, tag, attrs]) => tag === "th" && !attrs.some(([name]) => name === "scope")),
        [],
      );
      const count = (tag: string): number => opened.filter(([, one]) => one === tag).length;
      assert.equal(count("caption"), count("table"));
      const charts = opened.flatMap(([, tag, attrs], index) =>
        tag === "svg" && attrs.some(([name, value]) => name === "role" && value === "img") ? [index] : [],
      );
      for (const index of charts)
        assert.deepEqual(
          opened.slice(index + 1, index + 3).map(([, tag]) => tag),
          ["title", "desc"],
        );
    }
  },
);

/** The words of a page without its markup, as one line. */
const words = (html: string): string =>
  html
    .replace(/^[\s\S]*<body>/, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: string) => ENTITIES[name]!)
    .replace(/\s+/g, " ");

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" };

/** Letters and digits alone: markup, code spans and punctuation of either form drop out. */
const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** Every text of a block that a reader gets to see, in whatever form. */
const textsOf = (block: Block): readonly string[] => {
  switch (block.as) {
    case "heading":
    case "text":
    case "verdict":
      return leaves(block.text);
    case "facts":
      return block.pairs.flatMap(([name, value]) => [name, ...leaves(value)]);
    case "list":
      return block.items.flatMap(leaves);
    case "checks":
      return block.items.flatMap(({ text }) => leaves(text));
    case "cards":
      return block.cards.flatMap((card) => [card.label, card.meaning, ...leaves([card.figure, card.second])]);
    case "path":
      return block.stops.flatMap(({ label, values }) => [label, ...values]);
    case "difference":
      return block.lines.map(({ text }) => text);
    case "folded":
      return [block.title];
    case "chart":
      return [block.title, block.says];
    case "table":
      return block.rows.length === 0 ? [block.empty] : block.rows.flatMap(({ cells }) => cells.flatMap(leaves));
  }
};

const leaves = (inline: Inline): readonly string[] => {
  if (typeof inline === "string") return [inline];
  if (!("as" in inline)) return inline.flatMap(leaves);
  if ("text" in inline) return [inline.text];
  if ("inner" in inline) return leaves(inline.inner);
  return inline.as === "lines" ? inline.items.flatMap(leaves) : [];
};

test("every section, every figure and every sentence of the model is in both forms", () => {
  for (const make of [fullCase, unknownCase, dryRunCase]) {
    const model = reportModel(make());
    const { html, markdown } = buildReport(make());
    const [page, text] = [bare(words(html)), bare(markdown)];
    const sections = [model.answer, ...model.sections, ...model.appendices];
    assert.ok(sections.length >= 27);
    for (const { title, blocks } of sections) {
      assert.ok(page.includes(bare(title)), title);
      assert.ok(text.includes(bare(title.toUpperCase())), title);
      const said = allBlocks(blocks).flatMap(textsOf).map(bare);
      for (const one of said.filter((one) => one !== "")) {
        assert.ok(page.includes(one), `the page lacks, in ${title}: ${one}`);
        assert.ok(text.includes(one), `the Markdown lacks, in ${title}: ${one}`);
      }
    }
    const charts = sections.flatMap(({ blocks }) => allBlocks(blocks)).filter(({ as }) => as === "chart");
    assert.equal(html.split(/<svg [^>]*role="(?:img|group)"/).length - 1 >= charts.length, true);
    assert.equal(markdown.match(/^ {2}Chart: /gm)?.length ?? 0, charts.length);
  }
});

test("the answer stands first and whole; what is folded or in an appendix is in no print", needsPython, () => {
  const { html } = buildReport(fullCase());
  const main = html.slice(html.indexOf("<main>"));
  assert.ok(main.trimStart().startsWith('<main>\n<section class="answer"'));
  assert.doesNotMatch(html, /<details[^>]* open/);
});

test("the same case gives the same bytes", () => {
  for (const make of Object.values(CASES)) assert.deepEqual(buildReport(make()), buildReport(make()));
});

test("no character that controls a display or cannot be seen is left in either rendering", () => {
  const renderings = SHIFTS.flatMap((shift) => Object.values(hostileReport(shift)));
  for (const text of renderings) {
    assert.doesNotMatch(
      text,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u,
    );
    assert.ok(text.isWellFormed());
  }
  for (const shown of ["\\u{0}nul", "\\u{1b}[31m", "\\u{202e}exe", "\\u{d800}"])
    assert.ok(renderings.filter((text) => text.includes(shown)).length > SHIFTS.length / 2, shown);
});

/** CommonMark 0.31, 6.1: a run of backticks closes at the next run of the same length in the paragraph. */
const withoutCode = (markdown: string): string => markdown.replace(/(?<!`)(`+)(?!`)([\s\S]*?)(?<!`)\1(?!`)/g, "CODE");

test("outside code spans the Markdown holds nothing that a Markdown reader acts upon", () => {
  const reports = [...Object.values(CASES).map((make) => buildReport(make())), ...SHIFTS.map(hostileReport)];
  for (const { markdown } of reports) {
    const rest = withoutCode(markdown).replaceAll(/^\*\*[\w .,:;]+\*\*/gm, "");
    assert.doesNotMatch(rest, /[<>`*~|\\&@#$!{}]|\]\(|:\/\/|www\./);
    assert.doesNotMatch(rest.replaceAll(/^ {2}\[[x ]\] /gm, ""), /[[\]]/);
    assert.doesNotMatch(rest, /^\s*(?:[-+]|\d+[.)])\s/m);
  }
  assert.ok(SHIFTS.some((shift) => hostileReport(shift).markdown.includes("](http://evil.example)")));
});

test("the Markdown has the playbook's format, line by line", () => {
  const lines = buildReport(fullCase())
    .markdown.split("\n")
    .map((line) => line.trimEnd());
  for (const wanted of [
    "S3 Data Exfiltration Investigation Report",
    "============================================",
    "Account: 123456789012",
    "Detection Source: GuardDuty Exfiltration:S3/AnomalousBehavior",
    "Investigation Date: 2026-02-23",
    "INCIDENT TIMELINE:",
    "  2026-02-23 02:47 UTC - First anomalous GetObject from 185.220.101.34",
    "COMPROMISED PRINCIPAL:",
    "  ARN: arn:aws:iam::123456789012:user/developer-jane",
    "  Access Key: AKIAJANE4DEV7EXAMPLE",
    "DATA IMPACT ASSESSMENT:",
    "CONTAINMENT ACTIONS:",
    "COMPLETENESS:",
    "NOT KNOWN:",
  ])
    assert.ok(
      lines.some((line) => line.startsWith(wanted)),
      wanted,
    );
});

test("a verdict that a person overruled stands before the computed one, on page one and with the signs", () => {
  const full = fullCase();
  const reason = "Planned migration, ticket OPS-4711, seen with its owner.";
  const data = {
    ...{
      planId: "contain-1",
      verdict: "likely legitimate" as const,
      humanId: "grace",
      reason,
      subject: "0".repeat(64),
    },
    ...{ envelope: "0".repeat(64), keyFingerprint: "0".repeat(64), channel: "page", assurance: "key-file" },
  } as const;
  const { at, seq, previous, digest } = full.events.at(-1)!;
  const link = { at, seq: seq + 1, previous, digest, actor: "human:grace" };
  const { markdown } = buildReport({ ...full, events: [...full.events, { ...link, type: "verdict.overruled", data }] });
  const told = [...markdown.matchAll(/likely legitimate, says grace; computed: very likely theft/gi)];
  assert.equal(told.length, 2);
  assert.ok(markdown.includes("OPS"));
  assert.doesNotMatch(buildReport(full).markdown, /computed:/);
});

test("figures of the theft are those of the objects, added up here", () => {
  const stolen = loot();
  const bytes = stolen.reduce((sum, { bytesOut }) => sum + bytesOut!, 0);
  assert.equal(stolen.length, 12_847);
  assert.equal((bytes / 1e9).toFixed(1), "4.7");
  const { html, markdown } = buildReport(fullCase());
  const exact = String(bytes).replace(/\B(?=(\d{3})+$)/g, ",");
  assert.ok(markdown.includes(`Total data volume: certain 4.7 GB (${exact} bytes)`));
  assert.ok(markdown.includes("Objects downloaded: certain 12,847; likely 12,959; at most 17,959"));
  assert.ok(html.includes("12,847 <small>objects</small>"));
});

const renderers = spawnSync("python3", ["-c", "import cmarkgfm, markdown_it, linkify_it"]).status === 0;

test(
  "GitHub's renderer and markdown-it make headings, paragraphs and code of it, and nothing else",
  renderers ? {} : { skip: "python3 with cmarkgfm, markdown-it-py and linkify-it-py is not here" },
  () => {
    for (const shift of SHIFTS.filter((one) => isSampled(one, 12))) {
      const { stdout, status, stderr } = spawnSync("python3", [join(import.meta.dirname, "markdownTags.py")], {
        input: hostileReport(shift).markdown,
      });
      assert.equal(status, 0, stderr.toString());
      for (const tags of JSON.parse(stdout.toString()) as readonly string[][])
        assert.deepEqual(tags, ["br", "code", "h1", "p"]);
    }
  },
);
