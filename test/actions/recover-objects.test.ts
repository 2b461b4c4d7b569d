import assert from "node:assert/strict";
import { test } from "node:test";
import { recoverObjects as action } from "../../lib/actions/recover-objects.ts";
import { ApiError } from "../../lib/base/errors.ts";
import type { Account } from "../../lib/ports/account.ts";
import { scene, stamp } from "./world.ts";

const SINCE = "2026-11-21T02:11:00Z";
const deletions = [{ bucket: "plain", since: SINCE, calls: 3 }];
const [target] = action.targets(scene({ deletions }));

/** Answers of `aws s3api list-object-versions`, page by page (S3 API reference, ListObjectVersions). */
const listing = (...pages: readonly object[]): Account & { readonly asked: object[] } => {
  const asked: object[] = [];
  return {
    asked,
    call: async ({ input }) => {
      asked.push(input);
      return { requestId: "x", output: { ...pages[Math.min(asked.length, pages.length) - 1] } };
    },
  };
};
const BEFORE = "2026-10-01T00:00:00Z";
const AFTER = "2026-11-21T02:30:00Z";
const version = (Key: string, LastModified: string, IsLatest = true) => ({ Key, LastModified, IsLatest });

test("markers and overwritten objects since the first deletion are counted over all pages, and nothing else", async () => {
  const account = listing(
    {
      DeleteMarkers: [version("gone", AFTER), version("long gone", BEFORE), version("there again", AFTER, false)],
      Versions: [version("gone", BEFORE, false), version("locked", AFTER)],
      NextKeyMarker: "locked",
      NextVersionIdMarker: "v",
    },
    { Versions: [version("locked", BEFORE, false), version("new", AFTER), version("old", BEFORE)] },
  );
  assert.deepEqual(await action.capture(target!, stamp, account), {
    counted: "the whole bucket",
    deleted: 1,
    writtenOver: 1,
    first: ["gone", "locked"],
  });
  assert.deepEqual(account.asked, [
    { Bucket: "plain" },
    { Bucket: "plain", KeyMarker: "locked", VersionIdMarker: "v" },
  ]);
});

test("a bucket without end is counted so far and says so, one that cannot be read says why, and both are told how", async () => {
  const endless = await action.capture(target!, stamp, listing({ NextKeyMarker: "x" }));
  assert.match(String(endless.counted), /^the first/);
  const denied: Account = {
    call: async () => {
      throw new ApiError("ListObjectVersions", "AccessDenied", "no");
    },
  };
  const unknown = await action.capture(target!, stamp, denied);
  assert.match(String(unknown.counted), /not known/);
  for (const state of [endless, unknown]) assert.equal(action.refuse(target!, state, stamp), null);
  assert.match(target!.instruction!, /list-object-versions --bucket plain/);
});

test("where nothing can come back, nobody is asked", async () => {
  const state = await action.capture(target!, stamp, listing({}));
  assert.match(String(action.refuse(target!, state, stamp)), /nothing there/);
});

test("names from logs that are none of a bucket or a time are no targets, and a protected bucket is refused", async () => {
  for (const [bucket, since] of [
    ["x; rm -rf /", SINCE],
    ["plain", "2026-11-21' || '"],
  ] as const)
    assert.deepEqual(action.targets(scene({ deletions: [{ bucket, since, calls: 1 }] })), []);
  assert.deepEqual(action.targets(scene({})), []);
  const [spared] = action.targets(scene({ deletions, protected: { principals: [], buckets: ["plain"] } }));
  assert.equal(typeof action.refuse(spared!, {}, stamp), "string");
});
