import { CordonError } from "../base/errors.ts";
import { EvidenceError } from "../base/evidenceError.ts";
import { sha256Hex } from "../base/jcs.ts";
import type { Signer } from "../base/signer.ts";
import type { LogKey } from "../evidence/ledger/checkpoint.ts";
import { ledgerKeysOf } from "../evidence/trustOptions.ts";
import { foundTrustRoot, parseTrustRoot, type TrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import { followRotation, pinTrustRoot, signTrustRoot } from "../evidence/trustRotation.ts";
import type { TrustRoots } from "../ports/ports.ts";
import type { Objects } from "./objects.ts";

/** A version has one envelope per signer; more is somebody's flood. */
const MOST_ENVELOPES = 16;

interface Version {
  readonly bytes: Uint8Array;
  readonly root: TrustRoot;
}

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

/**
 * The version published last, or null. Many functions may write beside the ledger: so each version must be signed, the first
 * by all its keys, the others as a rotation is (`followRotation`). SETTINGS_INVALID where one is not.
 */
export const newestTrustRoot = async (objects: Objects): Promise<Uint8Array | null> => {
  const { newest, fault } = await followVersions(objects, await objects.list("keys-v"));
  if (fault === null) return newest?.bytes ?? null;
  throw new CordonError(
    "SETTINGS_INVALID",
    `${objects.keyOf(fault.name)} is not signed as it must be and is not believed: ${fault.why}`,
  );
};

/**
 * Ledger keys before the present one, whose checkpoints the log's own signer still opens. A version that does not follow
 * is passed over and stops nothing: what it would take to be believed is a signature of a key that counted.
 */
export const formerLedgerKeys = async (
  objects: Objects,
  present: () => Promise<Uint8Array>,
): Promise<readonly LogKey[]> => {
  const names = await objects.list("keys-v");
  if (!names.includes(fileOf(2))) return [];
  const { newest } = await followVersions(objects, names);
  const own = sha256Hex(await present());
  return newest === null ? [] : ledgerKeysOf(newest.root, true).filter(({ fingerprint }) => fingerprint !== own);
};

const fileOf = (version: number): string => `keys-v${version}.json`;

/** Versions 1, 2, … as far as each is signed; `fault` names the first that is not. */
const followVersions = async (
  objects: Objects,
  names: readonly string[],
): Promise<{
  readonly newest: Version | null;
  readonly fault: { readonly name: string; readonly why: string } | null;
}> => {
  let newest: Version | null = null;
  for (let version = 1; names.includes(fileOf(version)); version += 1) {
    const name = fileOf(version);
    try {
      newest = judge(newest, (await objects.read(name))!.bytes, await envelopesOf(objects, names, version));
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      return { newest, fault: { name, why: `${error.fault.code}: ${error.fault.detail}` } };
    }
  }
  return { newest, fault: null };
};

const envelopesOf = async (
  objects: Objects,
  names: readonly string[],
  version: number,
): Promise<readonly Uint8Array[]> => {
  const own = names.filter((name) => name.startsWith(`keys-v${version}.`) && name.endsWith(".dsse.json"));
  const read = await Promise.all(own.slice(0, MOST_ENVELOPES).map((name) => objects.read(name)));
  return read.flatMap((one) => (one === null ? [] : [one.bytes]));
};

const judge = (before: Version | null, bytes: Uint8Array, envelopes: readonly Uint8Array[]): Version => {
  if (before === null) {
    const root = parseTrustRoot(bytes);
    for (const { id } of root.keys) pinTrustRoot(bytes, envelopes, [id]);
    return { bytes, root };
  }
  const { root, errors } = followRotation(before, { bytes, envelopes });
  if (errors[0] !== undefined) throw new EvidenceError(errors[0].code, errors[0].detail);
  return { bytes, root };
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
  await objects.create(fileOf(1), bytes);
  const stored = await newestTrustRoot(objects);
  if (stored === null) throw new CordonError("SEAL_FAILED", "keys-v1.json was written and cannot be read");
  return stored;
};
