import { withSpools } from "../../lib/base/spool.ts";
import type { Vault } from "../../lib/ports/ports.ts";
import { wholeFiles } from "./wholeZip.ts";

/** A sealed bundle, held whole: what tests seal is small. Throws where the vault has none of this name. */
export const sealedFiles = (vault: Pick<Vault, "files">, name: string): Promise<ReadonlyMap<string, Uint8Array>> =>
  withSpools(async (spools) => {
    const files = await vault.files(name, spools);
    if (files === null) throw new Error(`the vault has no ${name}`);
    return wholeFiles(files);
  });
