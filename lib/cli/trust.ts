import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createExclusively } from "../embedded/files.ts";
import { readTrust } from "../evidence/trustInput.ts";
import { optionsFromTrustRoot, type SeenLedger } from "../evidence/trustOptions.ts";
import { foundTrustRoot, parseTrustRoot, type TrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import type { VerifyOptions } from "../evidence/verify.ts";

export interface Trust {
  /** `keys.json`, the file an auditor pins. */
  readonly path: string;
  readonly options: VerifyOptions;
}

export const keysPathOf = ({ home }: Pick<Deployment, "home">): string => join(home.keys, "keys.json");

/** The trust root of a data directory; written the first time it is asked for. */
export const trustRootOf = async (deployment: Deployment): Promise<Trust> => {
  const path = keysPathOf(deployment);
  return { path, options: (await trustIn({ ...deployment, keysPath: path })).options };
};

type Keyed = Pick<Deployment, "ports" | "settings" | "ledgerKey">;

/** `keys.json` of a deployment, and what a verifier makes of it. Without a file it is the first version, from the keys as they are. */
export const trustIn = async (
  place: Keyed & { readonly keysPath: string | null },
): Promise<{ readonly bytes: Uint8Array; readonly options: VerifyOptions }> => {
  const first = trustRootBytes(await firstTrustRoot(place));
  if (place.keysPath !== null) createExclusively(place.keysPath, first);
  const bytes = place.keysPath === null ? first : readFileSync(place.keysPath);
  return { bytes, options: { ...optionsFromTrustRoot(parseTrustRoot(bytes)), now: systemClock.now() } };
};

const firstTrustRoot = async ({ ports, settings, ledgerKey }: Keyed): Promise<TrustRoot> =>
  foundTrustRoot({
    origin: ports.ledger.origin,
    foundedAt: settings.foundedAt,
    evidenceKey: await ports.signer.publicKey(),
    ledgerKey: await ledgerKey(),
  });

/** What the auditor handed in: `keys.json`, PEM files, fingerprints. Throws finding TRUST. */
export const trustFrom = (given: readonly string[], seen: SeenLedger | null): VerifyOptions => ({
  ...readTrust(given, seen),
  now: systemClock.now(),
});
