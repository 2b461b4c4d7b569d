import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a skim looks for. Times as `YYYY-MM-DDTHH:MM:SSZ`, `from` inclusive, `to` exclusive. */
export interface SkimOptions {
  readonly from: string;
  readonly to: string;
  /** Values of identifiers; a record that holds one is for the exact reader. */
  readonly values: readonly string[];
  readonly isIndexing: boolean;
}

/** Of one file, without the records for the exact reader. Times as above. */
export interface SkimTotals {
  readonly records: number;
  readonly inWindow: number;
  readonly aggregated: number;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly watermark: string | null;
}

/** What was skimmed off the front of some data. Places are offsets in it. */
export interface Skimmed {
  /** Behind the last record or wrapper that was taken; what follows is cut off there, or unusual. */
  readonly used: number;
  /** Start and end of each record that the exact reader must see, one after another. */
  readonly exact: Uint32Array;
  /** Accounts (`recipientAccountId`) that are new in the file: start of the record, start and end of the value. */
  readonly accounts: Uint32Array;
}

/** Identifiers of a file, hashed to 40 bits. */
export interface Identifiers {
  /** The file may matter to any case: it holds changes, copies, odd records, or more identifiers than are counted. */
  readonly opensAlways: boolean;
  readonly hashes: readonly number[];
}

export interface Skim {
  /** Before the first byte of each file. */
  begin(): void;
  skim(data: Uint8Array): Skimmed;
  /** Whether what was taken ends inside a list of records. */
  isInList(): boolean;
  totals(): SkimTotals;
  identifiers(): Identifiers;
  hashOf(value: string): number;
}

/** The exports of skim.as. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  setUp(from: bigint, to: bigint, isIndexing: number): void;
  addIndicator(length: number): void;
  hashOf(length: number): bigint;
  begin(): void;
  skim(length: number): void;
  readonly [name: string]: unknown;
}

/** Places in its memory, as skim.as has them. */
const EXACT = 0x40000;
const ACCOUNTS = 0xc0000;
const SET = 0x100000;
const LIST = 0x300000;
const IN = 0x400000;
/** Bytes behind the data that must be zero. */
const MARGIN = 64;
const PAGE = 65_536;
const WORD = 2 ** 32;
/** Half of the places for them: beyond that looking one up takes long. */
const MOST_VALUES = 2_000;

const CODE = readFileSync(new URL("./skim.wasm", import.meta.url));
const MODULE = new WebAssembly.Module(CODE);
/** Of the code that made some hashes: those of other code mean something else. */
export const SKIM_DIGEST = createHash("sha256").update(CODE).digest("hex");

/** A skimmer over files, or null where it could miss what is looked for: values that JSON may write in more than one way. */
export const createSkim = (options: SkimOptions): Skim | null => {
  const { from, to, values, isIndexing } = options;
  const isPlain = values.every((value) => value.isWellFormed() && !/["\\\uFFFD\p{Cc}]/u.test(value));
  const isBounded = [from, to].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time));
  if (!isPlain || !isBounded || values.length > MOST_VALUES) return null;
  const wasm = new WebAssembly.Instance(MODULE, { env: { abort } }).exports as unknown as Exports;
  const put = (data: Uint8Array): void => {
    const missing = IN + data.length + MARGIN - wasm.memory.buffer.byteLength;
    if (missing > 0) wasm.memory.grow(Math.ceil(missing / PAGE));
    const memory = new Uint8Array(wasm.memory.buffer);
    memory.set(data, IN);
    memory.fill(0, IN + data.length, IN + data.length + MARGIN);
  };
  const putText = (value: string): number => {
    const data = Buffer.from(value);
    put(data);
    return data.length;
  };
  const numberOf = (name: string): number => Number((wasm[name] as WebAssembly.Global).value);
  wasm.setUp(packed(from), packed(to), isIndexing ? 1 : 0);
  for (const value of values) wasm.addIndicator(putText(value));
  return {
    begin: wasm.begin,
    skim: (data) => {
      put(data);
      wasm.skim(data.length);
      const { buffer } = wasm.memory;
      return {
        used: numberOf("used"),
        exact: new Uint32Array(buffer, EXACT, 2 * numberOf("exact")),
        accounts: new Uint32Array(buffer, ACCOUNTS, 3 * numberOf("accounts")),
      };
    },
    isInList: () => numberOf("place") !== 0,
    totals: () => ({
      records: numberOf("records"),
      inWindow: numberOf("inWindow"),
      aggregated: numberOf("aggregated"),
      earliest: unpacked(numberOf("earliest")),
      latest: unpacked(numberOf("latest")),
      watermark: unpacked(numberOf("watermark")),
    }),
    identifiers: () => {
      const slots = new Uint32Array(wasm.memory.buffer, LIST, numberOf("distinct"));
      const words = new Uint32Array(wasm.memory.buffer, SET);
      return {
        opensAlways: numberOf("openAlways") !== 0,
        hashes: Array.from(slots, (slot) => words[2 * slot]! + (words[2 * slot + 1]! & 0xff) * WORD),
      };
    },
    hashOf: (value) => Number(BigInt.asUintN(40, wasm.hashOf(putText(value)))),
  };
};

const abort = (): never => {
  throw new Error("the skim of a log file stopped");
};

/** A time as a number of 14 digits. */
const packed = (time: string): bigint => BigInt(time.replaceAll(/\D/g, ""));

const unpacked = (time: number): string | null =>
  time === 0 ? null : String(time).replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z");
