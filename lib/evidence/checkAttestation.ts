import { EvidenceError } from "../base/evidenceError.ts";
import { verifySigned } from "./dsse.ts";
import { type Inventory, isUnread } from "./inventory.ts";
import { ATTESTATION_FILES, FILES } from "./layout.ts";
import { type BundlePredicate, parsePredicate } from "./predicate.ts";
import { type EvidenceKey, parsePem } from "./publicKey.ts";
import { sigstoreBundle, stampIn } from "./sigstore.ts";
import { PREDICATE_TYPES, type PredicateType, type Statement } from "./statement.ts";

export type BundleStatement = Statement<BundlePredicate>;

/** A statement is a few kilobytes; more is refused before it is parsed. */
const MAX_STATEMENT_BYTES = 1 << 20;

/** The key the bundle says it was signed with. Nothing is trusted by being in the bundle: see `checkSigner`. */
export const readKey = (inventory: Inventory): EvidenceKey => parsePem(heldFile(inventory, FILES.key));

/** The statement, once its signature, its type and its predicate are checked. Throws EvidenceError. */
export function readStatement(inventory: Inventory, key: EvidenceKey): BundleStatement {
  const payload = heldFile(inventory, FILES.statement);
  if (payload.length > MAX_STATEMENT_BYTES)
    throw new EvidenceError("LIMIT", `${FILES.statement}: over ${MAX_STATEMENT_BYTES} bytes`);
  const statement = verifySigned(payload, heldFile(inventory, FILES.signature), key, wantedType(payload));
  return { ...statement, predicate: parsePredicate(statement.predicate) };
}

/** A guess by which to ask; `verifySigned` then holds the parsed statement to it. Anything else must be an evidence bundle. */
const wantedType = (payload: Uint8Array): PredicateType =>
  Buffer.from(payload).includes(`"predicateType":"${PREDICATE_TYPES.redactedCopy}"`)
    ? PREDICATE_TYPES.redactedCopy
    : PREDICATE_TYPES.evidenceBundle;

/** The sigstore bundle must say the same as the detached files, byte for byte, and nothing else may lie beside them. */
export function assertSameInSigstore(inventory: Inventory): void {
  const here = heldFile(inventory, FILES.sigstore);
  if (here.length > 2 * MAX_STATEMENT_BYTES) throw new EvidenceError("LIMIT", `${FILES.sigstore}: too large`);
  const expected = sigstoreBundle(
    heldFile(inventory, FILES.statement),
    heldFile(inventory, FILES.signature),
    stampIn(here),
  );
  if (!Buffer.from(expected).equals(here)) {
    throw new EvidenceError(
      "ENVELOPE",
      `${FILES.sigstore} does not carry exactly the detached statement and signature`,
    );
  }
  const extra = inventory.digests
    .keys()
    .find((path) => path.startsWith("attestation/") && !ATTESTATION_FILES.includes(path));
  if (extra !== undefined) throw new EvidenceError("EXTRA", `${extra}: nothing else may lie beside the signature`);
}

/** The one thing the statement is about must be the tag manifest that is here. */
export function assertSubject(inventory: Inventory, statement: BundleStatement): void {
  const [{ name, digest }] = statement.subject;
  heldFile(inventory, FILES.tagManifest);
  const here = inventory.digests.get(FILES.tagManifest)?.sha256;
  if (name !== FILES.tagManifest || digest.sha256 !== here) {
    throw new EvidenceError("SUBJECT", `signed: ${digest.sha256}, here: ${here} (${FILES.tagManifest})`);
  }
}

/** A file the verifier reads; MISSING when it is not there. */
export function heldFile(inventory: Inventory, path: string): Uint8Array {
  const bytes = inventory.held.get(path);
  if (bytes === undefined) throw new EvidenceError(isUnread(inventory, path) ? "UNREADABLE" : "MISSING", path);
  return bytes;
}
