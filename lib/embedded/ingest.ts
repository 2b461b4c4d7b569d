import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { SetAside } from "../ports.ts";
import { type Sniffed, sniff } from "./ingest-sniff.ts";

/** Unpacked bytes DuckDB takes at a time: enough to keep two threads busy, little enough to hold in 512 MB. */
const BATCH_RAW_BYTES = 96 * 1024 * 1024;
const BATCH_FILES = 256;
const DAY_MILLISECONDS = 86_400_000;

export interface LogFile extends Sniffed {
  /** Absolute. */
  readonly path: string;
  /** Relative to the logs folder, with `/`: what the case remembers. */
  readonly name: string;
}

/** What lies in a logs folder, by how it is to be read. */
export interface Inventory {
  readonly batches: readonly (readonly LogFile[])[];
  readonly irregular: readonly LogFile[];
  readonly digests: readonly string[];
  readonly others: readonly string[];
  /** CloudTrail files delivered more than a day outside the window: not opened. */
  readonly outside: number;
  readonly setAside: readonly SetAside[];
}

/** Lists and sniffs every file under `folder`, any depth, in name order. `from` and `to` as in a ScanRequest. */
export const takeInventory = async (folder: string, from: string, to: string): Promise<Inventory> => {
  const names = await namesUnder(folder);
  const inside = names.filter((name) => isDeliveredNear(name, from, to));
  const files: LogFile[] = [];
  for (const name of inside) files.push({ ...(await sniff(join(folder, name))), path: join(folder, name), name });
  const kind = (...kinds: readonly string[]): readonly LogFile[] => files.filter((file) => kinds.includes(file.kind));
  return {
    batches: [...batchesOf(kind("delivered")), ...batchesOf(kind("lines"))],
    irregular: kind("irregular"),
    digests: kind("digest").map(({ name }) => name),
    others: kind("other").map(({ name }) => name),
    outside: names.length - inside.length,
    setAside: kind("unreadable").map(({ name, reason }) => ({
      file: name,
      reason: reason ?? "The file cannot be read.",
    })),
  };
};

const namesUnder = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
};

/**
 * CloudTrail puts the delivery time into the name (`…_20261121T0310Z_…`). Delivery follows the event by minutes, at
 * times by hours; a day on both sides is what the Athena partitions get too. A file without such a name is always read.
 */
const isDeliveredNear = (name: string, from: string, to: string): boolean => {
  const time = deliveryOf(name);
  if (time === null) return true;
  const at = Date.parse(time);
  return at >= Date.parse(from) - DAY_MILLISECONDS && at <= Date.parse(to) + DAY_MILLISECONDS;
};

/** Delivery time in a CloudTrail file name, ISO 8601 UTC, or null. */
export const deliveryOf = (name: string): string | null => {
  const found = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[A-Za-z0-9]+\.json(\.gz)?$/.exec(name);
  return found === null ? null : `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:00Z`;
};

const batchesOf = (files: readonly LogFile[]): readonly (readonly LogFile[])[] => {
  const batches: LogFile[][] = [];
  let raw = 0;
  for (const file of files) {
    const last = batches.at(-1);
    if (last === undefined || raw + file.rawBytes > BATCH_RAW_BYTES || last.length === BATCH_FILES) {
      batches.push([file]);
      raw = file.rawBytes;
    } else {
      last.push(file);
      raw += file.rawBytes;
    }
  }
  return batches;
};
