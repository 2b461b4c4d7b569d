import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve, sep } from "node:path";

/** Digests of log files under a folder, one after another: each is read once more, from the page cache as a rule. */
export const digestsUnder = async (
  folder: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>> => {
  const digests = new Map<string, { readonly bytes: number; readonly sha256: string }>();
  for (const file of files) {
    const path = resolve(folder, file);
    const digest = path.startsWith(`${resolve(folder)}${sep}`) ? await digestOf(path) : null;
    if (digest !== null) digests.set(file, digest);
  }
  return digests;
};

const digestOf = async (path: string): Promise<{ readonly bytes: number; readonly sha256: string } | null> => {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    return { bytes, sha256: hash.digest("hex") };
  } catch {
    return null;
  }
};
