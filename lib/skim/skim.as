// AssemblyScript, compiled to skim.wasm by bin/buildSkim.ts, which also puts in the numbers that word4 and word8 stand for.
// A validating JSON skimmer for `{"Records":[{…},…]}`: see README.md for what it promises.
import { MOST_COUNTED, beginCalls, count, counted, isObjectRead, setUpCalls } from "./calls";
import { blank, escaped, forgetEscapes, isDigit, scalarEnd, textEnd } from "./json";

export { calls, counted, forgetCalls, keyed } from "./calls";

/** Hashes of indicators, 0 = free. */
const INDICATORS: usize = 0x20000;
const INDICATOR_MASK: u32 = 4095;
/** First and last byte of each record for the exact reader. */
const EXACT: usize = 0x40000;
const MOST_EXACT: u32 = 65536;
/** Accounts not seen before in the file: start of the record, first and last byte of the value. */
const ACCOUNTS: usize = 0xc0000;
const MOST_ACCOUNTS: i32 = 5;
/** Distinct identifiers of the file, open addressing; and their slots as a list. */
const SET: usize = 0x100000;
const SET_MASK: u32 = 0x3ffff;
const LIST: usize = 0x300000;
const MOST_DISTINCT: i32 = 100000;
export const IN: usize = 0x400000;
// Of rows (`setUpRows`); a scan that counts has its own there (calls.as). At most 7 MiB of data may then stand at IN.
/** First and last byte of each value that is cut out of a record, and of those that a row holds, by their fields. */
const CUTS: usize = 0xb00000;
const MOST_CUTS: i32 = 64;
const FIELDS: usize = 0xb00800;
/** What is left of a record without those values. */
const SKELETON: usize = 0xb01000;
const MOST_SKELETON: usize = 32768;
/** Skeletons met for the second time: place among the exact records, slot, number. */
const NEW: usize = 0xb10000;
/** Skeletons by their hashes, open addressing: hash, place, length, number (0: no rows may be made of it, all ones: met once). */
const SLOTS: usize = 0xc10000;
const SLOT_MASK: u32 = 0x1ffff;
const SLOT_BYTES: usize = 24;
const MET_ONCE: u64 = 0xffffffffffffffff;
const MOST_SKELETONS: i32 = 32768;
/** Rows as text, and where the skeletons are kept, the only part of this memory that grows. */
const ROWS: usize = 0xf20000;
const ROWS_END: usize = 0x13f0000;
const STORE: usize = 0x1400000;
const MOST_STORE: usize = 0x1a00000;

const MOST_DEPTH: i32 = 64;

// Members of a record by their bits. Those up to ADDRESS must be text.
const TIME: u32 = 1;
const NAME: u32 = 2;
const SOURCE: u32 = 4;
const ID: u32 = 8;
const ADDRESS: u32 = 16;
const IDENTITY: u32 = 32;
const VERSION: u32 = 64;
const CATEGORY: u32 = 128;
const ERROR: u32 = 256;
const ADDITIONAL: u32 = 512;
const REQUEST: u32 = 1024;
const RESOURCES: u32 = 2048;
const RESPONSE: u32 = 4096;
const ACCOUNT: u32 = 8192;
/** Of Security Lake's form of a record, which has other names for everything. */
const METADATA: u32 = 16384;
const REQUEST_ID: u32 = 32768;
const SHARED_ID: u32 = 65536;
const NEEDED: u32 = TIME | NAME | SOURCE | ID | ADDRESS | IDENTITY | VERSION;

// Since begin(), without the records for the exact reader.
export let records: i32 = 0;
export let inWindow: i32 = 0;
export let aggregated: i32 = 0;
export let earliest: u64 = 0;
export let latest: u64 = 0;
export let watermark: u64 = 0;
// Of the file for the index, records for the exact reader included: changes and copies may be wanted by any case.
export let distinct: i32 = 0;
export let openAlways: i32 = 0;
// Of the last call of skim().
export let exact: i32 = 0;
export let accounts: i32 = 0;
export let used: i32 = 0;
/** 0: between wrappers, 1: behind `[`, 2: behind a record. */
export let place: i32 = 0;

