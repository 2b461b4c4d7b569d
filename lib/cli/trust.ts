import { join } from "node:path";
import { readFileSync } from "node:fs";
import { CordonError } from "../core/errors.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createExclusively } from "../embedded/files.ts";
import { parsePem, toPem } from "../evidence/publicKey.ts";
import { optionsFromTrustRoot } from "../evidence/trustOptions.ts";
import { makeRootKey, parseTrustRoot, type TrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import type { VerifyOptions } from "../evidence/verify.ts";

export interface Trust {
  /** `keys.json`, the file an auditor pins. */
  readonly path: string;
  readonly options: VerifyOptions;
}

/** The trust root of a data directory; written the first time it is asked for. */
export const trustRootOf = async (deployment: Deployment): Promise<Trust> => {
  const path = join(deployment.home.keys, "keys.json");
  createExclusively(path, trustRootBytes(await firstTrustRoot(deployment)));
  return { path, options: { ...optionsFromTrustRoot(parseTrustRoot(readFileSync(path))), now: systemClock.now() } };
};

const firstTrustRoot = async ({ ports, settings, ledgerKey }: Deployment): Promise<TrustRoot> => {
  const facts = { holder: null, validFrom: settings.foundedAt, ledgerFrom: 0 };
  return {
    schema: "cordon/keys/v1",
    version: 1,
    origin: ports.ledger.origin,
    issuedAt: settings.foundedAt,
    previous: null,
    keys: [
      makeRootKey(toPem(await ports.signer.publicKey()), { ...facts, purpose: "evidence" }),
      makeRootKey(toPem(await ledgerKey()), { ...facts, purpose: "ledger" }),
    ],
  };
};

/**
 * What the auditor handed in: `keys.json`, PEM files, fingerprints. With keys alone the
 * place in the ledger is not judged, and the report says so.
 */
export const trustFrom = (given: readonly string[]): VerifyOptions => {
  const parts = given.map(readTrust);
  const verifyLedger = parts.find((part) => part.verifyLedger !== undefined)?.verifyLedger;
  const ledger = verifyLedger === undefined ? { withoutLedger: given.length > 0 } : { verifyLedger };
  return { trust: parts.flatMap(({ trust }) => trust), ...ledger, now: systemClock.now() };
};

const readTrust = (value: string): Pick<VerifyOptions, "trust" | "verifyLedger"> => {
  if (/^[0-9a-f]{64}$/.test(value)) return { trust: [value] };
  try {
    const bytes = readFileSync(value);
    if (bytes[0] === "{".charCodeAt(0)) return optionsFromTrustRoot(parseTrustRoot(bytes));
    return { trust: [parsePem(bytes).spki] };
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `--trust ${value}: expected keys.json, a PEM public key on P-256, or 64 hex digits: ${(cause as Error).message}`, { cause });
  }
};
