import { join } from "node:path";
import type { Signer } from "../base/signer.ts";
import { foundTrustRoot, trustRootBytes } from "../evidence/trustRoot.ts";
import type { TrustRoots } from "../ports/ports.ts";
import { createExclusively, readIfThere } from "./files.ts";

/** `keys.json` in the folder of the keys, from where its owner hands it out. */
export const createTrustRoots = (place: {
  readonly folder: string;
  readonly origin: string;
  readonly foundedAt: string;
  readonly evidence: Signer;
  readonly ledger: Signer;
}): TrustRoots => ({
  publish: async () => {
    const path = join(place.folder, "keys.json");
    const [evidenceKey, ledgerKey] = await Promise.all([place.evidence.publicKey(), place.ledger.publicKey()]);
    createExclusively(path, trustRootBytes(foundTrustRoot({ ...place, evidenceKey, ledgerKey })));
    return readIfThere(path)!;
  },
});
