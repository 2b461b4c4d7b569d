import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { EvidenceError } from "../base/evidenceError.ts";
import type { TrustedKey } from "./checkSigner.ts";
import { parsePem } from "./publicKey.ts";
import { optionsFromTrustRoot, type SeenLedger } from "./trustOptions.ts";
import { parseTrustRoot } from "./trustRoot.ts";
import type { VerifyOptions } from "./verifyOptions.ts";

type Trust = Pick<VerifyOptions, "trust" | "verifyLedger" | "judgeSigner" | "ledgerKeys" | "withoutLedger">;

/**
 * What an auditor hands in, each a fingerprint (64 hex digits), a PEM file of a P-256 key, or a `keys.json`. Only
 * `keys.json` names ledger keys: with keys alone the place in the ledger is not judged, and the report says so.
 * Throws fault TRUST when one of them cannot be used.
 */
export function readTrust(given: readonly string[], seen: SeenLedger | null = null): Trust {
  const parts = given.map((one) => readOne(one, seen));
  const trust = parts.flatMap((part) => part.trust);
  const root = parts.find((part) => part.verifyLedger !== undefined);
  return root === undefined ? { trust, withoutLedger: given.length > 0 } : { ...root, trust };
}

/** Keys that may sign redacted copies: fingerprints or PEM files. Fault TRUST for keys.json, which names signers of originals. */
export function readRedactors(given: readonly string[]): readonly TrustedKey[] {
  return given.flatMap((one) => {
    const { trust, verifyLedger } = readOne(one, null);
    if (verifyLedger !== undefined) throw new EvidenceError("TRUST", `${one}: give keys.json with --trust`);
    return trust;
  });
}

/** People copy fingerprints from letters and from `openssl`: blanks, colons and capitals change nothing. */
export const isFingerprint = (value: string): boolean => /^[0-9a-f]{64}$/.test(plainHex(value));

const plainHex = (value: string): string => value.replaceAll(/[\s:]/g, "").toLowerCase();

function readOne(value: string, seen: SeenLedger | null): Trust {
  if (isFingerprint(value)) return { trust: [plainHex(value)] };
  try {
    const bytes = readFileSync(value);
    const isTrustRoot = bytes[0] === 0x7b;
    return isTrustRoot ? optionsFromTrustRoot(parseTrustRoot(bytes), seen) : { trust: [parsePem(bytes).spki] };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EvidenceError(
      "TRUST",
      `${value}: expected 64 hex digits, a PEM key on P-256, or keys.json: ${why}`,
      cause,
    );
  }
}

/** Certificates of time stamp authorities, one a file. Throws fault TRUST for one that cannot be used. */
export function readAuthorities(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    try {
      return new X509Certificate(readFileSync(path)).toString();
    } catch (cause) {
      throw new EvidenceError("TRUST", `${path}: expected a certificate in PEM: ${(cause as Error).message}`, cause);
    }
  });
}