// Of the last call, where rows are made.
export let news: i32 = 0;
export let rowBytes: i32 = 0;

// Values that differ from one record to the next, by their fields in a row.
const TIME_FIELD: i32 = 1;
const ID_FIELD: i32 = 2;
const REQUEST_FIELD: i32 = 3;
const SHARED_FIELD: i32 = 4;
const KEY_FIELD: i32 = 5;
const OUT_FIELD: i32 = 6;
const IN_FIELD: i32 = 7;
/** In no row: nothing asks for it. */
const UNASKED: i32 = 8;

let keeping: bool = false;
let number: u64 = 0;
let file: u64 = 0;
let skeletons: i32 = 0;
let storeEnd: usize = STORE;
let cuts: i32 = 0;
let isRow: bool = false;

let from: u64 = 0;
let to: u64 = 0;
let indexing: bool = false;
let counting: bool = false;
let accountsSeen: i32 = 0;
let account0: u64 = 0;
let account1: u64 = 0;
let account2: u64 = 0;
let account3: u64 = 0;
let account4: u64 = 0;
let wanted: bool = false;

export function setUp(windowFrom: u64, windowTo: u64, isIndexing: i32): void {
  from = windowFrom;
  to = windowTo;
  indexing = isIndexing != 0;
  memory.fill(INDICATORS, 0, 32768);
  memory.fill(SET, 0, 0x200000);
}

/** Rows are made of records that are like one before; the numbers of skeletons follow on `first`. */
export function setUpRows(first: u64): void {
  keeping = true;
  number = first;
  forgetSkeletons();
}
/** The number of the file that begins, as its rows say it. */
export function setFile(value: u64): void {
  file = value;
}
/** No rows are made of a skeleton, by its place in NEW. */
export function refuse(at: i32): void {
  store<u64>(<usize>load<u32>(NEW + (<usize>at << 4) + 4) + 16, 0);
}

let records0: i32 = 0, inWindow0: i32 = 0, aggregated0: i32 = 0, place0: i32 = 0, accountsSeen0: i32 = 0;
let earliest0: u64 = 0, latest0: u64 = 0, watermark0: u64 = 0;
/** What was counted before a part is skimmed, and back to it, to skim the part again. */
export function mark(): void {
  records0 = records; inWindow0 = inWindow; aggregated0 = aggregated; place0 = place; accountsSeen0 = accountsSeen;
  earliest0 = earliest; latest0 = latest; watermark0 = watermark;
}
export function back(): void {
  records = records0; inWindow = inWindow0; aggregated = aggregated0; place = place0; accountsSeen = accountsSeen0;
  earliest = earliest0; latest = latest0; watermark = watermark0;
}

/** Records that may be counted are, by hashes under a secret key. */
export function setUpCounting(first: u64, second: u64): void {
  counting = true;
  setUpCalls(first, second);
}

export function addIndicator(length: i32): void {
  const value = hash(IN, IN + <usize>length);
  let at = <u32>value & INDICATOR_MASK;
  while (load<u64>(INDICATORS + (<usize>at << 3)) != 0) at = (at + 1) & INDICATOR_MASK;
  store<u64>(INDICATORS + (<usize>at << 3), value);
}

export function hashOf(length: i32): u64 {
  return hash(IN, IN + <usize>length);
}

/** A new file. */
export function begin(): void {
  records = 0; inWindow = 0; aggregated = 0; openAlways = 0; place = 0; accountsSeen = 0;
  earliest = 0; latest = 0; watermark = 0;
  for (let at = 0; at < distinct; at++) store<u64>(SET + (<usize>load<u32>(LIST + (<usize>at << 2)) << 3), 0);
  distinct = 0;
}

