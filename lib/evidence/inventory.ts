import { createHash } from "node:crypto";
import { type Bodies, chunksOf, lengthOf } from "../base/content.ts";
import { EvidenceError, type EvidenceFault, printable } from "../base/evidenceError.ts";
import { isReadByVerifier, nameFault, pathClash } from "./layout.ts";

/** Checked before a byte is parsed or a file is read to its end. */
export interface Limits {
  /** Files in the bundle. */
  readonly files: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Bytes of the files held in memory (manifests, statement, ledger proof). */
  readonly heldBytes: number;
}

/** Room for the largest case foreseen; a manifest line is at most 267 bytes. */
export const DEFAULT_LIMITS: Limits = { files: 100_000, bytes: 64 * 2 ** 30, heldBytes: 64 * 2 ** 20 };

export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** Everything the checks need to know of a bundle, gathered in one pass over it, whatever form it has. */
export interface Inventory {
  /** Every file, in the order met. */
  readonly digests: ReadonlyMap<string, FileDigest>;
  /** The bytes of the files held; exactly the bytes that were hashed. */
  readonly held: ReadonlyMap<string, Uint8Array>;
  readonly faults: readonly EvidenceFault[];
  /** Files and folders that are there but could not be read: about them nothing is known, least of all that they are missing. */
  readonly unread: readonly string[];
  /** Files that begin as a page does: browsers look at content where a name tells them nothing. */
  readonly asPages: ReadonlySet<string>;
  /** The folder in a ZIP that everything lies in, with its slash; empty or absent: none. */
  readonly top?: string;
}

/** Gathers an inventory file by file. */
export interface Collector {
  /** Hashes one file of the announced length. Limits are checked before `chunks` is read. Chunks may be reused buffers. */
  add(path: string, bytes: number, chunks: Iterable<Uint8Array>): FileDigest;
  note(fault: EvidenceFault): void;
  /** Notes what the operating system refused; `path` is empty for the bundle itself. */
  unreadable(path: string, reason: string): void;
  done(): Inventory;
}

export function collect(limits: Limits, isHeld: (path: string) => boolean = isReadByVerifier): Collector {
  const digests = new Map<string, FileDigest>();
  const held = new Map<string, Uint8Array>();
  const faults: EvidenceFault[] = [];
  const unread: string[] = [];
  const asPages = new Set<string>();
  const left = { files: limits.files, bytes: limits.bytes, heldBytes: limits.heldBytes };
  return {
    add(path, bytes, chunks) {
      spend(left, "files", 1);
      spend(left, "bytes", bytes);
      if (isHeld(path)) spend(left, "heldBytes", bytes);
      const copy = isHeld(path) ? Buffer.alloc(bytes) : null;
      const beginning = (first: Uint8Array): void => void (beginsAsPage(first) && asPages.add(path));
      const digest = { sha256: hashChunks(path, bytes, chunks, copy, beginning), bytes };
      digests.set(path, digest);
      if (copy) held.set(path, copy);
      return digest;
    },
    note: (fault) => void faults.push(fault),
    unreadable(path, reason) {
      unread.push(path);
      faults.push({ code: "UNREADABLE", detail: `${path || "."}: ${reason}` });
    },
    done: () => ({ digests, held, faults: [...faults, ...clashes(digests)], unread, asPages }),
  };
}

/** The inventory of a bundle whose files were read out of wherever it lies. */
export function inventoryOf(files: Bodies, limits: Limits): Inventory {
  const collector = collect(limits);
  for (const [path, body] of files) {
    const fault = nameFault(path);
    if (fault) collector.note({ code: fault.code, detail: `${printable(path)}: ${fault.detail}` });
    else collector.add(path, lengthOf(body), chunksOf(body));
  }
  return collector.done();
}

/** Whether a path, or a folder above it, was there and could not be read. */
export const isUnread = ({ unread }: Inventory, path: string): boolean =>
  unread.some((one) => one === "" || path === one || path.startsWith(`${one}/`));

/** What browsers sniff (mimesniff.spec.whatwg.org, section 7.1): a tag behind white space, and a byte order mark before it. */
const PAGE = /^(?:\u00ef\u00bb\u00bf)?[\t\n\f\r ]*</;
const SNIFFED_BYTES = 1445;

const beginsAsPage = (first: Uint8Array): boolean =>
  PAGE.test(Buffer.from(first.subarray(0, SNIFFED_BYTES)).toString("latin1"));

function hashChunks(
  path: string,
  expected: number,
  chunks: Iterable<Uint8Array>,
  copy: Buffer | null,
  beginning: (first: Uint8Array) => void,
): string {
  const hash = createHash("sha256");
  let got = 0;
  for (const chunk of chunks) {
    if (got === 0) beginning(chunk);
    hash.update(chunk);
    copy?.set(chunk.subarray(0, Math.max(0, expected - got)), got);
    got += chunk.length;
  }
  if (got !== expected) throw new EvidenceError("UNREADABLE", `${path}: changed while it was read`);
  return hash.digest("hex");
}

function spend(left: { -readonly [Key in keyof Limits]: number }, what: keyof Limits, amount: number): void {
  left[what] -= amount;
  if (left[what] < 0) throw new EvidenceError("LIMIT", `more ${what} than this verifier was told to accept`);
}

function clashes(digests: ReadonlyMap<string, FileDigest>): readonly EvidenceFault[] {
  const clash = pathClash(digests.keys());
  return clash === null ? [] : [{ code: "NAME", detail: `${clash}: both a file and a folder` }];
}
