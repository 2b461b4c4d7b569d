#!/usr/bin/env node
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

// Plain JavaScript on purpose: an older Node cannot even load TypeScript, and must be refused in one sentence.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `Cordon needs Node 24.15 or newer and this is ${process.versions.node}: run it as "npx cordon", which uses the Node that "npm ci" brought.`,
  );
  process.exit(2);
} else {
  // The interpreter sleeps until a time that may have passed already, which Node warns about and handles as "now".
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "TimeoutNegativeWarning") console.error(warning.stack ?? String(warning));
  });
  // Compiled code is kept where only who installed Cordon writes, not in everybody's folder of temporary files; where that is
  // read-only, nothing is kept. Worker threads look at the variable.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url));
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  // V8 would let the heap grow to several times what lives in it: a third of all memory, for 8 % more CPU (docs/benchmarks-evidence.md).
  setFlagsFromString("--heap-growing-percent=20");
  // The package carries the built form; a checkout runs the sources.
  await import(existsSync(new URL("./cordon.ts", import.meta.url)) ? "./cordon.ts" : "../dist/cordon/cordon.mjs");
}
