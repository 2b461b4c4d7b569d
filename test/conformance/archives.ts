import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { packZip } from "../evidence/wholeZip.ts";
import { CENTRAL_SIGNATURE, END_SIGNATURE, LOCAL_SIGNATURE } from "../../lib/evidence/zipFormat.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { type Files, forge, utf8 } from "./forge.ts";

/** One entry of a hostile archive; `central` overrides what the directory says of it. */
interface Entry {
  readonly name: string | Uint8Array;
  readonly content: Uint8Array;
  readonly local?: Partial<Fields>;
  readonly central?: Partial<Fields> | null;
  readonly inFiles?: false;
}
interface Fields {
  readonly name: Uint8Array;
  readonly madeBy: number;
  readonly needed: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc: number;
  readonly stored: number;
  readonly bytes: number;
  readonly extra: Uint8Array;
  readonly comment: Uint8Array;
  readonly disk: number;
  readonly internal: number;
  readonly external: number;
  readonly offset: number;
}
interface End {
  readonly disk: number;
  readonly count: number;
  readonly total: number;
  readonly size: number;
  readonly offset: number;
  readonly comment: Uint8Array;
  readonly before: Uint8Array;
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** A second ZIP writer, independent of `packZip` and able to lie in every field. */
function pack(entries: readonly Entry[], end: Partial<End> = {}): Uint8Array {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  for (const entry of entries) {
    const offset = parts.reduce((sum, part) => sum + part.length, 0);
    if (entry.inFiles !== false) parts.push(localOf(fieldsOf(entry, entry.local)), Buffer.from(entry.content));
    if (entry.central !== null) central.push(centralOf({ ...fieldsOf(entry, {}), offset, ...entry.central }));
  }
  const offset = parts.reduce((sum, part) => sum + part.length, 0);
  const directory = Buffer.concat(central);
  const defaults = { disk: 0, count: central.length, total: central.length, size: directory.length, offset, comment: Buffer.alloc(0), before: Buffer.alloc(0) };
  return Buffer.concat([...parts, directory, endOf({ ...defaults, ...end })]);
}

function fieldsOf(entry: Entry, changes: Partial<Fields> = {}): Fields {
  const { content } = entry;
  const name = typeof entry.name === "string" ? utf8(entry.name) : entry.name;
  return {
    ...{ name, madeBy: 0x0314, needed: 10, flags: 0, method: 0, time: 0, date: 0x21, crc: crc32(content) },
    ...{ stored: content.length, bytes: content.length, extra: Buffer.alloc(0), comment: Buffer.alloc(0) },
    ...{ disk: 0, internal: 0, external: 0o100644 * 65536, offset: 0, ...changes },
  };
}

const common = (it: Fields): Buffer =>
  Buffer.concat([
    ...[it.needed, it.flags, it.method, it.time, it.date].map(u16),
    ...[it.crc, it.stored, it.bytes].map(u32),
    ...[it.name.length, it.extra.length].map(u16),
  ]);
const localOf = (it: Fields): Buffer => Buffer.concat([u32(LOCAL_SIGNATURE), common(it), it.name, it.extra]);
const centralOf = (it: Fields): Buffer =>
  Buffer.concat([
    ...[u32(CENTRAL_SIGNATURE), u16(it.madeBy), common(it), u16(it.comment.length), u16(it.disk), u16(it.internal)],
    ...[u32(it.external), u32(it.offset), it.name, it.extra, it.comment],
  ]);
const endOf = (it: End): Buffer =>
  Buffer.concat([it.before, u32(END_SIGNATURE), ...[it.disk, it.disk, it.count, it.total].map(u16), u32(it.size), u32(it.offset), u16(it.comment.length), it.comment]);

const entriesOf = (files: Files): Entry[] => [...files].map(([name, content]) => ({ name, content })).sort((a, b) => (a.name < b.name ? -1 : 1));

/** A genuine bundle in a hostile archive. */
const zip = (change: (entries: Entry[]) => readonly Entry[], end: Partial<End> = {}) => async () => pack(change(entriesOf(await forge())), end);
const first = (local: Partial<Fields>, central: Partial<Fields> = local) =>
  zip(([entry, ...others]) => [{ ...entry!, local, central }, ...others]);
const withEntry = (entry: Entry) => zip((entries) => [...entries, entry].sort((a, b) => (Buffer.from(a.name as never) < Buffer.from(b.name as never) ? -1 : 1)));
const ended = (end: Partial<End>) => zip((entries) => entries, end);
const bytes = (change: (zip: Buffer) => Uint8Array) => async () => change(Buffer.from(packZip(await forge())));
const note = (name: string | Uint8Array, more: Partial<Entry> = {}): Entry => ({ name, content: utf8("x"), ...more });

const NAMES = refused(
  Object.entries({
    "parent": "../evil.txt",
    "parent-inside": "data/../../evil.txt",
    "parent-backslash": "..\\evil.txt",
    "absolute": "/etc/evil.txt",
    "drive": "c:/evil.txt",
    "unc": "//host/share/evil",
    "dot": "./bagit.txt",
    "double-slash": "data//case.json",
    "folder-entry": "data/",
    "empty": "",
    "upper-case": "data/CASE.JSON",
    "trailing-dot": "data/case.json.",
    "trailing-space": "data/case.json ",
    "device": "data/con",
    "device-extension": "data/aux.json",
    "stream": "data/case.json:x",
    "nul": "data/case.json\0.txt",
    "newline": "data/a\nb",
    "right-to-left": "data/\u202egpj.exe",
    "composed": "data/\u00e9",
    "decomposed": "data/e\u0301",
    "too-long": `data/${"l".repeat(196)}`,
  }).map(([name, path]) => [`zip-name-${name}`, "NAME", withEntry(note(path))] as const),
);

const STRUCTURE = refused([
  ["zip-name-hidden", "EXTRA", withEntry(note("data/.hidden"))],
  ["zip-file-and-folder", "NAME", withEntry(note("data/case.json/x"))],
  ["zip-entry-twice", "ARCHIVE", zip((entries) => entries.flatMap((entry) => (entry.name === "bagit.txt" ? [entry, entry] : [entry])))],
  ["zip-entry-twice-other-content", "ARCHIVE", zip((entries) => entries.flatMap((entry) => (entry.name === "data/case.json" ? [entry, note("data/case.json")] : [entry])))],
  ["zip-unsorted", "ARCHIVE", zip((entries) => [...entries].reverse())],
  ["zip-extra-file", "EXTRA", withEntry(note("data/note.txt"))],
  ["zip-missing-file", "MISSING", zip((entries) => entries.filter((entry) => entry.name !== "data/case.json"))],
  ["zip-names-differ", "ARCHIVE", first({}, { name: utf8("attestation/bundle.sigstore.jsom") })],
  ["zip-only-in-directory", "ARCHIVE", withEntry(note("data/note.txt", { inFiles: false }))],
  ["zip-only-in-files", "ARCHIVE", withEntry(note("data/note.txt", { central: null }))],
  ["zip-symlink", "ARCHIVE", first({}, { external: 0o120777 * 65536 })],
  ["zip-executable", "ARCHIVE", first({}, { external: 0o100755 * 65536 })],
  ["zip-set-user-id", "ARCHIVE", first({}, { external: 0o104755 * 65536 })],
  ["zip-fifo", "ARCHIVE", first({}, { external: 0o010644 * 65536 })],
  ["zip-dos-attributes", "ARCHIVE", first({}, { external: 0o100644 * 65536 + 0x20 })],
  ["zip-made-by-dos", "ARCHIVE", first({}, { madeBy: 0x14 })],
  ["zip-internal-attributes", "ARCHIVE", first({}, { internal: 1 })],
  ["zip-version-needed", "ARCHIVE", first({ needed: 45 })],
  ["zip-flag-encrypted", "ARCHIVE", first({ flags: 1 })],
  ["zip-flag-descriptor", "ARCHIVE", first({ flags: 8 })],
  ["zip-flag-utf8", "ARCHIVE", first({ flags: 0x800 })],
  ["zip-flag-only-local", "ARCHIVE", first({ flags: 0x800 }, {})],
  ["zip-flag-only-directory", "ARCHIVE", first({}, { flags: 0x800 })],
  ["zip-method-claimed", "ARCHIVE", first({ method: 8 })],
  ["zip-method-unknown", "ARCHIVE", first({ method: 99 })],
  ["zip-deflated", "ARCHIVE", deflated],
  ["zip-data-descriptor", "ARCHIVE", withDescriptor],
  ["zip-date", "ARCHIVE", first({ date: 0x5d75 })],
  ["zip-time", "ARCHIVE", first({ time: 1 })],
  ["zip-crc", "ARCHIVE", first({ crc: 0 })],
  ["zip-crc-only-local", "ARCHIVE", first({ crc: 0 }, {})],
  ["zip-crc-only-directory", "ARCHIVE", first({}, { crc: 0 })],
  ["zip-sizes-differ", "ARCHIVE", first({ stored: 1 })],
  ["zip-size-too-large", "ARCHIVE", first({ stored: 0x7fffffff, bytes: 0x7fffffff })],
  ["zip-size-all-ones", "ARCHIVE", first({ stored: 0xffffffff, bytes: 0xffffffff })],
  ["zip-size-only-directory", "ARCHIVE", first({}, { bytes: 0, stored: 0 })],
  ["zip-bomb-declared", "ARCHIVE", first({ bytes: 0xfffffff0 })],
  ["zip-extra-field", "ARCHIVE", first({ extra: Buffer.from("5554050003000000", "hex") })],
  ["zip-extra-field-only-directory", "ARCHIVE", first({}, { extra: Buffer.from("5554050003000000", "hex") })],
  ["zip-64-extra-field", "ARCHIVE", first({ extra: Buffer.from("01001000" + "00".repeat(16), "hex"), stored: 0xffffffff, bytes: 0xffffffff })],
  ["zip-entry-comment", "ARCHIVE", first({}, { comment: utf8("hello") })],
  ["zip-entry-disk", "ARCHIVE", first({}, { disk: 1 })],
  ["zip-offset-wrong", "ARCHIVE", first({}, { offset: 1 })],
  ["zip-entries-overlap", "ARCHIVE", zip(([a, b, ...others]) => [a!, { ...b!, central: { offset: 0 } }, ...others])],
  ["zip-comment", "ARCHIVE", ended({ comment: utf8("hello") })],
  ["zip-comment-hides-second-end", "ARCHIVE", ended({ comment: endOf({ disk: 0, count: 0, total: 0, size: 0, offset: 0, comment: Buffer.alloc(0), before: Buffer.alloc(0) }) })],
  ["zip-count-too-low", "ARCHIVE", ended({ count: 1, total: 1 })],
  ["zip-count-too-high", "ARCHIVE", ended({ count: 99, total: 99 })],
  ["zip-counts-differ", "ARCHIVE", ended({ count: 1 })],
  ["zip-count-all-ones", "ARCHIVE", ended({ count: 0xffff, total: 0xffff })],
  ["zip-directory-size", "ARCHIVE", ended({ size: 1 })],
  ["zip-directory-offset", "ARCHIVE", ended({ offset: 0 })],
  ["zip-directory-offset-all-ones", "ARCHIVE", ended({ offset: 0xffffffff })],
  ["zip-many-disks", "ARCHIVE", ended({ disk: 1 })],
  ["zip-64-end", "ARCHIVE", ended({ before: Buffer.concat([Buffer.from("504b0606", "hex"), Buffer.alloc(52), Buffer.from("504b0607", "hex"), Buffer.alloc(16)]) })],
  ["zip-gap-before-directory", "ARCHIVE", ended({ before: Buffer.alloc(4) })],
  ["zip-prefix", "ARCHIVE", bytes((it) => Buffer.concat([Buffer.from("PK junk"), it]))],
  ["zip-trailing-newline", "ARCHIVE", bytes((it) => Buffer.concat([it, Buffer.from("\n")]))],
  ["zip-trailing-zip", "ARCHIVE", bytes((it) => Buffer.concat([it, it]))],
  ["zip-trailing-end", "ARCHIVE", bytes((it) => Buffer.concat([it, it.subarray(-22)]))],
  ["zip-truncated-by-one", "ARCHIVE", bytes((it) => it.subarray(0, -1))],
  ["zip-truncated-half", "ARCHIVE", bytes((it) => it.subarray(0, it.length / 2))],
  ["zip-without-directory", "ARCHIVE", bytes((it) => it.subarray(0, it.indexOf(u32(CENTRAL_SIGNATURE))))],
  ["zip-gap-between-entries", "ARCHIVE", bytes((it) => insertAt(it, it.indexOf(u32(LOCAL_SIGNATURE), 4), Buffer.alloc(1)))],
]);

const NO_ZIP: readonly ConformanceCase[] = (
  [
    ["zip-self-extracting", bytes((it) => Buffer.concat([Buffer.from("MZ"), it]))],
    ["zip-gzip", bytes((it) => gzipSync(it))],
    ["zip-folder-inside", zip((entries) => entries.map((entry) => ({ ...entry, name: `bundle/${entry.name}` })))],
    ["zip-nested", async () => pack([{ name: "bundle.zip", content: packZip(await forge()) }])],
    ["zip-empty", async () => pack([])],
    ["zip-empty-file", async () => new Uint8Array()],
    ["zip-text", async () => utf8("this is not a bundle, however long the sentence may become\n")],
    ["zip-four-bytes", async () => Buffer.from("504b0304", "hex")],
  ] as const
).map(([name, bundle]) => ({ name: `${name}_fail`, exitCode: 2, code: "UNREADABLE", trust: "evidence", bundle, recipeAccepts: null }));

async function deflated(): Promise<Uint8Array> {
  const entries = entriesOf(await forge()).map((entry): Entry => {
    const content = deflateRawSync(entry.content);
    const changes = { method: 8, crc: crc32(entry.content), bytes: entry.content.length };
    return { name: entry.name, content, local: changes, central: changes };
  });
  return pack(entries);
}

async function withDescriptor(): Promise<Uint8Array> {
  const [entry, ...others] = entriesOf(await forge());
  const { content } = entry!;
  const descriptor = Buffer.concat([Buffer.from("504b0708", "hex"), u32(crc32(content)), u32(content.length), u32(content.length)]);
  const local = { flags: 8, crc: 0, stored: 0, bytes: 0 };
  const central = { flags: 8, crc: crc32(content), stored: content.length, bytes: content.length };
  return pack([{ name: entry!.name, content: Buffer.concat([content, descriptor]), local, central }, ...others]);
}

const insertAt = (zip: Buffer, at: number, what: Uint8Array): Buffer => Buffer.concat([zip.subarray(0, at), what, zip.subarray(at)]);

export const ARCHIVE_CASES: readonly ConformanceCase[] = [...NAMES, ...STRUCTURE, ...NO_ZIP];
/** Proof that the second writer is right where it does not lie. */
export const packedIndependently = async (): Promise<Uint8Array> => pack(entriesOf(await forge()));
