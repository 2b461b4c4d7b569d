import { readFileSync } from "node:fs";

/**
 * What made a bundle. The source digest is set by the build (`CORDON_SOURCE_DIGEST`, git commit); a run from a working
 * tree says so instead of claiming a commit.
 */
export const PRODUCER = {
  name: "cordon",
  version: (JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string })
    .version,
  sourceDigest: process.env.CORDON_SOURCE_DIGEST ?? "git:working-tree",
} as const;
