import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Identifiers, SKIM_DIGEST } from "../skim/skim.ts";
import { systemIds } from "./clock.ts";
import type { FileReport, Indexed } from "./ingest-report.ts";

/** Another skim makes other hashes: what another version wrote is not read. */
const HEAD = Buffer.from(`cordon log index 1 ${SKIM_DIGEST}\n`);
const SEGMENT = /^[0-9a-f]+\.segment$/;
const DRAFT = /^[0-9a-f]+\.segment\.draft$/;
/** Of all segments together; the oldest go first. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Bytes of an index for a byte of log files. */
const SHARE = 0.02;
/** So many small segments are put into one. */
const MOST_SEGMENTS = 32;
const HASH_BYTES = 5;
/** An entry is the length of its body, the digest of its body, its body; that begins with the digest of the log file and a length. */
const LENGTH_BYTES = 4;
const SEAL_BYTES = 32;
const HEAD_BYTES = SEAL_BYTES + LENGTH_BYTES;

/** What is known of a log file by its content: all of it was CloudTrail's own form and nothing in it matters to every case. */
export interface IndexedFile extends Indexed {
  /** Sorted, 5 bytes each, the lowest first. */
  readonly hashes: Buffer;
}

/** The segments of a folder as they lie there, one behind another, to be shared among workers. Never throws: what is not there is read from the logs. */
export const loadIndex = (folder: string): SharedArrayBuffer => {
  const found = segmentsIn(folder);
  let size = 0;
  const kept = found.filter(({ bytes }) => {
    size += bytes;
    return size <= MOST_BYTES;
  });
  const read = kept.map(({ path }) => ({ path, part: contentOf(path) }));
  const parts = read.flatMap(({ part }) => part ?? []);
  const shared = new SharedArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    Buffer.from(shared).set(part, at);
    at += part.length;
  }
  const refused = [...read.filter(({ part }) => part === null), ...found.slice(kept.length)];
  tidy(
    folder,
    refused.map(({ path }) => path),
    parts.length > MOST_SEGMENTS ? { kept, entries: Buffer.from(shared) } : null,
  );
  return shared;
};

/** Removes what is not read and what a crash left half written, and puts many segments into one. A folder that cannot be written costs this, not the scan. */
const tidy = (
  folder: string,
  refused: readonly string[],
  many: { readonly kept: readonly { readonly path: string }[]; readonly entries: Buffer } | null,
): void => {
  try {
    const drafts = readdirSync(folder).filter((name) => DRAFT.test(name));
    for (const path of [...drafts.map((name) => join(folder, name)), ...refused]) rmSync(path, { force: true });
    if (many === null) return;
    writeSegment(folder, many.entries);
    for (const { path } of many.kept) rmSync(path, { force: true });
  } catch {}
};

/** The newest first. */
const segmentsIn = (
  folder: string,
): readonly { readonly path: string; readonly bytes: number; readonly at: number }[] => {
  try {
    return readdirSync(folder)
      .filter((name) => SEGMENT.test(name))
      .map((name) => {
        const { size, mtimeMs } = statSync(join(folder, name));
        return { path: join(folder, name), bytes: size, at: mtimeMs };
      })
      .sort((a, b) => b.at - a.at);
  } catch {
    return [];
  }
};

/** The entries of a segment; null: it is foreign or damaged. */
const contentOf = (path: string): Buffer | null => {
  try {
    const data = readFileSync(path);
    const entries = data.subarray(HEAD.length);
    if (data.subarray(0, HEAD.length).equals(HEAD) && isWhole(entries)) return entries;
  } catch {}
  return null;
};

const isWhole = (entries: Buffer): boolean => {
  let end = 0;
  for (const { seal, body } of entriesIn(entries)) {
    if (body.length < HEAD_BYTES || !sealOf(body).equals(seal)) return false;
    end += LENGTH_BYTES + SEAL_BYTES + body.length;
  }
  return end === entries.length;
};

