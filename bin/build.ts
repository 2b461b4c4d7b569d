/**
 * Builds what the package carries into `dist/` (or the folder given): the command line as JavaScript, split so that a verb loads what it uses, with
 * every library inside but DuckDB's native module. The same sources give the same bytes. `npm pack` runs this.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { BANNER, copyData, places, writeBuild } from "../lib/stack/bundle.ts";
import { insideOf, noticesOf } from "./inside.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = resolve(process.argv[2] ?? join(ROOT, "dist"));
const OUT = join(DIST, "cordon");
const COMMON = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
} as const;

rmSync(DIST, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const { metafile } = await build({
  ...COMMON,
  metafile: true,
  entryPoints: [
    { in: "bin/cordon.ts", out: "cordon" },
    { in: "lib/embedded/ingest-worker.ts", out: "lib/embedded/ingest-worker" },
  ],
  absWorkingDir: ROOT,
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  mainFields: ["module", "main"],
  banner: { js: BANNER },
  // Native, one binary a platform; the development tools are asked for by `synth`, which the package does not have.
  external: ["@duckdb/node-api", "esbuild", "aws-cdk-lib", "aws-cdk-lib/*", "constructs", "cdk-nag"],
  plugins: [places(ROOT)],
});
await build({
  ...COMMON,
  entryPoints: [join(ROOT, "lib/evidence/standalone.ts")],
  outfile: join(DIST, "cordon-verify.mjs"),
  sourcemap: false,
});
copyData(ROOT, OUT);
const inside = insideOf(ROOT, metafile);
writeFileSync(join(DIST, "THIRD-PARTY.txt"), noticesOf(ROOT, inside));
writeFileSync(join(DIST, "inside.json"), `${JSON.stringify(inside, null, 1)}\n`);
writeBuild(OUT);
