import { CordonError } from "../base/errors.ts";
import { bytes, count } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import { CERTAINTIES, type Certainty } from "../case/objects.ts";
import { type ObjectQuery, objectPage, type Page, timelinePage } from "../response/caseLists.ts";
import { EXIT, type OptionSpecs, type Typed, type Verb } from "./command.ts";
import { caseIdFrom } from "./named.ts";
import { withReading } from "./readings.ts";

const MOST = 1_000_000;
const PAGE_OPTIONS: OptionSpecs = {
  after: { type: "string", value: "N", help: "leave out the first N" },
  limit: { type: "string", value: "N", help: "print at most N (default: all)" },
};

export const timeline: Verb = {
  usage: "CASE [--after N] [--limit N]",
  options: PAGE_OPTIONS,
  examples: ["cordon timeline case-20260223-0123456789", "cordon timeline case-20260223-0123456789 --limit 50 --json"],
  run: (typed, io) =>
    withReading(typed, async ({ ports }) => {
      const page = await timelinePage(await caseIdFrom(typed, ports), pageFrom(typed), ports);
      io.result(page);
      io.print(page.lines.map(({ at, actor, text }) => visible(`${at}  ${actor.padEnd(20)} ${text}`)).join("\n"));
      return EXIT.ok;
    }),
};

export const objects: Verb = {
  usage: "CASE [--bucket NAME] [--prefix TEXT] [--contains TEXT] [--certainty WORD] [--after N] [--limit N]",
  options: {
    bucket: { type: "string", value: "NAME", help: "only of this bucket" },
    prefix: { type: "string", value: "TEXT", help: "only keys that begin with this" },
    contains: { type: "string", value: "TEXT", help: "only keys that hold this" },
    certainty: { type: "string", value: "WORD", help: CERTAINTIES.join(", ") },
    ...PAGE_OPTIONS,
  },
  examples: [
    "cordon objects case-20260223-0123456789 --bucket customer-exports --limit 20",
    "cordon objects case-20260223-0123456789 --contains password --json",
  ],
  run: (typed, io) =>
    withReading(typed, async ({ ports }) => {
      const page = await objectPage(await caseIdFrom(typed, ports), queryFrom(typed), ports);
      io.result(page);
      for (const { firstAt, certainty, bytesOut, bucket, key } of page.objects)
        io.print(
          visible(
            `${firstAt}  ${certainty.padEnd(11)} ${(bytesOut === null ? "?" : bytes(bytesOut)).padStart(9)}  s3://${bucket}/${key}`,
          ),
        );
      io.note(`${count(page.objects.length)} of ${count(page.matching)} that match, ${count(page.total)} in the case`);
      return EXIT.ok;
    }),
};

const queryFrom = (typed: Typed): ObjectQuery => {
  const { bucket, prefix, contains, certainty } = typed.values as Readonly<Record<string, string | undefined>>;
  if (certainty !== undefined && !(CERTAINTIES as readonly string[]).includes(certainty))
    throw new CordonError(
      "USAGE",
      `--certainty: expected one of ${CERTAINTIES.join(", ")}, got "${visible(certainty)}"`,
    );
  return { ...pageFrom(typed), bucket, prefix, contains, certainty: certainty as Certainty | undefined };
};

const pageFrom = (typed: Typed): Page => ({
  after: numberFrom("after", typed, 0),
  limit: numberFrom("limit", typed, MOST),
});

const numberFrom = (name: string, { values }: Typed, fallback: number): number => {
  const text = values[name];
  if (text === undefined) return fallback;
  if (/^\d{1,7}$/.test(String(text))) return Number(text);
  throw new CordonError("USAGE", `--${name}: expected a whole number, got "${visible(String(text))}"`);
};
