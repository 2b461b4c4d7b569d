import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ARTEFACT, compileSkim } from "../../bin/buildSkim.ts";

test("skim.wasm is what its source compiles to, byte for byte", async () => {
  const compiled = Buffer.from(await compileSkim());
  assert.ok(compiled.equals(readFileSync(ARTEFACT)), "it is not: node bin/buildSkim.ts");
});
