import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { TakenObject } from "../../lib/case/objects.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { MAXIMUM_TAGGED, tagsOf } from "../../lib/response/investigate/objectTags.ts";

const FINDING = { accountId: "111122223333", region: "eu-central-1" } as never;
const entries = (count: number, certainty = "certain"): readonly TakenObject[] =>
  Array.from({ length: count }, (_, at) => ({ bucket: "b", key: `k${at}`, certainty }) as TakenObject);

/** An account that answers every request for tags by a rule, and counts them. */
const accountOf = (answer: (key: string) => unknown) => {
  const asked: string[] = [];
  const account = {
    call: async ({ operation, input }: ApiRequest) => {
      assert.equal(operation, "GetObjectTagging");
      asked.push(String(input.Key));
      return { requestId: "r", output: { TagSet: answer(String(input.Key)) } };
    },
  };
  return { ports: { account } as unknown as Ports, asked };
};

test("tags of stolen objects are read as name and value; objects that are only an upper bound are not asked about", async () => {
  const { ports, asked } = accountOf((key) => (key === "k0" ? [{ Key: "pii", Value: "true" }] : []));
  const { tags, ...sample } = await tagsOf([...entries(2), ...entries(3, "upper-bound").slice(2)], FINDING, ports);
  assert.deepEqual([...tags].toSorted(), [
    ["b\nk0", { pii: "true" }],
    ["b\nk1", {}],
  ]);
  assert.deepEqual(sample, { asked: 2, of: 2, notKnown: null });
  assert.equal(asked.length, 2);
});

test("of many objects an even sample is asked about, the first and some of the last among it", async () => {
  const { ports, asked } = accountOf(() => []);
  const { of: all, asked: count } = await tagsOf(entries(5_000), FINDING, ports);
  assert.deepEqual([all, count, new Set(asked).size], [5_000, MAXIMUM_TAGGED, MAXIMUM_TAGGED]);
  assert.ok(asked.includes("k0") && asked.includes("k4990"));
});

test("where tags may not be read the first refusals end it, and the reason is kept", async () => {
  const { ports, asked } = accountOf(() => {
    throw new ApiError("GetObjectTagging", "AccessDenied", "no");
  });
  const { tags, notKnown } = await tagsOf(entries(400), FINDING, ports);
  assert.deepEqual([tags.size, notKnown], [0, "AccessDenied"]);
  assert.ok(asked.length <= 32);
});

test("one object that is gone keeps no other from being read", async () => {
  const { ports } = accountOf((key) => {
    if (key === "k1") throw new ApiError("GetObjectTagging", "NoSuchKey", "gone");
    return [];
  });
  const { tags, notKnown } = await tagsOf(entries(3), FINDING, ports);
  assert.deepEqual([tags.size, notKnown], [2, "NoSuchKey"]);
});
