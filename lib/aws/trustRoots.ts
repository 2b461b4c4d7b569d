import { CordonError } from "../core/errors.ts";
import { sha256Hex } from "../evidence/jcs.ts";
import { foundTrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import { signTrustRoot } from "../evidence/trustRotation.ts";
import type { Signer, TrustRoots } from "../ports.ts";
import type { Objects } from "./objects.ts";

const VERSION = /^keys-v(\d+)\.json$/;

/**
 * `keys-v<n>.json` beside the ledger, locked like it, each version with an envelope per signer. The first is published with
 * the first sealing, the file last: who finds it finds what signs it. Later versions are put there by whoever replaces keys.
 */
export const createTrustRoots = (place: {
  readonly objects: Objects;
  readonly origin: string;
  readonly foundedAt: string;
  readonly evidence: Signer;
  readonly ledger: Signer;
}): TrustRoots => ({
  publish: async () => (await newestTrustRoot(place.objects)) ?? (await publishFirst(place)),
});

/** The version published last, or null; whether it is to be trusted is for who reads it. */
export const newestTrustRoot = async (objects: Objects): Promise<Uint8Array | null> => {
  const versions = (await objects.list("keys-v")).flatMap((name) => VERSION.exec(name)?.[1] ?? []).map(Number);
  if (versions.length === 0) return null;
  return (await objects.read(`keys-v${Math.max(...versions)}.json`))?.bytes ?? null;
};

const publishFirst = async ({
  objects,
  evidence,
  ledger,
  ...facts
}: Parameters<typeof createTrustRoots>[0]): Promise<Uint8Array> => {
  const [evidenceKey, ledgerKey] = await Promise.all([evidence.publicKey(), ledger.publicKey()]);
  const bytes = trustRootBytes(foundTrustRoot({ ...facts, evidenceKey, ledgerKey }));
  for (const [signer, publicKey] of [
    [evidence, evidenceKey],
    [ledger, ledgerKey],
  ] as const) {
    const envelope = await signTrustRoot(bytes, { sign: signer.sign, publicKey });
    await objects.create(`keys-v1.${sha256Hex(publicKey).slice(0, 16)}.dsse.json`, envelope);
  }
  await objects.create("keys-v1.json", bytes);
  const stored = await newestTrustRoot(objects);
  if (stored === null) throw new CordonError("SEAL_FAILED", "keys-v1.json was written and cannot be read");
  return stored;
};
