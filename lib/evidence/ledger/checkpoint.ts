import { EvidenceError, faultOf, printable } from "../../base/evidenceError.ts";
import type { EvidenceKey } from "../publicKey.ts";
import { decodeBase64, type NoteSigner, openNote, parseNote, signNote } from "./note.ts";

/** https://c2sp.org/tlog-checkpoint; extension lines, which nobody can audit, are refused. */
const BODY = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;

/** What a log says of itself at one moment: it holds `size` entries, and their Merkle root is `root`. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A key of the log. One that was replaced counts only for trees whose last entry lies in its time. */
export interface LogKey extends EvidenceKey {
  /** First and last index that may be the last one of a tree it signed; null: no end. Left out, it signs any tree. */
  readonly lastEntry?: { readonly from: number; readonly to: number | null };
}

/** A tree head that a known key of the log signed. `note` is the signed note, verbatim. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  readonly note: string;
}

/** The origin is also the name of the signing key, as C2SP recommends. */
export async function signCheckpoint(head: TreeHead, signer: NoteSigner): Promise<Checkpoint> {
  const root = Buffer.from(head.root).toString("base64");
  const note = await signNote(`${signer.name}\n${head.size}\n${root}\n`, signer);
  return { ...head, origin: signer.name, note };
}

/** Whose signature counts; null: nobody said, and the signature is not looked at. */
export type LogKeys = readonly LogKey[] | null;

/**
 * Verifies a checkpoint of one log. Faults: those of `openNote`; ENCODING; LEDGER when it is another log's; KEY_EXPIRED
 * and KEY_NOT_YET_VALID when it is signed only by keys that do not count for a tree of this size.
 */
export function openCheckpoint(bytes: Uint8Array, origin: string, keys: LogKeys): Checkpoint {
  const named = (some: readonly LogKey[]) => some.map((key) => ({ name: origin, key }));
  const body = keys === null ? readCheckpoint(bytes) : parseBody(openNote(bytes, named(keys)));
  if (body.origin !== origin)
    throw new EvidenceError("LEDGER", printable(`expected log ${origin}, got ${body.origin}`));
  if (keys !== null) assertOfTheirTime(bytes, body, keys, named);
  return { ...body, note: Buffer.from(bytes).toString("utf8") };
}

type Named = (some: readonly LogKey[]) => Parameters<typeof openNote>[1];

function assertOfTheirTime(bytes: Uint8Array, body: TreeHead, keys: readonly LogKey[], named: Named): void {
  const outOfTime = keys.filter((key) => standingOf(key, body.size - 1) !== null);
  const isSigned = (by: readonly LogKey[]): boolean => faultOf(() => openNote(bytes, named(by))) === null;
  if (outOfTime.length > 0 && !isSigned(keys.filter((key) => !outOfTime.includes(key)))) {
    const signer = outOfTime.find((key) => isSigned([key]))!;
    throw new EvidenceError(standingOf(signer, body.size - 1)!, `a tree of ${body.size}, by a key not of that time`);
  }
}

function standingOf({ lastEntry }: LogKey, index: number): "KEY_EXPIRED" | "KEY_NOT_YET_VALID" | null {
  if (lastEntry === undefined) return null;
  if (lastEntry.to !== null && index > lastEntry.to) return "KEY_EXPIRED";
  return index >= 0 && index < lastEntry.from ? "KEY_NOT_YET_VALID" : null;
}

/** What a checkpoint claims, signature not looked at: for tools that show it, and to tell which log it is of. */
export const readCheckpoint = (bytes: Uint8Array): TreeHead & { readonly origin: string } =>
  parseBody(parseNote(bytes).text);

function parseBody(text: string): TreeHead & { readonly origin: string } {
  const [, origin, size, root] = BODY.exec(text) ?? [];
  if (origin === undefined || size === undefined || root === undefined || !Number.isSafeInteger(Number(size))) {
    throw new EvidenceError("ENCODING", printable(`checkpoint: expected origin, size and root, got ${text}`));
  }
  return { origin, size: Number(size), root: decodeBase64(root) };
}
