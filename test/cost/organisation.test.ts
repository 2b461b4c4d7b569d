import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { type Copy, piecesFor } from "../../lib/aws/lakeCopies.ts";
import { LIST_PRICES } from "../../lib/core/cost/prices.ts";
import { windowParameters } from "../../lib/sql/case-table.ts";

const PAGE = new URL("../../docs/cost.md", import.meta.url);
const DAY_MS = 86_400_000;
const TB = 1e12;
const FOUND = Date.parse("2026-11-30T12:00:00.000Z");
const at = (minutes: number): string => new Date(FOUND + minutes * 60_000).toISOString();

/** A case: three rounds in which the actor turns up in one more account each, one for late logs, three looks of a watch. */
const SCANS = [
  ...[0, 10, 20, 80].map((minutes, round) => ({ minutes, accounts: Math.min(round + 1, 3), from: at(-6 * 1440) })),
  ...[150, 170, 190].map((minutes) => ({ minutes, accounts: 3, from: at(120) })),
];

interface Lake {
  readonly accounts: number;
  readonly bytesPerDay: number;
}

/** Compressed bytes of the lake, and of copies (taken to be as large), that the scans of one case read. */
const scanned = ({ accounts, bytesPerDay }: Lake): { readonly lake: number; readonly copies: number } => {
  const perAccount = bytesPerDay / accounts;
  const copies: (Copy & { readonly bytes: number })[] = [];
  let [lake, asked] = [0, 0];
  for (const { minutes, accounts: concerned, from } of SCANS) {
    const names = Array.from({ length: Math.min(concerned, accounts) }, (_, one) => String(one).padStart(12, "0"));
    const now = at(minutes);
    const [firstDay, lastDay] = windowParameters({ from, to: now });
    for (const piece of piecesFor({ accounts: names, firstDay, lastDay }, copies)) {
      // What is delivered lies between the first day, or the time since when, and now.
      const begins = piece.since ?? `${piece.firstDay.replaceAll("/", "-")}T00:00:00.000Z`;
      const bytes = (piece.accounts.length * perAccount * (Date.parse(now) - Date.parse(begins))) / DAY_MS;
      lake += bytes;
      copies.push({ ...piece, table: "t", asOf: now, bytes });
    }
    // Copies have a partition a day: of each the days of the window are asked, and all of one that is younger.
    const since = Date.parse(`${firstDay.replaceAll("/", "-")}T00:00:00Z`);
    for (const { bytes, firstDay: begins } of copies) {
      const days = Date.parse(now) - Date.parse(`${begins.replaceAll("/", "-")}T00:00:00Z`);
      asked += bytes * Math.min(1, (Date.parse(now) - since) / days);
    }
  }
  return { lake, copies: asked };
};

/** The same scans, each over all accounts and the whole window. */
const unscoped = ({ bytesPerDay }: Lake): number =>
  SCANS.reduce((sum, { minutes, from }) => {
    const [firstDay] = windowParameters({ from, to: at(minutes) });
    return (
      sum +
      (bytesPerDay * (FOUND + minutes * 60_000 - Date.parse(`${firstDay.replaceAll("/", "-")}T00:00:00Z`))) / DAY_MS
    );
  }, 0);

const LAKES: readonly (Lake & { readonly name: string })[] = [
  { name: "500 accounts × 20 regions, 1 TB a day", accounts: 500, bytesPerDay: TB },
  { name: "500 accounts × 20 regions, 10 TB a day", accounts: 500, bytesPerDay: 10 * TB },
  { name: "an organisation of one account, 1 TB a day", accounts: 1, bytesPerDay: TB },
  { name: "an organisation of one account, 10 TB a day", accounts: 1, bytesPerDay: 10 * TB },
];

const gigabytes = (bytes: number): string => (bytes / 1e9).toLocaleString("en-US", { maximumFractionDigits: 0 });
const dollars = (bytes: number): string =>
  ((bytes / TB) * LIST_PRICES.athenaTerabyte).toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });

const table = (): string =>
  [
    "| lake | GB read of it a case | of copies | dollars | each scan over everything, dollars |",
    "|---|---:|---:|---:|---:|",
    ...LAKES.map((lake) => {
      const { lake: read, copies } = scanned(lake);
      return `| ${lake.name} | ${gigabytes(read)} | ${gigabytes(copies)} | ${dollars(read + copies)} | ${dollars(unscoped(lake))} |`;
    }),
  ].join("\n");

const MARKS = /(<!-- scans of an organisation -->\n)[\s\S]*?(<!-- end -->)/;

test("docs/cost.md says what the scans of a case cost over an organisation, by the code that scopes them (npm run docs)", () => {
  const text = readFileSync(PAGE, "utf8").replace(
    MARKS,
    (_all, begin: string, end: string) => `${begin}${table()}\n${end}`,
  );
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(PAGE, text);
  assert.match(text, MARKS);
  assert.equal(readFileSync(PAGE, "utf8"), text);
});

test("a case in an average account of 500 reads under a fiftieth of what unscoped scans would", () => {
  const lake = LAKES[0]!;
  const { lake: read, copies } = scanned(lake);
  assert.ok((read + copies) * 50 < unscoped(lake));
});

test("the lake is read once: after the first round of an account only hours of it are read again", () => {
  const lake = LAKES[2]!;
  const first = (TB * (FOUND - Date.parse("2026-11-23T00:00:00Z"))) / DAY_MS;
  assert.ok(scanned(lake).lake < first * 1.1);
});
