// What `baseline-table.sql` asks of a record, as a row of numbers: see README.md. Only of records as CloudTrail writes them; `count` declines others.
import { blank, isDigit, scalarEnd, textEnd } from "./json";
import { IN } from "./skim";

/** Calls by the hash of hour, identity, address, agent, bucket and name: 16 bytes each, the hash and a number. */
const TABLE: usize = 0xb00000;
const TABLE_MASK: u32 = 0xffff;
const MOST_CALLS: i32 = 40000;
/** 32 bytes a row: hashes of the event and of the object's key (0: none), bytes out (-1: none), call, second of the hour. */
const ROWS: usize = 0xc00000;
export const MOST_COUNTED: i32 = 10000;
/** New calls: where time, identity, address, agent, bucket and name begin and end; 0: there is none. */
const CALLS: usize = 0xc80000;
/** Texts to be hashed, each with its length before it, in whole words. */
const SCRATCH: usize = 0xd00000;
const END: usize = 0xd10000;
const MOST_TEXT: usize = 4096;
/** 50 TiB, as in ingest-doubts.ts. */
const MOST_BYTES: i64 = 54975581388800;

/** Of the last call of skim(). */
export let counted: i32 = 0;
export let calls: i32 = 0;

let key0: u64 = 0;
let key1: u64 = 0;
/** Calls that were numbered since forgetCalls(), and those of them that are in the table. */
let numbered: u32 = 0;
let held: i32 = 0;

export function setUpCalls(first: u64, second: u64): void {
  const missing = <i32>(END >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  key0 = first;
  key1 = second;
  forgetCalls();
}

/** Calls are numbered from 0 again. */
export function forgetCalls(): void {
  numbered = 0;
  forgetTable();
}

function forgetTable(): void {
  held = 0;
  memory.fill(TABLE, 0, 0x100000);
}

export function beginCalls(): void {
  counted = 0;
  calls = 0;
}

let scratch: usize = 0;
/** A place of 0 stands for nothing. */
function put(at: usize, end: usize): void {
  const length: usize = at == 0 ? 0 : end - at;
  store<u64>(scratch, at == 0 ? <u64>-1 : <u64>length);
  const words = (length + 7) & ~7;
  if (words != 0) store<u64>(scratch + words, 0);
  memory.copy(scratch + 8, at, length);
  scratch += 8 + words;
}

@inline function rotl(x: u64, by: u64): u64 {
  return (x << by) | (x >> (64 - by));
}
/** SipHash-1-3 (Aumasson and Bernstein 2012) of what was put: who writes names of objects cannot make two hashes meet. Never 0. */
function sip(): u64 {
  let v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d;
  let v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;
  let at = SCRATCH;
  while (true) {
    const isLast = at >= scratch;
    const word: u64 = isLast ? <u64>(scratch - SCRATCH) << 56 : load<u64>(at);
    v3 ^= word;
    v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32); v2 += v3; v3 = rotl(v3, 16) ^ v2;
    v0 += v3; v3 = rotl(v3, 21) ^ v0; v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32);
    v0 ^= word;
    if (isLast) break;
    at += 8;
  }
  v2 ^= 0xff;
  for (let round = 0; round < 3; round++) {
    v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32); v2 += v3; v3 = rotl(v3, 16) ^ v2;
    v0 += v3; v3 = rotl(v3, 21) ^ v0; v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32);
  }
  const h = v0 ^ v1 ^ v2 ^ v3;
  return h == 0 ? 1 : h;
}
function sipOf(at: usize, end: usize): u64 {
  scratch = SCRATCH;
  put(at, end);
  return sip();
}
/** Of a text of up to 4 KiB at IN. */
export function keyed(length: i32): u64 {
  return sipOf(IN, IN + <usize>length);
}

// Walking through a record whose grammar was checked: `here` stands before a member or its value.
let here: usize = 0;
let key: usize = 0;
let n: i32 = 0;
/** Of the text that was taken last. */
let value: usize = 0;
let valueEnd: usize = 0;

