import { EvidenceError, type EvidenceFault, faultOf } from "../base/evidenceError.ts";
import { canonicalJson } from "../base/jcs.ts";
import { signStatement, verifyEnvelope } from "./dsse.ts";
import { type EvidenceKey, parsePem } from "./publicKey.ts";
import { makeStatement, PREDICATE_TYPES } from "./statement.ts";
import { judgeKey, parseTrustRoot, type RootKey, type TrustRoot, trustRootDigest } from "./trustRoot.ts";

const FILE = "keys.json";

/** One signer's envelope over a version of `keys.json`; each signer has a file of its own. */
export async function signTrustRoot(
  bytes: Uint8Array,
  signer: { readonly sign: (message: Uint8Array) => Promise<Uint8Array>; readonly publicKey: Uint8Array },
): Promise<Uint8Array> {
  const { version, previous } = parseTrustRoot(bytes);
  const subject = { name: FILE, sha256: trustRootDigest(bytes) };
  const statement = makeStatement(PREDICATE_TYPES.trustRoot, subject, { version, previous });
  return (await signStatement({ statement, ...signer })).envelope;
}

/**
 * Takes a version of `keys.json` as the start of trust: a key whose fingerprint (SHA-256, hex) came by another way, such
 * as an audit letter, must have signed it. Throws EvidenceError, UNTRUSTED when no such key did.
 */
export function pinTrustRoot(
  bytes: Uint8Array,
  envelopes: readonly Uint8Array[],
  fingerprints: readonly string[],
): TrustRoot {
  const root = parseTrustRoot(bytes);
  const signers = signersOf(bytes, root.keys, envelopes);
  if (root.keys.some(({ id }) => signers.has(id) && fingerprints.includes(id))) return root;
  throw new EvidenceError("UNTRUSTED", "keys.json is not signed by a key of the fingerprints given");
}

/**
 * Follows one rotation. The next version must continue this one, keep every key (only ends and revocations may be set,
 * and never be loosened), and be signed by every incoming key and, for each purpose that gains a key, by an outgoing
 * key of that purpose that counted at the time; where none gains, and for approvers, by an evidence key. Faults:
 * those of `parseTrustRoot` (thrown), VERSION, EQUIVOCATION for a rewritten key, ROTATION_UNSIGNED.
 */
export function followRotation(
  present: { readonly root: TrustRoot; readonly bytes: Uint8Array },
  next: { readonly bytes: Uint8Array; readonly envelopes: readonly Uint8Array[] },
): { readonly root: TrustRoot; readonly errors: readonly EvidenceFault[] } {
  const root = parseTrustRoot(next.bytes);
  const signers = signersOf(next.bytes, root.keys, next.envelopes);
  const errors = [
    ...continues(present, root),
    ...present.root.keys.flatMap((key) => keeps(key, root)),
    ...isSigned(present.root, root, signers),
  ];
  return { root, errors };
}

/** Ids of the listed keys that signed these bytes. An envelope that none of them signed is passed over. */
function signersOf(bytes: Uint8Array, keys: readonly RootKey[], envelopes: readonly Uint8Array[]): ReadonlySet<string> {
  const digest = trustRootDigest(bytes);
  const known = keys.map(({ pem }) => parsePem(Buffer.from(pem, "utf8")));
  return new Set(
    known.filter((key) => envelopes.some((envelope) => isOver(envelope, key, digest))).map((key) => key.fingerprint),
  );
}

function isOver(envelope: Uint8Array, key: EvidenceKey, digest: string): boolean {
  const fault = faultOf(() => {
    const [{ name, digest: signed }] = verifyEnvelope(envelope, key, PREDICATE_TYPES.trustRoot).statement.subject;
    if (name !== FILE || signed.sha256 !== digest) throw new EvidenceError("SUBJECT", "another version");
  });
  return fault === null;
}

function continues(
  present: { readonly root: TrustRoot; readonly bytes: Uint8Array },
  next: TrustRoot,
): readonly EvidenceFault[] {
  const { root, bytes } = present;
  const follows =
    next.version === root.version + 1 && next.previous === trustRootDigest(bytes) && next.origin === root.origin;
  if (follows && next.issuedAt >= root.issuedAt) return [];
  return [{ code: "VERSION", detail: `keys.json version ${next.version} does not continue version ${root.version}` }];
}

/** Ends may be set or drawn nearer, never lifted; everything else of a key is fixed for ever. */
function keeps(key: RootKey, next: TrustRoot): readonly EvidenceFault[] {
  const now = next.keys.find(({ id }) => id === key.id);
  const fixed = ({ id, pem, purpose, holder, validFrom, ledgerFrom }: RootKey): string =>
    canonicalJson({ id, pem, purpose, holder, validFrom, ledgerFrom });
  const isKept =
    now !== undefined &&
    fixed(now) === fixed(key) &&
    isNoLater(now.validTo, key.validTo) &&
    isNoLater(now.ledgerTo, key.ledgerTo) &&
    isNoLater(now.revokedAt, key.revokedAt);
  return isKept ? [] : [{ code: "EQUIVOCATION", detail: `key ${key.id} was removed, rewritten or given more time` }];
}

const isNoLater = <Value extends string | number>(now: Value | null, before: Value | null): boolean =>
  before === null || (now !== null && now <= before);

function isSigned(present: TrustRoot, next: TrustRoot, signers: ReadonlySet<string>): readonly EvidenceFault[] {
  const incoming = next.keys.filter(({ id }) => !present.keys.some((key) => key.id === id));
  const unproven = incoming.filter(({ id }) => !signers.has(id));
  const vouching = new Set(incoming.map(({ purpose }) => (purpose === "ledger" ? "ledger" : "evidence")));
  if (vouching.size === 0) vouching.add("evidence");
  const missing = [...vouching].filter(
    (purpose) =>
      !present.keys.some(({ id }) => signers.has(id) && judgeKey(present, useOf(id, purpose, next)) === null),
  );
  return [
    ...unproven.map(({ id }) => unsigned(`incoming key ${id} has not signed`)),
    ...missing.map((purpose) => unsigned(`no outgoing ${purpose} key has signed`)),
  ];
}

const useOf = (keyId: string, purpose: "evidence" | "ledger", { issuedAt }: TrustRoot) => ({
  keyId,
  purpose,
  at: issuedAt,
  ledgerIndex: null,
});

const unsigned = (detail: string): EvidenceFault => ({ code: "ROTATION_UNSIGNED", detail });
