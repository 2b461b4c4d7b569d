import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a skim looks for. Times as `YYYY-MM-DDTHH:MM:SSZ`, `from` inclusive, `to` exclusive. */
export interface SkimOptions {
  readonly from: string;
  readonly to: string;
  /** Values of identifiers; a record that holds one is for the exact reader. */
  readonly values: readonly string[];
  readonly isIndexing: boolean;
  /** A record that is one before in all but its time, ids, key and bytes becomes a row; the numbers of skeletons begin here. Null: no rows. */
  readonly rowsFrom: number | null;
  /** Records that hold a value are counted instead of given to the exact reader, where they are as CloudTrail writes them. Null: none is. Not with rows. */
  readonly counting: HashKey | null;
}

/** 32 hexadecimal digits that nobody knows who writes logs: hashes under another key are not comparable. */
export type HashKey = string;

/** What was counted of some records. */
export interface CountedRows {
  /** 32 bytes a record: hashes of event and object (0: it has none), bytes out (-1: none), each 64 bits; number of the call, second of the hour, each 32 bits. */
  readonly rows: Uint8Array;
  /** Calls that are new since `forgetCalls`, numbered one after another. */
  readonly calls: readonly Call[];
}

/** Hour as `YYYY-MM-DDTHH`. */
export type Call = readonly [
  hour: string,
  stableId: string | null,
  address: string | null,
  agent: string | null,
  bucket: string | null,
  name: string | null,
];

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
  /** Records among `exact`, by the place of their pair there, after which others like them may be told as rows, and the numbers by which rows name them. */
  readonly news: readonly { readonly at: number; readonly number: number }[];
  /** Lines of `skeleton file time id requestId sharedId key bytesOut bytesIn`, parted by tabs, in ASCII. */
  readonly rows: string;
  readonly counted: CountedRows;
}

/** Identifiers of a file, hashed to 40 bits. */
export interface Identifiers {
  /** The file may matter to any case: it holds changes, copies, odd records, or more identifiers than are counted. */
  readonly opensAlways: boolean;
  readonly hashes: readonly number[];
}

export interface Skim {
  /** Before the first byte of each file; its rows bear this number. */
  begin(file: number): void;
  /** What was counted is kept as it is, for `back`. */
  mark(): void;
  skim(data: Uint8Array): Skimmed;
  /** Makes no rows of the skeleton of a record of `news`, by its place there. */
  refuse(at: number): void;
  /** To what was counted at the last `mark`: the same data is skimmed again. */
  back(): void;
  /** Whether what was taken ends inside a list of records. */
  isInList(): boolean;
  totals(): SkimTotals;
  identifiers(): Identifiers;
  hashOf(value: string): number;
  /** Calls are numbered from 0 again. */
  forgetCalls(): void;
}

/** The exports of skim.as. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  setUp(from: bigint, to: bigint, isIndexing: number): void;
  setUpCounting(key0: bigint, key1: bigint): void;
  forgetCalls(): void;
  keyed(length: number): bigint;
  addIndicator(length: number): void;
  hashOf(length: number): bigint;
  setUpRows(first: bigint): void;
  setFile(number: bigint): void;
  begin(): void;
  mark(): void;
  back(): void;
  refuse(at: number): void;
  skim(length: number): void;
  readonly [name: string]: unknown;
}

/** Places in its memory, as skim.as and calls.as have them. */
const EXACT = 0x40000;
const ACCOUNTS = 0xc0000;
const SET = 0x100000;
const LIST = 0x300000;
const IN = 0x400000;
const NEW = 0xb10000;
const ROWS = 0xf20000;
const COUNTED = 0xc00000;
export const COUNTED_BYTES = 32;
const CALLS = 0xc80000;
/** Numbers of a call: where six texts begin and end. */
const CALL_WORDS = 12;
/** Bytes behind the data that must be zero. */
const MARGIN = 64;
const PAGE = 65_536;
const WORD = 2 ** 32;
/** Half of the places for them: beyond that looking one up takes long. */
const MOST_VALUES = 2_000;
/** Bytes of a text that is hashed. */
const MOST_TEXT = 4096;

const CODE = readFileSync(new URL("./skim.wasm", import.meta.url));
const MODULE = new WebAssembly.Module(CODE);
/** Of the code that made some hashes: those of other code mean something else. */
export const SKIM_DIGEST = createHash("sha256").update(CODE).digest("hex");