/** Goes to the value of the next member, whose name is `key`, `n` bytes long; behind the last one behind the object. */
function hasMember(): bool {
  here = blank(here);
  if (load<u8>(here) == 44) here = blank(here + 1);
  if (load<u8>(here) == 125) { here++; return false; }
  key = here + 1;
  const stop = textEnd(key);
  n = <i32>(stop - key);
  here = blank(blank(stop + 1) + 1);
  return true;
}
function skipValue(): void {
  const c = load<u8>(here);
  if (c == 34) { here = textEnd(here + 1) + 1; return; }
  if (c != 123 && c != 91) { here = scalarEnd(here); return; }
  let depth = 0;
  while (true) {
    const v = v128.load(here);
    // The lower case of brackets is that of braces: { | [ and } | ].
    const low = v128.or(v, i8x16.splat(32));
    const stops = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(34)), v128.or(i8x16.eq(low, i8x16.splat(123)), i8x16.eq(low, i8x16.splat(125)))));
    if (stops == 0) { here += 16; continue; }
    here += ctz(stops);
    const d = load<u8>(here);
    if (d == 34) { here = textEnd(here + 1) + 1; continue; }
    here++;
    if (d == 123 || d == 91) depth++;
    else if (--depth == 0) return;
  }
}
/** A text of printable ASCII without escapes, of bounded length. */
function takeText(): bool {
  if (load<u8>(here) != 34) return false;
  let at = here + 1;
  value = at;
  while (true) {
    const v = v128.load(at);
    const odd = v128.or(i8x16.lt_s(v, i8x16.splat(32)), v128.or(i8x16.eq(v, i8x16.splat(34)), i8x16.eq(v, i8x16.splat(92))));
    const stops = i8x16.bitmask(odd);
    if (stops == 0) { at += 16; continue; }
    at += ctz(stops);
    break;
  }
  valueEnd = at;
  here = at + 1;
  return load<u8>(at) == 34 && at - value <= MOST_TEXT;
}
/** The same, and no word that a table writes where there is nothing (`NOTHING` in ingest-normalise.ts), nor like one. */
function takeName(): bool {
  if (!takeText() || value == valueEnd) return false;
  if (valueEnd - value >= 10) return true;
  const c = load<u8>(value) | 32;
  return c != 110 && c != 117 && c != 45 && c != 40 && c != 60;
}
@inline function isNull(): bool {
  if (load<u8>(here) != 110) return false;
  here += 4;
  return true;
}
@inline function isObject(): bool {
  if (load<u8>(here) != 123) return false;
  here++;
  return true;
}
/** Something that masks what names somebody (`isAnonymized` in ingest-doubts.ts), or looks like it. */
function isMasked(at: usize, end: usize): bool {
  if (end - at > 6 && (load<u8>(at + 4) | 32) == 120 && (load<u8>(at + 5) | 32) == 120) return true;
  for (; at < end; at++) {
    const c = load<u8>(at);
    if (c == 42) return true;
    if ((c | 32) == 114 && (load<u32>(at + 1) | 0x20202020) == word4("edac")) return true;
  }
  return false;
}
@inline function begins(four: u32): bool {
  return (load<u32>(key) | 0x20202020) == four;
}
@inline function isPrincipalId(): bool {
  return n == 11 && load<u64>(key) == word8("principa") && load<u32>(key + 7) == word4("alId");
}

let issuer: usize = 0, issuerEnd: usize = 0;
let principal: usize = 0, principalEnd: usize = 0;
let bucket: usize = 0, bucketEnd: usize = 0;
let object: usize = 0, objectEnd: usize = 0;
let bytes: i64 = 0;

