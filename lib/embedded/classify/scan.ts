import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ClassifiedObject } from "../../case/objects.ts";
import type { ClassifyItem } from "../../ports/ports.ts";
import type { Body } from "./bodies.ts";
import { countDetections, type Detection } from "./detectors.ts";

/** Unpacked bytes read of one object; what is behind them is not analysed, and the result says so. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Text is looked at in pieces of about this many characters, cut at the end of a line, else at a comma. */
const PIECE = 1024 * 1024;

/** More of one kind than this raises a severity: ours, not Macie's, whose table is per identifier. */
const MANY = 100;

/** What came of one object: `partial` when only its beginning was read. */
export type ScannedObject =
  | { readonly state: "absent" | "unreadable" }
  | { readonly state: "read" | "partial"; readonly finding: ClassifiedObject | null };

/** Reads one object's body, gzip unpacked, as text. Binary formats (Parquet, PDF, archives) count as unreadable. */
export const scanObject = async (body: Body, item: ClassifyItem): Promise<ScannedObject> => {
  try {
    const counter = createCounter(body.whole);
    const source = createReadStream(body.path);
    const consume = (stream: AsyncIterable<Buffer>) => counter.read(stream);
    await (body.whole && body.path.endsWith(".gz")
      ? pipeline(source, createGunzip(), consume)
      : pipeline(source, consume));
    return counter.result(item);
  } catch {
    return { state: "unreadable" };
  }
};

interface Counter {
  read(stream: AsyncIterable<Buffer>): Promise<void>;
  result(item: ClassifyItem): ScannedObject;
}

const createCounter = (whole: boolean): Counter => {
  const counts = new Map<Detection, number>();
  let bytes = 0;
  let binary = false;
  return {
    read: async (stream) => {
      let text = "";
      for await (const chunk of stream) {
        bytes += chunk.length;
        binary ||= chunk.includes(0);
        if (binary || bytes > MAX_BYTES) break;
        text += chunk.toString("latin1");
        if (text.length < PIECE) continue;
        const end = endOfPiece(text);
        add(counts, text.slice(0, end));
        text = text.slice(end);
      }
      add(counts, text);
    },
    result: (item) =>
      binary
        ? { state: "unreadable" }
        : { state: !whole || bytes > MAX_BYTES ? "partial" : "read", finding: findingOf(item, counts) },
  };
};

const endOfPiece = (text: string): number => {
  const line = text.lastIndexOf("\n");
  const comma = line === -1 ? text.lastIndexOf(",") : line;
  return comma === -1 ? text.length : comma + 1;
};

const add = (counts: Map<Detection, number>, text: string): void => {
  for (const [detection, count] of countDetections(text)) counts.set(detection, (counts.get(detection) ?? 0) + count);
};

const findingOf = ({ bucket, key }: ClassifyItem, counts: ReadonlyMap<Detection, number>): ClassifiedObject | null => {
  if (counts.size === 0) return null;
  const categories: Record<string, number> = {};
  for (const [{ category }, count] of counts) categories[category] = (categories[category] ?? 0) + count;
  const types = [...counts].map(([{ type }, count]) => `${type} ${count}`).sort();
  return { bucket, key, severity: severityOf(counts), categories, source: `local scanner: ${types.join(", ")}` };
};

const severityOf = (counts: ReadonlyMap<Detection, number>): ClassifiedObject["severity"] => {
  const grave = [...counts.keys()].some(
    ({ category, type }) => category !== "PERSONAL_INFORMATION" || type === "USA_SOCIAL_SECURITY_NUMBER",
  );
  const most = Math.max(...counts.values());
  return grave || most >= MANY ? "High" : most >= MANY / 10 ? "Medium" : "Low";
};
