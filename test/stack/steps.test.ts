import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS } from "../../lib/stack/steps.ts";
import { VARIANT_IDS } from "../incident/variantIds.ts";
import { LONG } from "../sample.ts";
import { record, type Seen } from "./recorded.ts";

/** `CORDON_LONG=1` plays every incident; by default the one that takes every path through the machines. */
const PLAYED = LONG ? VARIANT_IDS : (["stolen-key"] as const);

/** Asked for on paths that an approved response to a bundled incident does not take. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  // A head of the ledger is read before it is signed, and that is asked of the port in one call.
  "askApproval ledger": "the head that is signed when a question is asked",
  "checkDecision ledger": "the head that is signed when a question is closed",
  "checkBaseline notify": "a verdict that the days before change",
  "startBaseline notify": "a verdict that the days before change",
  "updateQuestion notify": "a question that another one takes the place of, after people were asked",
  "askApproval wake": "a decision that came between the last look and the parking; an older plan that is withdrawn",
  "planContainment notify": "a plan that holds no change",
  "assessImpact notify": "suspects whom no plan speaks of",
  "checkDecision notify": "a question that expires, is denied, or of which a third is over",
  "startClassification read-member":
    "what the prefixes of a job cover, where the bucket is larger than the limit; Macie's adapter alone",
  "quantify object-metadata": "a deployment that was told of S3 Metadata tables",
  "watchContainment notify": "a change that was taken away, a success after the cut",
};

test("each function may do what its handler asks of the ports in whole responses, and nothing besides", async () => {
  const seen: Seen = new Set();
  for (const variant of PLAYED) await record(variant, seen);
  const stated = Object.entries(STEPS).flatMap(([name, { needs }]) => needs.map((need) => `${name} ${need}`));
  const missing = [...seen].filter((line) => !isCovered(line)).sort();
  const unused = stated.filter((line) => !seen.has(line) && ELSEWHERE[line] === undefined).sort();
  assert.deepEqual({ missing, unused }, { missing: [], unused: [] });
  const strangers = Object.keys(ELSEWHERE).filter((line) => !stated.includes(line));
  assert.deepEqual(strangers, [], "a reason for what no function has");
});

const isCovered = (line: string): boolean => {
  const [name, need] = line.split(" ") as [string, string];
  const { needs } = STEPS[name] ?? { needs: [] };
  return needs.some((one) => one === need || (one === "contain-member" && need === "read-member"));
};