// Each answers false of what is written in another way than CloudTrail does, a name in another spelling included.
function takeIdentity(): bool {
  const start = here;
  if (!isObject()) return false;
  let hasSession = false;
  while (hasMember()) {
    if (isPrincipalId()) {
      if (principal != 0 || !takeName() || isMasked(value, valueEnd) || load<u8>(value) == 58) return false;
      principal = value;
      principalEnd = valueEnd;
    } else if (n == 11 && load<u64>(key) == word8("accessKe") && load<u32>(key + 7) == word4("eyId")) {
      if (!isNull() && (!takeText() || isMasked(value, valueEnd))) return false;
    } else if (n == 14 && load<u64>(key) == word8("sessionC") && load<u64>(key + 6) == word8("nContext")) {
      if (hasSession) return false;
      hasSession = true;
      if (!isNull() && !takeSession()) return false;
    } else if (begins(word4("prin")) || begins(word4("acce")) || begins(word4("sess"))) return false;
    else skipValue();
  }
  return principal != 0 && isAscii(start, here);
}
function isAscii(at: usize, end: usize): bool {
  for (; at + 16 <= end; at += 16) if (i8x16.bitmask(v128.load(at)) != 0) return false;
  for (; at < end; at++) if (load<u8>(at) >= 128) return false;
  return true;
}
function takeSession(): bool {
  if (!isObject()) return false;
  let hasIssuer = false;
  while (hasMember()) {
    if (n == 13 && load<u64>(key) == word8("sessionI") && load<u64>(key + 5) == word8("onIssuer")) {
      if (hasIssuer) return false;
      hasIssuer = true;
      if (!isNull() && !takeIssuer()) return false;
    } else if (begins(word4("sess"))) return false;
    else skipValue();
  }
  return true;
}
function takeIssuer(): bool {
  if (!isObject()) return false;
  while (hasMember()) {
    if (isPrincipalId()) {
      if (issuer != 0 || !takeName()) return false;
      issuer = value;
      issuerEnd = valueEnd;
    } else if (begins(word4("prin"))) return false;
    else skipValue();
  }
  return true;
}
function takeRequest(): bool {
  if (isNull()) return true;
  if (!isObject()) return false;
  while (hasMember()) {
    if (n == 3 && load<u32>(key) == word4("key\"")) {
      if (object != 0 || !takeText() || value == valueEnd) return false;
      object = value;
      objectEnd = valueEnd;
    } else if (n == 10 && load<u64>(key) == word8("bucketNa") && load<u16>(key + 8) == 0x656d) {
      if (bucket != 0 || !takeText() || value == valueEnd || isAlias()) return false;
      bucket = value;
      bucketEnd = valueEnd;
    } else skipValue();
  }
  return true;
}
/** Stands for a bucket that the resources name. */
function isAlias(): bool {
  const isArn = load<u32>(value) == word4("arn:");
  return isArn || (valueEnd - value >= 8 && load<u64>(valueEnd - 8) == word8("-s3alias"));
}
function takeAdditional(): bool {
  if (isNull()) return true;
  if (!isObject()) return false;
  while (hasMember()) {
    if (n == 19 && load<u64>(key) == word8("bytesTra") && load<u64>(key + 8) == word8("nsferred") && load<u32>(key + 15) == word4("dOut")) {
      if (bytes != -1 || !takeBytes()) return false;
    } else skipValue();
  }
  return true;
}
/** Digits, and behind a point noughts. */
function takeBytes(): bool {
  const start = here;
  bytes = 0;
  while (isDigit(here)) bytes = bytes * 10 + (load<u8>(here++) - 48);
  if (here == start || here - start > 15 || bytes > MOST_BYTES) return false;
  if (load<u8>(here) == 46) {
    here++;
    while (load<u8>(here) == 48) here++;
  }
  const c = load<u8>(here);
  return c == 44 || c == 125 || c <= 32;
}
/** None of the resources is a bucket. */
function areOther(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u64>(at) == word8("AWS::S3:") && load<u64>(at + 7) == word8("::Bucket")) return false;
  return true;
}
/** A read that the exact reader looks at for what it lacks: `READ_CALLS` of lib/core/logs/readCalls.ts, and what begins like one. */
@inline export function isObjectRead(at: usize): bool {
  const a = load<u64>(at);
  return a == word8("GetObjec") || a == word8("SelectOb") || a == word8("GetTable");
}

/**
 * Takes a record of the window, `start` to behind its end, at `time` (yyyymmddhhmmss): as a row, or as one that is not
 * counted. False: it is for the exact reader.
 */
