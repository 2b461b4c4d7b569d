import assert from "node:assert/strict";
import { test } from "node:test";
import { secretsRead } from "../../lib/core/theft/secretsRead.ts";

const row = (eventname: string, item: string, calls = 1) => ({
  eventname,
  item,
  principal_id: "AIDA1",
  access_key_id: "AKIA1",
  sourceip: null,
  calls,
  first_at: "2026-02-23T02:00:00Z",
  last_at: "2026-02-23T02:00:00Z",
  event_ids: `e-${item}`,
});
const told = (rows: Parameters<typeof secretsRead>[0]) =>
  secretsRead(rows).map(({ kind, name, calls }) => [kind, name, calls]);

test("each secret is named once, whatever calls read it; a list of names is each of them", () => {
  assert.deepEqual(
    told([
      row("GetSecretValue", "db", 2),
      row("BatchGetSecretValue", '["api","db"]'),
      row("GetParameters", '["/p/1"]'),
    ]),
    [
      ["secret", "api", 1],
      ["secret", "db", 3],
      ["parameter", "/p/1", 1],
    ],
  );
});

test("a filter stays as it was asked, and a name that is no JSON, or hostile JSON, is a name", () => {
  assert.deepEqual(
    told([row("BatchGetSecretValue", '[{"key":"tag-key","values":["!x"]}]')])[0]![1],
    'BatchGetSecretValue by filter [{"key":"tag-key","values":["!x"]}]',
  );
  for (const name of ["{", "[1,", "null", "7", '"']) assert.equal(told([row("GetSecretValue", name)])[0]![1], name);
});

test("passwords of machines are told as what they are", () => {
  assert.deepEqual(told([row("GetPasswordData", "i-1")]), [["machine password", "i-1", 1]]);
});
