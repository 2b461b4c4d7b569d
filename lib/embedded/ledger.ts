import { openLedger } from "../evidence/ledgerLog.ts";
import type { Ledger } from "../evidence/ledgerPort.ts";
import type { EvidenceKey } from "../evidence/publicKey.ts";
import type { Signer } from "../ports.ts";
import { createDirectoryStore } from "./ledgerStore.ts";

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
  readonly formerKeys: readonly EvidenceKey[];
}): Ledger =>
  openLedger({
    store: createDirectoryStore(place.folder),
    signed: createDirectoryStore(place.signedFolder),
    signer: { name: place.origin, sign: place.signer.sign, publicKey: place.signer.publicKey },
    formerKeys: place.formerKeys,
  });
