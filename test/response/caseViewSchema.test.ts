import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { CaseView } from "../../lib/case/caseView.ts";

const FILE = new URL("../../docs/schemas/case.schema.json", import.meta.url);

test("the published JSON Schema of the case view is the one the code checks against", () => {
  const made = `${JSON.stringify({ title: "cordon show CASE --json", ...z.toJSONSchema(CaseView) }, null, 2)}\n`;
  if (process.env.CORDON_WRITE_DOCS === "1") writeFileSync(FILE, made);
  assert.equal(readFileSync(FILE, "utf8"), made, "run `npm run docs` to write it anew");
});
