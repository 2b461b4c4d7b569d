import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sampled } from "../sample.ts";
import { FIXTURES, withHome } from "./run.ts";
import { type Investigated, investigated } from "./storyLook.ts";

/** Cases of judgement with their right value, each investigated once to its end. */
const CASES: Readonly<Record<string, (found: Investigated) => void>> = {
  "express-and-tables": ({ view, fired }) => {
    assert.deepEqual(view.theft.certain, { objects: 3000, calls: 3000, bytes: 1_800_000_000 });
    assert.deepEqual(view.theft.buckets.toSorted(), ["acme--use1-az4--x-s3", "lake"]);
    assert.ok(fired.some(({ id }) => id === "bulk-download"));
  },
  "kill-chain-secrets-kms": ({ opinion, hints, fired }) => {
    assert.match(String(opinion.likelihood), /likely theft$/);
    const kinds = Map.groupBy(hints!.secrets!, ({ kind }) => kind);
    assert.deepEqual([kinds.get("secret")!.length, kinds.get("parameter")!.length], [25, 10]);
    for (const id of ["identity-provider-changed", "privileges-raised", "trail-tampering", "kms-key-endangered"])
      assert.ok(
        fired.some((one) => one.id === id),
        id,
      );
  },
  "like-MAL-same-network": ({ opinion }) => assert.notEqual(opinion.likelihood, "likely legitimate"),
  "like-backup-monthly-first-in-window": ({ opinion }) => assert.match(opinion.likelihood!, /legitimate|unclear/),
  "like-backup-role": ({ opinion }) => assert.match(opinion.likelihood!, /legitimate|unclear/),
  "like-cloudfront-oac": ({ opinion }) => assert.equal(opinion.likelihood, "likely legitimate"),
  "like-developer-vpn": ({ opinion }) => assert.equal(opinion.likelihood, "unclear"),
  "like-macie": ({ opinion }) => assert.equal(opinion.likelihood, "likely legitimate"),
  "like-migration-own-account": ({ opinion }) => assert.equal(opinion.likelihood, "unclear"),
  "role-chain-owner-sessions": ({ chain }) => {
    assert.ok(chain!.sessions.length >= 10);
    assert.ok(chain!.sessions.every(({ byThief }) => !byThief));
  },
  "trail-made-stronger": ({ view }) => {
    assert.deepEqual(view.coverage.holes, []);
    assert.notEqual(view.theft.upperBound, null);
  },
};

for (const name of sampled(Object.keys(CASES), 5))
  test(`${name}: what a senior responder would sign`, async () => {
    const folder = join(FIXTURES, "story-cases", name);
    const iam = join(folder, "iam.json");
    const incident = {
      finding: JSON.parse(readFileSync(join(folder, "finding.json"), "utf8")) as unknown,
      logs: join(folder, "logs"),
      iam: existsSync(iam) ? iam : null,
      buckets: null,
    };
    await withHome({}, async (deployment) => CASES[name]!(await investigated(incident, deployment)));
  });

test("reads by calls that nobody counts are named, and there is no upper bound", async () => {
  const { look, read, jsonLines } = await import("./inputWorld.ts");
  const { view } = await look({ "a.jsonl": jsonLines([read("a"), read("b", { eventName: "GetObjectSlice" })]) });
  assert.deepEqual([view.theft.certain?.objects, view.theft.upperBound], [1, null]);
  assert.ok(view.theft.notKnown.some((line) => line.includes("GetObjectSlice")));
});
