import assert from "node:assert/strict";
import { test } from "node:test";
import { VARIANT_IDS } from "../../lib/incident/variants.ts";
import { STEPS } from "../../lib/stack/steps.ts";
import { record, type Seen } from "./recorded.ts";

/** `CORDON_LONG=1` plays every incident; by default those that between them take every path through the machines. */
const PLAYED = process.env.CORDON_LONG === "1" ? VARIANT_IDS : (["stolen-key", "role-chain"] as const);

test("each function may do what its handler asks of the ports in whole responses, and nothing besides", async () => {
  const seen: Seen = new Set();
  for (const variant of PLAYED) await record(variant, seen);
  const stated = Object.entries(STEPS).flatMap(([name, { needs }]) => needs.map((need) => `${name} ${need}`));
  const missing = [...seen].filter((line) => !isCovered(line)).sort();
  const unused = stated.filter((line) => !isUsed(line, seen)).sort();
  assert.deepEqual({ missing, unused }, { missing: [], unused: [] });
});

const isCovered = (line: string): boolean => {
  const [name, need] = line.split(" ") as [string, string];
  const { needs } = STEPS[name] ?? { needs: [] };
  return needs.some((one) => one === need || (one === "contain-member" && need === "read-member"));
};

const isUsed = (line: string, seen: Seen): boolean => seen.has(line);