@inline function mix(h: u64, word: u64): u64 {
  h = (h ^ word) * 0x9e3779b97f4a7c15;
  return h ^ (h >> 29);
}
/** Never 0. Reads up to 7 bytes behind the end, which do not count. */
function hash(at: usize, end: usize): u64 {
  let h: u64 = <u64>(end - at) * 0xbf58476d1ce4e5b9;
  while (at + 8 <= end) {
    h = mix(h, load<u64>(at));
    at += 8;
  }
  if (at < end) h = mix(h, load<u64>(at) & ((<u64>1 << (<u64>(end - at) << 3)) - 1));
  h = mix(h, h >> 32);
  return h == 0 ? 1 : h;
}
function isIndicator(value: u64): bool {
  let at = <u32>value & INDICATOR_MASK;
  while (true) {
    const found = load<u64>(INDICATORS + (<usize>at << 3));
    if (found == value) return true;
    if (found == 0) return false;
    at = (at + 1) & INDICATOR_MASK;
  }
}
function remember(value: u64): void {
  let at = <u32>(value >> 20) & SET_MASK;
  while (true) {
    const slot = SET + (<usize>at << 3);
    const found = load<u64>(slot);
    if (found == value) return;
    if (found == 0) {
      if (distinct >= MOST_DISTINCT) { openAlways = 1; return; }
      store<u64>(slot, value);
      store<u32>(LIST + (<usize>distinct << 2), at);
      distinct++;
      return;
    }
    at = (at + 1) & SET_MASK;
  }
}
@inline function meet(value: u64): void {
  if (isIndicator(value)) wanted = true;
  if (indexing) remember(value);
}

@inline function two(at: usize): u64 {
  return <u64>(load<u8>(at) - 48) * 10 + <u64>(load<u8>(at + 1) - 48);
}
/** yyyymmddhhmmss of `yyyy-mm-ddThh:mm:ssZ` on a day that every calendar has, or 0. */
function timeOf(at: usize, end: usize): u64 {
  if (end - at != 20 || load<u8>(at + 4) != 45 || load<u8>(at + 7) != 45 || load<u8>(at + 10) != 84) return 0;
  if (load<u8>(at + 13) != 58 || load<u8>(at + 16) != 58 || load<u8>(at + 19) != 90) return 0;
  for (let i: usize = 0; i < 19; i++)
    if (i != 4 && i != 7 && i != 10 && i != 13 && i != 16 && !isDigit(at + i)) return 0;
  const month = two(at + 5), day = two(at + 8), hour = two(at + 11), minute = two(at + 14), second = two(at + 17);
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return 0;
  if (day > 28 && (month == 2 || day > 31)) return 0;
  if (day == 31 && (month == 4 || month == 6 || month == 9 || month == 11)) return 0;
  const year = two(at) * 100 + two(at + 2);
  return year < 1000 ? 0 : ((((year * 100 + month) * 100 + day) * 100 + hour) * 100 + minute) * 100 + second;
}

