import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import type { Signer } from "../base/signer.ts";
import { systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createExclusively, writeAtomically } from "../embedded/files.ts";
import { keyPath, nextKeyPath, type Rotated, takeOver } from "../embedded/keyFiles.ts";
import { openOwnLedger } from "../embedded/ledger.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { createSigner } from "../embedded/signer.ts";
import { parseEntry } from "../evidence/ledger/ledger.ts";
import { toPem } from "../evidence/publicKey.ts";
import {
  makeRootKey,
  parseTrustRoot,
  type RootKey,
  type TrustRoot,
  trustRootBytes,
  trustRootDigest,
} from "../evidence/trustRoot.ts";
import { followRotation, signTrustRoot } from "../evidence/trustRotation.ts";
import { trustRootOf } from "./trust.ts";

/** A version of `keys.json` as it lies here. */
interface Version {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly root: TrustRoot;
}

/**
 * Replaces the evidence key or the ledger key: the next keys.json is signed by the outgoing and the incoming key, entered
 * in the ledger and put in place, and only then does the new key sign. The log keeps its name. A rotation that was
 * interrupted before keys.json was there is begun anew by the next call, with the same incoming key; one interrupted
 * after it is finished when the data directory is opened next (`finishRotations`).
 */
export const rotateKey = async (purpose: Rotated, deployment: Deployment): Promise<TrustRoot> => {
  assertAlone(deployment);
  const { home, ports } = deployment;
  const present = await presentOf(deployment);
  const [outgoing, incoming] = [createSigner(keyPath(home, purpose)), createSigner(nextKeyPath(home, purpose))];
  const now = systemClock.now();
  const { size } = await ports.ledger.head();
  const pem = toPem(await incoming.publicKey());
  const added = makeRootKey(pem, { purpose, holder: null, validFrom: now, ledgerFrom: size });
  const ended = present.root.keys.map((key) => (key.purpose === purpose ? endedAt(key, now, size) : key));
  const next = await publish(present, [...ended, added], now, [outgoing, incoming], deployment);
  takeOver(home, purpose);
  // From here on a checkpoint by the new key covers the rotation, whether or not anything else is ever entered.
  await openOwnLedger(home).head();
  return next;
};

/** A ledger key counts up to the last entry that its last checkpoint covers, so that whoever stole the retired key signs nothing longer. */
const endedAt = (key: RootKey, now: string, size: number): RootKey =>
  key.validTo !== null
    ? key
    : { ...key, validTo: now, ledgerTo: key.purpose === "ledger" ? Math.max(0, size - 1) : key.ledgerTo };

export interface Revocation {
  /** SHA-256 (hex) of the key, or its beginning. */
  readonly key: string;
  /** From when on it is taken to have been in wrong hands (ISO 8601 UTC). */
  readonly at: string;
  readonly reason: string;
}

/** Revokes a key as of a time: bundles entered in the ledger before keep counting, because their place is fixed; later ones do not. */
export const revokeKey = async ({ key, at, reason }: Revocation, deployment: Deployment): Promise<TrustRoot> => {
  assertAlone(deployment);
  const present = await presentOf(deployment);
  const [wanted, ...others] = present.root.keys.filter(({ id }) => id.startsWith(key));
  if (wanted === undefined || others.length > 0)
    throw new CordonError(
      "USAGE",
      `${key}: expected one key of keys.json, found ${others.length + (wanted === undefined ? 0 : 1)}`,
    );
  const signing = [await deployment.ports.signer.publicKey(), await deployment.ledgerKey()].map((one) =>
    sha256Hex(one),
  );
  if (signing.includes(wanted.id)) throw new CordonError("USAGE", `${key} still signs here: rotate it first`);
  // An end once set may not be lifted, and none is null: entry 0 opens a case and never seals a bundle.
  const last = (await lastBefore(at, deployment)) ?? (wanted.ledgerTo === null ? null : 0);
  const ledgerTo = wanted.ledgerTo === null || last === null ? last : Math.min(last, wanted.ledgerTo);
  const keys = present.root.keys.map((one) =>
    one.id === wanted.id ? { ...one, revokedAt: at, reason, ledgerTo } : one,
  );
  return publish(present, keys, systemClock.now(), [deployment.ports.signer], deployment);
};

/** A process that runs responses holds the old key in memory and would go on signing with it. */
const assertAlone = (deployment: Deployment): void => {
  if (!deployment.takeLease())
    throw new CordonError("USAGE", "another Cordon process drives this data directory: stop it first");
};

const presentOf = async (deployment: Deployment): Promise<Version> => {
  const { path } = await trustRootOf(deployment);
  const bytes = readFileSync(path);
  return { path, bytes, root: parseTrustRoot(bytes) };
};

/** Signs, checks by the rules that an auditor's tool follows, enters in the ledger, and puts the next version in place. */
const publish = async (
  present: Version,
  keys: readonly RootKey[],
  issuedAt: string,
  signers: readonly Signer[],
  { home, ports }: Deployment,
): Promise<TrustRoot> => {
  const root: TrustRoot = {
    ...present.root,
    version: present.root.version + 1,
    issuedAt,
    previous: trustRootDigest(present.bytes),
    keys,
  };
  const bytes = trustRootBytes(root);
  const signed = await Promise.all(
    signers.map(async (signer) => ({
      id: sha256Hex(await signer.publicKey()),
      envelope: await signTrustRoot(bytes, { sign: signer.sign, publicKey: await signer.publicKey() }),
    })),
  );
  const { errors } = followRotation(present, { bytes, envelopes: signed.map(({ envelope }) => envelope) });
  if (errors[0] !== undefined)
    throw new CordonError("SEAL_FAILED", `keys.json version ${root.version}: ${errors[0].code}: ${errors[0].detail}`);
  await ports.ledger.append({ type: "key-rotated", caseId: null, digest: trustRootDigest(bytes), at: issuedAt });
  const name = (version: number): string => join(home.keys, `keys-v${version}`);
  createExclusively(`${name(present.root.version)}.json`, present.bytes);
  for (const { id, envelope } of signed)
    writeAtomically(`${name(root.version)}.${id.slice(0, 16)}.dsse.json`, envelope);
  writeAtomically(present.path, bytes);
  return root;
};

/** The last entry dated before an instant; nothing before it: no place keeps the key alive. */
const lastBefore = async (at: string, { home }: Deployment): Promise<number | null> => {
  const store = createDirectoryStore(join(home.ledger, "log"));
  if (!existsSync(join(home.ledger, "log"))) return null;
  let last: number | null = null;
  for (const name of await store.list("entry/")) {
    const bytes = await store.read(name);
    if (bytes === null) continue;
    const entry = parseEntry(bytes);
    if (entry.at >= at) return last;
    last = entry.seq;
  }
  return last;
};