const writeSegment = (folder: string, entries: Buffer): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${systemIds.random(16)}.segment`);
  writeFileSync(`${path}.draft`, Buffer.concat([HEAD, entries]), { mode: 0o600 });
  renameSync(`${path}.draft`, path);
};

export interface LogIndex {
  /** By the SHA-256 of the file as it lies there now. */
  find(sha256: string): IndexedFile | null;
  /** What was learnt of a file; nothing is kept beyond the room there is. */
  offer(report: FileReport, identifiers: Identifiers): void;
  /** Writes what was learnt. A full disk costs the index, not the scan. */
  save(): void;
}

/** Bytes that one of `workers` may add where log files of `logBytes` are read. */
export const roomFor = (logBytes: number, loaded: SharedArrayBuffer, workers: number): number =>
  Math.max(0, (Math.min(SHARE * logBytes, MOST_BYTES) - loaded.byteLength) / workers);

/** An index as a scan's worker has it: where it lies, what was in it, and the bytes that may be added. */
export interface IndexPlace {
  readonly folder: string;
  readonly loaded: SharedArrayBuffer;
  readonly room: number;
}

export const openIndex = ({ folder, loaded, room }: IndexPlace): LogIndex => {
  const bodies = new Map<string, Buffer>();
  for (const { body } of entriesIn(Buffer.from(loaded))) bodies.set(body.toString("hex", 0, SEAL_BYTES), body);
  const learnt: Buffer[] = [];
  let left = room;
  return {
    find: (sha256) => {
      const body = bodies.get(sha256);
      return body === undefined ? null : parsed(body);
    },
    offer: (report, identifiers) => {
      if (report.sha256 === null || identifiers.opensAlways || bodies.has(report.sha256)) return;
      const entry = entryOf(report.sha256, report, identifiers.hashes);
      if (entry.length > left) return;
      left -= entry.length;
      learnt.push(entry);
    },
    save: () => {
      if (learnt.length === 0) return;
      try {
        writeSegment(folder, Buffer.concat(learnt.splice(0)));
      } catch {}
    },
  };
};

const entryOf = (sha256: string, report: FileReport, hashes: readonly number[]): Buffer => {
  const { records, aggregated, earliest, latest, accounts } = report;
  const told = Buffer.from(JSON.stringify({ records, aggregated, earliest, latest, accounts }));
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(sha256, 0, "hex");
  head.writeUInt32LE(told.length, SEAL_BYTES);
  const body = Buffer.concat([head, told, packed(hashes)]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, sealOf(body), body]);
};

const sealOf = (body: Uint8Array): Buffer => createHash("sha256").update(body).digest();

function* entriesIn(data: Buffer): Generator<{ readonly seal: Buffer; readonly body: Buffer }> {
  for (let at = 0; at + LENGTH_BYTES + SEAL_BYTES <= data.length; ) {
    const from = at + LENGTH_BYTES + SEAL_BYTES;
    const end = from + data.readUInt32LE(at);
    yield { seal: data.subarray(at + LENGTH_BYTES, from), body: data.subarray(from, end > data.length ? from : end) };
    at = end;
  }
}

const parsed = (body: Buffer): IndexedFile => {
  const toldEnd = HEAD_BYTES + body.readUInt32LE(SEAL_BYTES);
  const told = JSON.parse(body.toString("utf8", HEAD_BYTES, toldEnd)) as Omit<IndexedFile, "hashes">;
  return { ...told, hashes: body.subarray(toldEnd) };
};

const packed = (hashes: readonly number[]): Buffer => {
  const sorted = Float64Array.from(hashes).sort();
  const data = Buffer.alloc(HASH_BYTES * sorted.length);
  sorted.forEach((hash, at) => void data.writeUIntLE(hash, HASH_BYTES * at, HASH_BYTES));
  return data;
};

/** Whether one of the hashes is in a sorted list. */
export const holdsOneOf = (sorted: Buffer, hashes: readonly number[]): boolean =>
  hashes.some((hash) => {
    let [low, high] = [0, sorted.length / HASH_BYTES];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted.readUIntLE(HASH_BYTES * middle, HASH_BYTES) < hash) low = middle + 1;
      else high = middle;
    }
    return low < sorted.length / HASH_BYTES && sorted.readUIntLE(HASH_BYTES * low, HASH_BYTES) === hash;
  });