/** Of a member of a record, or 0. */
function bitOf(at: usize, n: i32): u32 {
  const a = load<u64>(at);
  switch (n) {
    case 7: return load<u32>(at) == word4("even") && load<u32>(at + 3) == word4("ntID") ? ID : 0;
    case 8: return a == word8("metadata") ? METADATA : 0;
    case 9: {
      if (a == word8("eventTim") && load<u8>(at + 8) == 101) return TIME;
      if (a == word8("eventNam") && load<u8>(at + 8) == 101) return NAME;
      if (a == word8("errorCod") && load<u8>(at + 8) == 101) return ERROR;
      if (a == word8("requestI") && load<u8>(at + 8) == 68) return REQUEST_ID;
      return a == word8("resource") && load<u8>(at + 8) == 115 ? RESOURCES : 0;
    }
    case 11: return a == word8("eventSou") && load<u32>(at + 7) == word4("urce") ? SOURCE : 0;
    case 12: {
      if (a == word8("userIden") && load<u32>(at + 8) == word4("tity")) return IDENTITY;
      return a == word8("eventVer") && load<u32>(at + 8) == word4("sion") ? VERSION : 0;
    }
    case 13: {
      if (a == word8("eventCat") && load<u64>(at + 5) == word8("Category")) return CATEGORY;
      return a == word8("sharedEv") && load<u64>(at + 5) == word8("dEventID") ? SHARED_ID : 0;
    }
    case 15: return a == word8("sourceIP") && load<u64>(at + 7) == word8("PAddress") ? ADDRESS : 0;
    case 16: return a == word8("response") && load<u64>(at + 8) == word8("Elements") ? RESPONSE : 0;
    case 17: return a == word8("requestP") && load<u64>(at + 9) == word8("rameters") ? REQUEST : 0;
    case 18: return a == word8("recipien") && load<u64>(at + 10) == word8("ccountId") ? ACCOUNT : 0;
    case 19: return a == word8("addition") && load<u64>(at + 8) == word8("alEventD") ? ADDITIONAL : 0;
    default: return 0;
  }
}
/** Members at any depth that name someone or something, 1: by the value, 2: by what stands before its colon too, 3: an ARN, 4: a source of a copy. */
function identifies(at: usize, n: i32): i32 {
  switch (n) {
    case 3: {
      const a = load<u32>(at) & 0xffffff;
      return a == (word4("arn\"") & 0xffffff) || a == (word4("ARN\"") & 0xffffff) ? 3 : 0;
    }
    case 8: return load<u64>(at) == word8("userName") || load<u64>(at) == word8("roleName") ? 1 : 0;
    case 10: return load<u64>(at) == word8("bucketNa") ? 1 : 0;
    case 11: return load<u64>(at) == word8("accessKe") ? 1 : load<u64>(at) == word8("principa") ? 2 : 0;
    case 13: return load<u64>(at) == word8("assumedR") ? 2 : 0;
    case 15: return load<u64>(at) == word8("sourceIP") ? 1 : 0;
    case 17: return load<u64>(at) == word8("x-amz-co") ? 4 : 0;
    default: return 0;
  }
}
function meetIdentifier(kind: i32, at: usize, end: usize): void {
  const whole = hash(at, end);
  if (kind == 3) {
    if (isIndicator(whole)) wanted = true;
    if (!indexing) return;
    // Of the ARN of an S3 object only the bucket's: createIndex asks for it in the same way.
    let stop = at;
    while (stop < end && load<u8>(stop) != 47) stop++;
    remember(stop < end && isS3(at, stop) ? hash(at, stop) : whole);
    return;
  }
  meet(whole);
  if (kind != 2) return;
  let stop = at;
  while (stop < end && load<u8>(stop) != 58) stop++;
  if (stop < end) meet(hash(at, stop));
}
@inline function isS3(at: usize, end: usize): bool {
  return end - at > 13 && load<u64>(at) == word8("arn:aws:") && load<u32>(at + 8) == word4("s3::") && load<u8>(at + 12) == 58;
}