export function count(start: usize, time: u64): bool {
  issuer = 0; principal = 0; bucket = 0; object = 0; bytes = -1;
  let event: usize = 0, eventEnd: usize = 0, shared: usize = 0, sharedEnd: usize = 0;
  let clock: usize = 0, name: usize = 0, nameEnd: usize = 0, address: usize = 0, addressEnd: usize = 0;
  let agent: usize = 0, agentEnd: usize = 0, resources: usize = 0, resourcesEnd: usize = 0;
  let isRefused = false, hasAgent = false, hasShared = false;
  here = start + 1;
  while (hasMember()) {
    const a = load<u64>(key);
    if (n == 7 && load<u32>(key) == word4("even") && load<u32>(key + 3) == word4("ntID")) {
      if (!takeName() || valueEnd - value < 10) return false;
      event = value; eventEnd = valueEnd;
    } else if (n == 9 && a == word8("eventTim") && load<u8>(key + 8) == 101) {
      if (!takeText()) return false;
      clock = value;
    } else if (n == 9 && a == word8("eventNam") && load<u8>(key + 8) == 101) {
      if (!takeText() || load<u8>(value) < 65 || load<u8>(value) > 90) return false;
      name = value; nameEnd = valueEnd;
    } else if (n == 9 && a == word8("userAgen") && load<u8>(key + 8) == 116) {
      if (hasAgent) return false;
      hasAgent = true;
      if (!isNull()) {
        if (!takeName()) return false;
        agent = value; agentEnd = valueEnd;
      }
    } else if (n == 9 && a == word8("errorCod") && load<u8>(key + 8) == 101) {
      if (!isNull()) {
        // What tables write where there was no error is shorter.
        if (!takeName() || valueEnd - value < 10) return false;
        isRefused = true;
      }
    } else if (n == 9 && a == word8("resource") && load<u8>(key + 8) == 115) {
      resources = here;
      skipValue();
      resourcesEnd = here;
    } else if (n == 12 && a == word8("userIden") && load<u32>(key + 8) == word4("tity")) {
      if (!takeIdentity()) return false;
    } else if (n == 13 && a == word8("sharedEv") && load<u64>(key + 5) == word8("dEventID")) {
      if (hasShared) return false;
      hasShared = true;
      if (!isNull()) {
        if (!takeName() || valueEnd - value < 10) return false;
        shared = value; sharedEnd = valueEnd;
      }
    } else if (n == 13 && a == word8("eventCat") && load<u64>(key + 5) == word8("Category")) {
      if (!isNull()) {
        if (!takeText()) return false;
        const isData = valueEnd - value == 4 && load<u32>(value) == word4("Data");
        if (!isData && !(valueEnd - value == 10 && load<u64>(value) == word8("Manageme"))) return false;
      }
    } else if (n == 15 && a == word8("sourceIP") && load<u64>(key + 7) == word8("PAddress")) {
      if (!takeName() || isMasked(value, valueEnd)) return false;
      address = value; addressEnd = valueEnd;
    } else if (n == 17 && a == word8("requestP") && load<u64>(key + 9) == word8("rameters")) {
      if (!takeRequest()) return false;
    } else if (n == 19 && a == word8("addition") && load<u64>(key + 8) == word8("alEventD") && load<u32>(key + 15) == word4("Data")) {
      if (!takeAdditional()) return false;
    } else skipValue();
  }
  if (event == 0 || clock == 0 || name == 0 || principal == 0 || address == 0) return false;
  if (bucket == 0 && resources != 0 && !areOther(resources, resourcesEnd)) return false;
  if (isRefused) return true;
  if (isObjectRead(name) && (bucket == 0 || object == 0 || bytes == -1)) return false;

  let identity = issuer, identityEnd = issuerEnd;
  if (identity == 0) {
    identity = principal;
    identityEnd = principal;
    while (identityEnd < principalEnd && load<u8>(identityEnd) != 58) identityEnd++;
  }
  scratch = SCRATCH;
  put(clock, clock + 13);
  put(identity, identityEnd);
  put(address, addressEnd);
  put(agent, agentEnd);
  put(bucket, bucketEnd);
  put(name, nameEnd);
  const call = numberOf(sip());
  if (call < 0) {
    const out = CALLS + <usize>calls * 48;
    place(out, clock, clock + 13);
    place(out + 8, identity, identityEnd);
    place(out + 16, address, addressEnd);
    place(out + 24, agent, agentEnd);
    place(out + 32, bucket, bucketEnd);
    place(out + 40, name, nameEnd);
    calls++;
  }
  const row = ROWS + (<usize>counted << 5);
  store<u64>(row, shared != 0 ? sipOf(shared, sharedEnd) : sipOf(event, eventEnd));
  store<u64>(row + 8, object != 0 ? sipOf(object, objectEnd) : 0);
  store<i64>(row + 16, bytes);
  store<u32>(row + 24, call < 0 ? numbered - 1 : <u32>call);
  store<u32>(row + 28, <u32>((time / 100) % 100) * 60 + <u32>(time % 100));
  counted++;
  return true;
}

@inline function place(out: usize, at: usize, end: usize): void {
  store<u32>(out, at == 0 ? 0 : <u32>(at - IN));
  store<u32>(out + 4, at == 0 ? 0 : <u32>(end - IN));
}

/** The number of a call; -1: it is new, and has the last one. */
function numberOf(h: u64): i32 {
  let at = <u32>h & TABLE_MASK;
  while (true) {
    const slot = TABLE + (<usize>at << 4);
    const found = load<u64>(slot);
    if (found == h) return load<i32>(slot + 8);
    if (found == 0) {
      if (held >= MOST_CALLS) { forgetTable(); return numberOf(h); }
      store<u64>(slot, h);
      store<u32>(slot + 8, numbered);
      numbered++;
      held++;
      return -1;
    }
    at = (at + 1) & TABLE_MASK;
  }
}