/** A skimmer over files, or null where it could miss what is looked for: values that JSON may write in more than one way. */
export const createSkim = (options: SkimOptions): Skim | null => {
  const { from, to, values, isIndexing, rowsFrom } = options;
  const isPlain = values.every((value) => value.isWellFormed() && !/["\\\uFFFD\p{Cc}]/u.test(value));
  const isBounded = [from, to].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time));
  if (!isPlain || !isBounded || values.length > MOST_VALUES) return null;
  const { wasm, put, putText } = instance();
  const numberOf = (name: string): number => Number((wasm[name] as WebAssembly.Global).value);
  wasm.setUp(packed(from), packed(to), isIndexing ? 1 : 0);
  for (const value of values) wasm.addIndicator(putText(value));
  if (options.counting !== null) wasm.setUpCounting(...wordsOf(options.counting));
  if (rowsFrom !== null) wasm.setUpRows(BigInt(rowsFrom));
  return {
    begin: (file) => {
      wasm.begin();
      wasm.setFile(BigInt(file));
    },
    mark: wasm.mark,
    back: wasm.back,
    refuse: wasm.refuse,
    skim: (data) => {
      put(data);
      wasm.skim(data.length);
      const { buffer } = wasm.memory;
      return {
        used: numberOf("used"),
        exact: new Uint32Array(buffer, EXACT, 2 * numberOf("exact")),
        accounts: new Uint32Array(buffer, ACCOUNTS, 3 * numberOf("accounts")),
        counted:
          options.counting === null
            ? NOTHING_COUNTED
            : {
                rows: new Uint8Array(buffer, COUNTED, COUNTED_BYTES * numberOf("counted")),
                calls: callsIn(new Uint32Array(buffer, CALLS, CALL_WORDS * numberOf("calls")), data),
              },
        ...(rowsFrom === null ? NO_ROWS : rowsIn(buffer, numberOf("news"), numberOf("rowBytes"))),
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
    forgetCalls: wasm.forgetCalls,
    hashOf: (value) => Number(BigInt.asUintN(40, wasm.hashOf(putText(value)))),
  };
};

const NOTHING_COUNTED: CountedRows = { rows: new Uint8Array(0), calls: [] };
const NO_ROWS: Pick<Skimmed, "news" | "rows"> = { news: [], rows: "" };

const rowsIn = (buffer: ArrayBuffer, news: number, rowBytes: number): typeof NO_ROWS => {
  const words = new Uint32Array(buffer, NEW, 4 * news);
  return {
    news: Array.from({ length: news }, (_, at) => ({
      at: 2 * words[4 * at]!,
      number: words[4 * at + 2]! + words[4 * at + 3]! * WORD,
    })),
    rows: Buffer.from(buffer, ROWS, rowBytes).toString("latin1"),
  };
};

interface Instance {
  readonly wasm: Exports;
  put(data: Uint8Array): void;
  /** Answers its length in bytes. */
  putText(value: string): number;
}

const instance = (): Instance => {
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
  return { wasm, put, putText };
};

/** Hashes texts as the rows hold them. Of a text of more than 4 KiB, which no row has, by its digest. */
export const createKeyedHash = (key: HashKey): ((text: string) => bigint) => {
  const { wasm, putText } = instance();
  wasm.setUpCounting(...wordsOf(key));
  return (text) => {
    const length = putText(text);
    return BigInt.asUintN(64, wasm.keyed(length <= MOST_TEXT ? length : putText(digestOf(text))));
  };
};

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const wordsOf = (key: HashKey): [bigint, bigint] => [BigInt(`0x${key.slice(0, 16)}`), BigInt(`0x${key.slice(16)}`)];

/** All are printable ASCII. */
const callsIn = (places: Uint32Array, data: Uint8Array): readonly Call[] => {
  const { buffer, byteOffset, length } = data;
  const text = Buffer.from(buffer, byteOffset, length);
  return Array.from({ length: places.length / CALL_WORDS }, (_, call) =>
    Array.from({ length: CALL_WORDS / 2 }, (_, at) => {
      const [from, to] = places.subarray(CALL_WORDS * call + 2 * at);
      return to === 0 ? null : text.toString("latin1", from, to);
    }),
  ) as unknown as readonly Call[];
};

const abort = (): never => {
  throw new Error("the skim of a log file stopped");
};

/** A time as a number of 14 digits. */
const packed = (time: string): bigint => BigInt(time.replaceAll(/\D/g, ""));

const unpacked = (time: number): string | null =>
  time === 0 ? null : String(time).replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z");
