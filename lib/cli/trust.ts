import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createExclusively } from "../embedded/files.ts";
import { readTrust } from "../evidence/trustInput.ts";
import { optionsFromTrustRoot, type SeenLedger } from "../evidence/trustOptions.ts";
import { foundTrustRoot, parseTrustRoot, type TrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import type { VerifyOptions } from "../evidence/verifyOptions.ts";
import type { OptionSpecs, Typed } from "./command.ts";

export const TRUST_OPTION: OptionSpecs = {
  trust: {
    type: "string",
    multiple: true,
    value: "KEY",
    help: "what you trust: keys.json, a public key (PEM), or its SHA-256; may be repeated",
  },
};

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
type Published = Keyed & {
  readonly keysPath: string | null;
  publishedKeys?(): Promise<Uint8Array | null>;
};

/** `keys.json` of a deployment, and what a verifier makes of it. Where none lies yet it is the first version, from the keys as they are. */
export const trustIn = async (
  place: Published,
): Promise<{ readonly bytes: Uint8Array; readonly options: VerifyOptions }> => {
  const bytes = await keysIn(place);
  return { bytes, options: { ...optionsFromTrustRoot(parseTrustRoot(bytes)), now: systemClock.now() } };
};

const keysIn = async (place: Published): Promise<Uint8Array> => {
  const first = await firstTrustRoot(place);
  if (place.keysPath !== null) {
    createExclusively(place.keysPath, trustRootBytes(first));
    const bytes = readFileSync(place.keysPath);
    assertFounded(bytes, first);
    return bytes;
  }
  const published = await place.publishedKeys?.();
  if (published === null || published === undefined) return trustRootBytes(first);
  await assertOwn(published, place);
  return published;
};

/** The first version follows from the keys that lie beside it, and every later one has them; that it is the newest is for the ledger to say. */
const assertFounded = (bytes: Uint8Array, first: TrustRoot): void => {
  const root = parseTrustRoot(bytes);
  const { issuedAt } = root;
  const same = { ...first, issuedAt, keys: first.keys.map((key) => ({ ...key, validFrom: issuedAt })) };
  const fits =
    root.version === 1
      ? Buffer.from(trustRootBytes(same)).equals(bytes)
      : first.keys.every(({ id, purpose }) => root.keys.some((one) => one.id === id && one.purpose === purpose));
  if (fits) return;
  throw new CordonError(
    "SETTINGS_INVALID",
    "keys.json is not of the keys that lie beside it: one of them was changed; do not rely on it before that is explained",
  );
};

/** A file in a bucket is believed no further than the keys that KMS gives out itself: they must be in it, and in force. */
const assertOwn = async (published: Uint8Array, { ports, ledgerKey }: Keyed): Promise<void> => {
  const { keys } = parseTrustRoot(published);
  for (const key of [await ports.signer.publicKey(), await ledgerKey()]) {
    const own = keys.find(({ id }) => id === sha256Hex(key));
    if (own === undefined || own.revokedAt !== null)
      throw new CordonError(
        "SETTINGS_INVALID",
        `the published keys.json does not have the key ${sha256Hex(key).slice(0, 16)} in force, which signs here: do not rely on it before that is explained`,
      );
  }
};

const firstTrustRoot = async ({ ports, settings, ledgerKey }: Keyed): Promise<TrustRoot> =>
  foundTrustRoot({
    origin: ports.ledger.origin,
    foundedAt: settings.foundedAt,
    evidenceKey: await ports.signer.publicKey(),
    ledgerKey: await ledgerKey(),
  });

export const trustGiven = (typed: Typed): readonly string[] =>
  (typed.values.trust as unknown as readonly string[] | undefined) ?? [];

/** What the auditor handed in: `keys.json`, PEM files, fingerprints. Throws finding TRUST. */
export const trustFrom = (given: readonly string[], seen: SeenLedger | null): VerifyOptions => ({
  ...readTrust(given, seen),
  now: systemClock.now(),
});
