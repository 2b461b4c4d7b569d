import { join } from "node:path";
import { sha256Hex } from "../base/jcs.ts";
import type { Ledger } from "../base/ledger.ts";
import type { Signer } from "../base/signer.ts";
import type { LogKey } from "../evidence/ledger/checkpoint.ts";
import { openLedger } from "../evidence/ledger/ledgerLog.ts";
import { ledgerKeysOf } from "../evidence/trustOptions.ts";
import { parseTrustRoot } from "../evidence/trustRoot.ts";

import type { Alone } from "./database.ts";
import { createExclusively, readIfThere } from "./files.ts";
import type { Home } from "./home.ts";
import { createDirectoryStore } from "./ledgerStore.ts";
import { openKeyFile, publicKeyOf, signerOf } from "./signer.ts";

/**
 * The ledger of an embedded deployment, in a directory that any number of processes may use at once. `origin` is
 * `<domain>/ledger/<deployment>`. Signed checkpoints go to `signedFolder`; a folder that somebody else backs up or owns
 * makes it notice when the ledger was put back to an older state.
 */
export const createLedger = (place: {
  readonly folder: string;
  readonly signedFolder: string;
  readonly origin: string;
  /** The ledger key, which must not be the evidence key. */
  readonly signer: Signer;
  readonly formerKeys: readonly LogKey[];
  /** How documents are created; the process that drives checks its lease there. */
  readonly alone?: Alone | undefined;
}): Ledger =>
  openLedger({
    store: createDirectoryStore(place.folder, undefined, place.alone),
    signed: createDirectoryStore(place.signedFolder, undefined, place.alone),
    signer: { name: place.origin, sign: place.signer.sign, publicKey: place.signer.publicKey },
    formerKeys: place.formerKeys,
  });

/** The ledger of a data directory, under its present key; what earlier keys signed still counts, each for its time. */
export const openOwnLedger = (home: Home, alone?: Alone): Ledger => {
  const key = openKeyFile(join(home.keys, "ledger.pem"));
  return createLedger({
    folder: join(home.ledger, "log"),
    signedFolder: join(home.ledger, "signed"),
    origin: foundedOrigin(home, publicKeyOf(key)),
    signer: signerOf(key),
    formerKeys: formerKeys(home, sha256Hex(publicKeyOf(key))),
    alone,
  });
};

/**
 * The log's name, fixed when it was founded and kept beside it. An embedded deployment has no domain of its own: its
 * first ledger key tells it from all others, and no later key changes the name.
 */
const foundedOrigin = (home: Home, ledgerKey: Uint8Array): string => {
  const path = join(home.ledger, "origin");
  createExclusively(path, Buffer.from(`cordon.dev/ledger/${sha256Hex(ledgerKey).slice(0, 16)}\n`));
  return Buffer.from(readIfThere(path)!).toString("utf8").trimEnd();
};

/** A revoked key goes on counting here for what it signed in its time: this is the signer's own memory, not a proof for others. */
const formerKeys = (home: Home, present: string): readonly LogKey[] => {
  const bytes = readIfThere(join(home.keys, "keys.json"));
  return bytes === null
    ? []
    : ledgerKeysOf(parseTrustRoot(bytes), true).filter(({ fingerprint }) => fingerprint !== present);
};
