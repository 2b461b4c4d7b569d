import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createExclusively } from "../embedded/files.ts";
import { toPem } from "../evidence/publicKey.ts";
import { readTrust } from "../evidence/trustInput.ts";
import { optionsFromTrustRoot, type SeenLedger } from "../evidence/trustOptions.ts";
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

/** What the auditor handed in: `keys.json`, PEM files, fingerprints. Throws finding TRUST. */
export const trustFrom = (given: readonly string[], seen: SeenLedger | null): VerifyOptions => ({
  ...readTrust(given, seen),
  now: systemClock.now(),
});
