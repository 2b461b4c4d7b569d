import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import type { LogFile } from "./ingest.ts";
import { toRecordLine } from "./ingest-normalise.ts";
import { piecesOf } from "./ingest-records.ts";

/** What reading one file record by record gave. */
export interface Salvage {
  readonly name: string;
  readonly records: number;
  /** Objects that are no CloudTrail records. */
  readonly strangers: number;
  /** What could not be read, one sentence part each; empty when nothing was lost. */
  readonly lost: readonly string[];
}

/** Reads files of any JSON shape and writes their CloudTrail records to `target`, one a line: `{"file":…,"r":…}`. */
export const salvage = async (files: readonly LogFile[], target: string): Promise<readonly Salvage[]> => {
  const out = createWriteStream(target);
  const results: Salvage[] = [];
  for (const file of files) results.push(await salvageOne(file, out));
  out.end();
  await once(out, "close");
  return results;
};

const salvageOne = async (file: LogFile, out: WriteStream): Promise<Salvage> => {
  let records = 0;
  let strangers = 0;
  const lost: string[] = [];
  for await (const piece of piecesOf(file.path, file.gzip)) {
    if ("lost" in piece) {
      lost.push(piece.lost);
      continue;
    }
    for (const line of linesOf(piece.text, file.name)) {
      if (line instanceof Error) lost.push(line.message);
      else if (line === null) strangers++;
      else {
        records++;
        if (!out.write(`${line}\n`)) await once(out, "drain");
      }
    }
  }
  return { name: file.name, records, strangers, lost };
};

const linesOf = (text: string, file: string): readonly (string | null | Error)[] => {
  try {
    return recordsIn(JSON.parse(text)).map((value) => lineOf(value, file));
  } catch {
    return [new Error("a record is broken")];
  }
};

const lineOf = (value: unknown, file: string): string | null | Error => {
  try {
    return toRecordLine(value, file);
  } catch (error) {
    return error as Error;
  }
};

/** A wrapper whose list stood too far from its start to be seen while reading. */
const recordsIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== "object" || value === null) return [value];
  const { Records, Events, events, records } = value as Record<string, unknown>;
  const list = [Records, Events, events, records].find(Array.isArray);
  return list === undefined ? [value] : list;
};
