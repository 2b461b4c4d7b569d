import { EvidenceError, type EvidenceFault, printable } from "../base/evidenceError.ts";
import { canonicalBytes, parseCanonicalJson, sha256Hex } from "../base/jcs.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { isInstant } from "./ledger/ledger.ts";
import { parsePem, toPem } from "./publicKey.ts";
import { assertMembers } from "./statement.ts";

export const KEY_PURPOSES = ["evidence", "ledger", "approver"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

const SCHEMA = "cordon/keys/v1";
const ROOT_MEMBERS = ["issuedAt", "keys", "origin", "previous", "schema", "version"] as const;
const KEY_MEMBERS = [
  "holder",
  "id",
  "ledgerFrom",
  "ledgerTo",
  "opensshFingerprint",
  "pem",
  "purpose",
  "reason",
  "revokedAt",
  "validFrom",
  "validTo",
] as const;
const HEX_256 = /^[0-9a-f]{64}$/;

/** `keys.json`, what an auditor pins: every key that ever counted, and from when to when. Keys are added, never removed. */
export interface TrustRoot {
  readonly schema: typeof SCHEMA;
  /** 1, 2, … */
  readonly version: number;
  /** The ledger these keys belong to. */
  readonly origin: string;
  /** ISO 8601 UTC. */
  readonly issuedAt: string;
  /** SHA-256 (hex) of the version before; null for the first. */
  readonly previous: string | null;
  readonly keys: readonly RootKey[];
}

/** One key. A member that does not apply is null, never left out. */
export interface RootKey {
  /** SHA-256 (hex) of DER SubjectPublicKeyInfo. */
  readonly id: string;
  readonly opensshFingerprint: string;
  readonly pem: string;
  /** One key, one purpose: a signature made for one may never stand in for another. */
  readonly purpose: KeyPurpose;
  /** Human id of an approver. */
  readonly holder: string | null;
  /** ISO 8601 UTC, inclusive. */
  readonly validFrom: string;
  /** ISO 8601 UTC, exclusive. */
  readonly validTo: string | null;
  /** First and last ledger index the key counts for. */
  readonly ledgerFrom: number;
  readonly ledgerTo: number | null;
  /** When the key is taken to have been in wrong hands. `ledgerTo` is then the last index anchored before that. */
  readonly revokedAt: string | null;
  readonly reason: string | null;
}

/** What a signature must be measured by. */
export interface KeyUse {
  readonly keyId: string;
  readonly purpose: KeyPurpose;
  /** The time the signer claims (ISO 8601 UTC). */
  readonly at: string;
  /**
   * The proven ledger index of what was signed: of the `bundle-sealed` entry; of a checkpoint its size less one, and
   * only if it is consistent with one that was kept elsewhere. Null when nothing is proven.
   */
  readonly ledgerIndex: number | null;
}

export function makeRootKey(
  pem: string,
  facts: Pick<RootKey, "purpose" | "holder" | "validFrom" | "ledgerFrom">,
): RootKey {
  const { sha256, openssh } = fingerprintsOf(parsePem(Buffer.from(pem, "utf8")).spki);
  const open = { validTo: null, ledgerTo: null, revokedAt: null, reason: null };
  return { id: sha256, opensshFingerprint: openssh, pem, ...facts, ...open };
}

/** The first version of `keys.json`: a pure function of the deployment, so that whoever makes it anew has the same bytes. */
export const foundTrustRoot = (deployment: {
  readonly origin: string;
  /** ISO 8601 UTC. */
  readonly foundedAt: string;
  /** DER SubjectPublicKeyInfo. */
  readonly evidenceKey: Uint8Array;
  readonly ledgerKey: Uint8Array;
}): TrustRoot => {
  const { origin, foundedAt, evidenceKey, ledgerKey } = deployment;
  const facts = { holder: null, validFrom: foundedAt, ledgerFrom: 0 };
  const keys = [
    makeRootKey(toPem(evidenceKey), { ...facts, purpose: "evidence" }),
    makeRootKey(toPem(ledgerKey), { ...facts, purpose: "ledger" }),
  ];
  return { schema: SCHEMA, version: 1, origin, issuedAt: foundedAt, previous: null, keys };
};

export const trustRootBytes = (root: TrustRoot): Uint8Array => canonicalBytes(root);
export const trustRootDigest = (bytes: Uint8Array): string => sha256Hex(bytes);

/** Parses `keys.json`; faults JSON (not canonical, not exactly a trust root) and KEY (id, fingerprint and PEM disagree). */
export function parseTrustRoot(bytes: Uint8Array): TrustRoot {
  const value = parseCanonicalJson(bytes);
  assertMembers(value, ROOT_MEMBERS, "keys.json");
  const { version, previous, keys } = value;
  const isFirst = version === 1;
  const isRight =
    value.schema === SCHEMA &&
    isIndex(version) &&
    version >= 1 &&
    typeof value.origin === "string" &&
    isInstant(value.issuedAt) &&
    (isFirst ? previous === null : isHex256(previous)) &&
    Array.isArray(keys);
  if (!isRight) throw new EvidenceError("JSON", "keys.json: a member is not as expected");
  const ids = (keys as unknown[]).map(checkKey);
  if (new Set(ids).size !== ids.length) throw new EvidenceError("JSON", "keys.json: a key is listed twice");
  return value as unknown as TrustRoot;
}

/**
 * Whether a key counted for this use, or why not. A revoked key still counts up to `ledgerTo`, because that position is
 * fixed by an anchor in other hands; a date alone, which its thief could write, saves nothing. UNTRUSTED, KEY_PURPOSE,
 * KEY_REVOKED, KEY_NOT_YET_VALID, KEY_EXPIRED, in this order; null when it counts.
 */
export function judgeKey(root: TrustRoot, use: KeyUse): EvidenceFault | null {
  const key = root.keys.find(({ id }) => id === use.keyId);
  if (key === undefined) return { code: "UNTRUSTED", detail: printable(`${use.keyId} is not in keys.json`) };
  if (key.purpose !== use.purpose) return fault("KEY_PURPOSE", key, `is for ${key.purpose}, used for ${use.purpose}`);
  if (key.revokedAt !== null && !isAnchored(key, use.ledgerIndex)) {
    return fault("KEY_REVOKED", key, `revoked as of ${key.revokedAt}, counts up to entry ${key.ledgerTo ?? "none"}`);
  }
  const index = use.ledgerIndex;
  if (use.at < key.validFrom || (index !== null && index < key.ledgerFrom)) {
    return fault("KEY_NOT_YET_VALID", key, `counts from ${key.validFrom} and entry ${key.ledgerFrom}`);
  }
  const isLate = key.validTo !== null && use.at >= key.validTo;
  if (isLate || (index !== null && key.ledgerTo !== null && index > key.ledgerTo)) {
    return fault("KEY_EXPIRED", key, `counted until ${key.validTo} and entry ${key.ledgerTo}`);
  }
  return null;
}

const isAnchored = (key: RootKey, index: number | null): boolean =>
  index !== null && key.ledgerTo !== null && index <= key.ledgerTo;

/** The id of a key entry whose members are right and agree with each other. */
function checkKey(value: unknown): string {
  assertMembers(value, KEY_MEMBERS, "key");
  const orNull = (member: unknown, test: (value: unknown) => boolean): boolean => member === null || test(member);
  const isText = (member: unknown): boolean => typeof member === "string" && member !== "";
  const isRight =
    (KEY_PURPOSES as readonly unknown[]).includes(value.purpose) &&
    typeof value.pem === "string" &&
    (value.purpose === "approver" ? isText(value.holder) : value.holder === null) &&
    isInstant(value.validFrom) &&
    orNull(value.validTo, isInstant) &&
    orNull(value.revokedAt, isInstant) &&
    orNull(value.reason, isText) &&
    isIndex(value.ledgerFrom) &&
    orNull(value.ledgerTo, isIndex);
  if (!isRight) throw new EvidenceError("JSON", "keys.json: a member of a key is not as expected");
  const { sha256, openssh } = fingerprintsOf(parsePem(Buffer.from(value.pem as string, "utf8")).spki);
  if (value.id === sha256 && value.opensshFingerprint === openssh) return sha256;
  throw new EvidenceError("KEY", "keys.json: id, fingerprint and PEM of a key disagree");
}

const fault = (code: EvidenceFault["code"], key: RootKey, detail: string): EvidenceFault => ({
  code,
  detail: `key ${key.id} ${detail}`,
});
const isHex256 = (value: unknown): boolean => typeof value === "string" && HEX_256.test(value);
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