/** Services whose changes every case keeps (`WATCHED` in ingest-wanted.ts), 2: S3. By length and first letters: more than those pass. */
function watched(at: usize, end: usize): i32 {
  const n = end - at;
  const a = load<u32>(at);
  if (n == 16) return a == word4("s3.a") ? 2 : 0;
  if (n == 24) return a == word4("clou") ? 1 : 0;
  if (n == 23) return a == word4("guar") ? 1 : 0;
  return n == 20 && a == word4("maci") ? 1 : 0;
}
/** Some of the calls that `READS` and `OBJECT_CALLS` in ingest-wanted.ts name; all others go to the exact reader. */
function isRead(at: usize, isObjectStore: bool): bool {
  const a = load<u32>(at);
  if ((a & 0xffffff) == (word4("Get\"") & 0xffffff) || a == word4("List") || a == word4("Test")) return true;
  const b = load<u64>(at);
  if (b == word8("Describe")) return true;
  if (!isObjectStore) return false;
  if (a == word4("Head") || a == word4("Copy")) return true;
  if (b == word8("PutObjec") || b == word8("Complete")) return b != word8("PutObjec") || load<u8>(at + 8) == 116;
  if (b == word8("DeleteOb")) return load<u32>(at + 8) == word4("ject");
  if (b == word8("CreateMu")) return load<u64>(at + 6) == word8("Multipar") && load<u8>(at + 14) == 116;
  return b == word8("UploadPa");
}
/** The field of a member of a record, or 0. */
function fieldOf(bit: u32): i32 {
  if (bit == TIME) return TIME_FIELD;
  if (bit == ID) return ID_FIELD;
  if (bit == REQUEST_ID) return REQUEST_FIELD;
  return bit == SHARED_ID ? SHARED_FIELD : 0;
}
/** The field of what stands in a member of a record of S3, or 0. */
function innerFieldOf(top: u32, at: usize, n: i32): i32 {
  const a = load<u64>(at);
  if (top == REQUEST) {
    if (n == 3) return (<u32>a & 0xffffff) == (word4("key\"") & 0xffffff) ? KEY_FIELD : 0;
    if (n == 6) return (a & 0xffffffffffff) == (word8("prefix\"\"") & 0xffffffffffff) || (a & 0xffffffffffff) == (word8("marker\"\"") & 0xffffffffffff) ? UNASKED : 0;
    if (n == 8) return a == word8("uploadId") ? UNASKED : 0;
    if (n == 10) return a == word8("partNumb") && load<u16>(at + 8) == 0x7265 ? UNASKED : 0;
    if (n == 11) return a == word8("start-af") && load<u32>(at + 7) == word4("fter") ? UNASKED : 0;
    return n == 18 && a == word8("continua") && load<u64>(at + 8) == word8("tion-tok") && load<u16>(at + 16) == 0x6e65 ? UNASKED : 0;
  }
  if (top == ADDITIONAL) {
    if (n == 10) return a == word8("x-amz-id") && load<u16>(at + 8) == 0x322d ? UNASKED : 0;
    if (a != word8("bytesTra")) return 0;
    if (n == 19) return load<u64>(at + 8) == word8("nsferred") && load<u32>(at + 15) == word4("dOut") ? OUT_FIELD : 0;
    return n == 18 && load<u64>(at + 8) == word8("nsferred") && load<u16>(at + 16) == 0x6e49 ? IN_FIELD : 0;
  }
  return top == RESPONSE && n == 16 && a == word8("x-amz-ve") && load<u64>(at + 8) == word8("rsion-id") ? UNASKED : 0;
}
/** Letters that JSON, a table of tabs and every reader of text write in one way: ASCII without quote, backslash and control characters. */
function isPlain(at: usize, end: usize): bool {
  for (; at < end; at++) {
    const c = load<u8>(at);
    if (c < 32 || c > 126 || c == 34 || c == 92) return false;
  }
  return true;
}
function cut(at: usize, end: usize): void {
  if (cuts == MOST_CUTS) { isRow = false; return; }
  store<u32>(CUTS + (<usize>cuts << 3), <u32>at);
  store<u32>(CUTS + (<usize>cuts << 3) + 4, <u32>end);
  cuts++;
}
/** A value of a field, once in a record. Ids that are shorter could stand for none (`isNothing` in ingest-normalise.ts). */
function cutField(field: i32, at: usize, end: usize): void {
  if (field != UNASKED) {
    const out = FIELDS + (<usize>field << 3);
    const isId = field == ID_FIELD || field == REQUEST_FIELD || field == SHARED_FIELD;
    const n = end - at, least: usize = isId ? 10 : 1;
    if (load<u32>(out) != 0 || n < least || n > 4096 || !isPlain(at, end)) { isRow = false; return; }
    store<u32>(out, <u32>at);
    store<u32>(out + 4, <u32>end);
  }
  cut(at, end);
}
/** Bytes that no answer exceeds (`MOST_BYTES` in ingest-doubts.ts), in digits alone. */
function isCount(at: usize, end: usize): bool {
  if (end - at > 13) return false;
  while (at < end) if (!isDigit(at++)) return false;
  return true;
}
/** Of the ARN of an S3 object its key, where the request names it too. */
function cutKey(at: usize, end: usize): void {
  const key = <usize>load<u32>(FIELDS + (KEY_FIELD << 3)), n = <usize>load<u32>(FIELDS + (KEY_FIELD << 3) + 4) - key;
  if (key == 0 || end - at <= n) return;
  const tail = end - n;
  let slash = at;
  while (slash < end && load<u8>(slash) != 47) slash++;
  if (slash + 1 == tail && isS3(at, slash) && isSame(key, tail, n)) cut(tail, end);
}
function isSame(a: usize, b: usize, n: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < n; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

function forgetSkeletons(): void {
  const missing = <i32>(STORE >> 16) + 1 - memory.size();
  if (missing > 0) memory.grow(missing);
  memory.fill(SLOTS, 0, (<usize>SLOT_MASK + 1) * SLOT_BYTES);
  skeletons = 0;
  storeEnd = STORE;
}
/** What a record is without what differs from one to the next; answers its end. A byte that no text holds marks each place. */
function skeletonOf(start: usize, end: usize): usize {
  let out = SKELETON, at = start;
  for (let i = 0; i < cuts; i++) {
    const first = <usize>load<u32>(CUTS + (<usize>i << 3));
    memory.copy(out, at, first - at);
    out += first - at;
    store<u8>(out++, 1);
    at = <usize>load<u32>(CUTS + (<usize>i << 3) + 4);
  }
  memory.copy(out, at, end - at);
  out += end - at;
  store<u64>(out, 0);
  return out;
}
/** Makes a row of a record that is one before in all but its fields; false: it is for the exact reader. */
function takeRow(start: usize, end: usize): bool {
  if (!isRow || end - start > MOST_SKELETON - 128) return false;
  const skeletonEnd = skeletonOf(start, end), n = skeletonEnd - SKELETON;
  const h = hash(SKELETON, skeletonEnd);
  let at = <u32>h & SLOT_MASK;
  while (true) {
    const slot = SLOTS + <usize>at * SLOT_BYTES;
    const found = load<u64>(slot);
    if (found == 0) { addSkeleton(slot, h, n); return false; }
    if (found == h && <usize>load<u32>(slot + 12) == n && isSame(<usize>load<u32>(slot + 8), SKELETON, n)) {
      const known = load<u64>(slot + 16);
      if (known == MET_ONCE) nameSkeleton(slot);
      if (known == MET_ONCE || known == 0) return false;
      writeRow(known);
      return true;
    }
    at = (at + 1) & SLOT_MASK;
  }
}
function addSkeleton(slot: usize, h: u64, n: usize): void {
  const missing = <i32>((storeEnd + n) >> 16) + 1 - memory.size();
  if (missing > 0 && memory.grow(missing + 15) < 0) return;
  memory.copy(storeEnd, SKELETON, n);
  store<u64>(slot, h);
  store<u32>(slot + 8, <u32>storeEnd);
  store<u32>(slot + 12, <u32>n);
  store<u64>(slot + 16, MET_ONCE);
  storeEnd += n;
  skeletons++;
}
/** Most skeletons are met once: the second record is what others are told by. */
function nameSkeleton(slot: usize): void {
  store<u64>(slot + 16, number);
  const out = NEW + (<usize>news << 4);
  store<u32>(out, <u32>exact);
  store<u32>(out + 4, <u32>slot);
  store<u64>(out + 8, number);
  news++;
  number++;
}
/** `skeleton file time id requestId sharedId key bytesOut bytesIn`, parted by tabs; nothing where the record has none. */
function writeRow(skeleton: u64): void {
  let out = writeNumber(skeleton, ROWS + <usize>rowBytes);
  store<u8>(out++, 9);
  out = writeNumber(file, out);
  for (let field = TIME_FIELD; field <= IN_FIELD; field++) {
    store<u8>(out++, 9);
    const at = <usize>load<u32>(FIELDS + (<usize>field << 3));
    if (at == 0) continue;
    const n = <usize>load<u32>(FIELDS + (<usize>field << 3) + 4) - at;
    memory.copy(out, at, n);
    out += n;
  }
  store<u8>(out++, 10);
  rowBytes = <i32>(out - ROWS);
}
function writeNumber(value: u64, out: usize): usize {
  let digits: usize = 1;
  for (let rest = value / 10; rest > 0; rest /= 10) digits++;
  for (let at = out + digits; at > out; value /= 10) store<u8>(--at, 48 + <u8>(value % 10));
  return out + digits;
}

/** Whether an account is new in the file; of those behind the fifth nobody asks. */
function isNewAccount(value: u64): bool {
  if (accountsSeen >= MOST_ACCOUNTS) return false;
  if (accountsSeen > 0 && value == account0) return false;
  if (accountsSeen > 1 && value == account1) return false;
  if (accountsSeen > 2 && value == account2) return false;
  if (accountsSeen > 3 && value == account3) return false;
  if (accountsSeen == 0) account0 = value;
  else if (accountsSeen == 1) account1 = value;
  else if (accountsSeen == 2) account2 = value;
  else if (accountsSeen == 3) account3 = value;
  else account4 = value;
  accountsSeen++;
  return true;
}

/** Behind `{"Records":[`, or 0. A byte order mark may stand before it. */
function wrapperEnd(at: usize): usize {
  if ((load<u32>(at) & 0xffffff) == 0xbfbbef) at = blank(at + 3);
  if (load<u8>(at) != 123) return 0;
  at = blank(at + 1);
  if (load<u8>(at) != 34 || load<u64>(at + 1) != word8("Records\"")) return 0;
  at = blank(at + 9);
  if (load<u8>(at) != 58) return 0;
  at = blank(at + 1);
  return load<u8>(at) == 91 ? at + 1 : 0;
}

/**
 * Skims `length` bytes at IN, behind which 64 bytes are zero. Answers nothing: `used` tells how far it came, to the end
 * of a record or of a wrapper; what follows is cut off there, or unusual.
 */
export function skim(length: i32): void {
  exact = 0; accounts = 0; news = 0; rowBytes = 0;
  beginCalls();
  if (skeletons > MOST_SKELETONS || storeEnd > MOST_STORE) forgetSkeletons();
  const end = IN + <usize>length;
  let at = IN;
  used = 0;
  while (true) {
    if (place == 0) {
      at = blank(at);
      if (at == end) { used = length; return; }
      at = wrapperEnd(at);
      if (at == 0 || at > end) return;
      place = 1;
      used = <i32>(at - IN);
    }
    at = blank(at);
    const next = load<u8>(at);
    if (next == 93) { // ] }
      at = blank(at + 1);
      if (load<u8>(at) != 125) return;
      at++;
      place = 0;
      used = <i32>(at - IN);
      continue;
    }
    if (place == 2) {
      if (next != 44) return;
      at = blank(at + 1);
    }
    if (<u32>exact >= MOST_EXACT || counted >= MOST_COUNTED || ROWS + <usize>rowBytes + MOST_SKELETON > ROWS_END) return;
    at = recordEnd(at);
    if (at == 0) return;
    place = 2;
    used = <i32>(at - IN);
  }
}

/** Takes one record; answers the place behind it, 0 where it is not valid, unusual or cut off. */
function recordEnd(start: usize): usize {
  if (load<u8>(start) != 123) return 0;
  forgetEscapes();
  wanted = false;
  let depth = 1;
  let inObject: u64 = 1; // a bit for each depth
  let seen: u32 = 0;
  let isTwice = false, isOdd = false, isCopy = false, isAggregated = false;
  let time: u64 = 0;
  let source: i32 = 0;
  let top: u32 = 0;
  if (keeping) {
    cuts = 0;
    isRow = true;
    memory.fill(FIELDS, 0, 72);
  }
  let name: usize = 0, account: usize = 0, accountEnd: usize = 0;
  let at = blank(start + 1);
  if (load<u8>(at) == 125) {
    at++;
    isOdd = true;
  } else while (true) {
    let kind: i32 = 0;
    let bit: u32 = 0;
    let key: usize = 0, n: i32 = 0, field: i32 = 0;
    if (inObject & 1) {
      if (load<u8>(at) != 34) return 0;
      key = at + 1;
      const keyEnd = textEnd(key);
      if (keyEnd == 0) return 0;
      at = keyEnd + 1;
      if (load<u8>(at) != 58) { at = blank(at); if (load<u8>(at) != 58) return 0; }
      at++;
      if (load<u8>(at) <= 32) at = blank(at);
      n = <i32>(keyEnd - key);
      kind = identifies(key, n);
      if (depth == 1) {
        bit = bitOf(key, n);
        if (seen & bit) isTwice = true;
        seen |= bit;
        top = bit;
        if (keeping) field = fieldOf(bit);
      } else if (keeping && depth == 2 && source == 2) field = innerFieldOf(top, key, n);
    }
    const c = load<u8>(at);
    let isOpened = false;
    if (c == 34) {
      const value = at + 1, valueEnd = textEnd(value);
      if (valueEnd == 0) return 0;
      at = valueEnd + 1;
      if (kind == 4) isCopy = true;
      else if (kind != 0) meetIdentifier(kind, value, valueEnd);
      if (field != 0) {
        if (field == OUT_FIELD || field == IN_FIELD) isRow = false;
        else cutField(field, value, valueEnd);
      } else if (keeping && kind == 3 && depth == 3 && top == RESOURCES) cutKey(value, valueEnd);
      if (bit == TIME) time = timeOf(value, valueEnd);
      else if (bit == NAME) name = value;
      else if (bit == SOURCE) source = watched(value, valueEnd);
      else if (bit == ID) { if (value == valueEnd) isOdd = true; }
      else if (bit == ADDRESS) { for (let i = value; i < valueEnd; i++) if (load<u8>(i) == 58) isOdd = true; } // IPv6 is spelt in many ways
      else if (bit == CATEGORY) isAggregated = valueEnd - value == 10 && load<u64>(value) == word8("Aggregat") && load<u16>(value + 8) == 0x6465;
      else if (bit == ACCOUNT) { account = value; accountEnd = valueEnd; }
      else if (bit & (IDENTITY | REQUEST | RESPONSE | RESOURCES)) isOdd = true; // nested members as text
    } else {
      if (bit != 0 && bit <= ADDRESS) isOdd = true;
      if (c == 123 || c == 91) {
        if (depth == MOST_DEPTH) return 0;
        if (field != 0) isRow = false;
        depth++;
        inObject = (inObject << 1) | (c == 123 ? 1 : 0);
        at++;
        if (load<u8>(at) <= 32) at = blank(at);
        if (load<u8>(at) != (c == 123 ? 125 : 93)) continue;
        isOpened = true;
      } else {
        const value = at;
        at = scalarEnd(at);
        if (at == 0) return 0;
        if (field != 0) {
          if (field == UNASKED) cut(value, at);
          else if ((field == OUT_FIELD || field == IN_FIELD) && isCount(value, at)) cutField(field, value, at);
          else if (c != 110 || field > SHARED_FIELD) isRow = false;
        }
      }
    }
    // Behind a value: closers, then a comma.
    while (true) {
      let d = load<u8>(at);
      if (d <= 32) { at = blank(at); d = load<u8>(at); }
      if (d == 44 && !isOpened) {
        at++;
        if (load<u8>(at) <= 32) at = blank(at);
        break;
      }
      if (d != (inObject & 1 ? 125 : 93)) return 0;
      isOpened = false;
      at++;
      depth--;
      inObject >>= 1;
      if (depth == 0) break;
    }
    if (depth == 0) break;
  }

  const lacksPart = name != 0 && isObjectRead(name) && (seen & ERROR) == 0 &&
    ((seen & ADDITIONAL) == 0 || (seen & (REQUEST | RESOURCES)) == 0);
  if (isOdd || isTwice || escaped || lacksPart || time == 0 || (seen & NEEDED) != NEEDED || (seen & METADATA) != 0) {
    openAlways = 1;
    give(start, at);
    return at;
  }
  const isChange = source != 0 && !isRead(name, source == 2);
  if (isChange || isCopy) openAlways = 1;
  if (account != 0 && isNewAccount(hash(account, accountEnd))) {
    const out = ACCOUNTS + <usize>accounts * 12;
    store<u32>(out, <u32>(start - IN));
    store<u32>(out + 4, <u32>(account - IN));
    store<u32>(out + 8, <u32>(accountEnd - IN));
    accounts++;
  }
  const isInside = time >= from && time < to;
  const isWanted = wanted && !(counting && !isChange && !isCopy && isInside && count(start, time));
  if (isInside && (isWanted || isChange || isCopy || (keeping && !takeRow(start, at)))) {
    give(start, at);
    return at;
  }
  records++;
  if (isAggregated) aggregated++;
  if (earliest == 0 || time < earliest) earliest = time;
  if (time > latest) latest = time;
  if (isInside) {
    inWindow++;
    if (time > watermark) watermark = time;
  }
  return at;
}

function give(start: usize, end: usize): void {
  store<u32>(EXACT + (<usize>exact << 3), <u32>(start - IN));
  store<u32>(EXACT + (<usize>exact << 3) + 4, <u32>(end - IN));
  exact++;
}
