import assert from "node:assert/strict";
import { test } from "node:test";
import { REMOVED, withoutSecrets } from "../../lib/evidence/secrets.ts";

test("secret members go at any depth and in any spelling, and everything else stays as it was", () => {
  const before = {
    accessKey: { accessKeyId: "AKIAEXAMPLE", SecretAccessKey: "s1" },
    list: [{ "X-Amz-Security-Token": "s2", n: 1 }],
    none: null,
  };
  assert.deepEqual(withoutSecrets(before), {
    accessKey: { accessKeyId: "AKIAEXAMPLE", SecretAccessKey: REMOVED },
    list: [{ "X-Amz-Security-Token": REMOVED, n: 1 }],
    none: null,
  });
});

test("a column that holds JSON as text loses its secrets and keeps the rest, also JSON inside JSON", () => {
  const inner = JSON.stringify({ credentials: { sessionToken: 'zy"xw', accessKeyId: "ASIAEXAMPLE" } });
  const row = { responseelements: inner, nested: JSON.stringify({ body: inner }) };
  const cleaned = withoutSecrets(row);
  assert.deepEqual(JSON.parse(cleaned.responseelements), {
    credentials: { sessionToken: REMOVED, accessKeyId: "ASIAEXAMPLE" },
  });
  assert.doesNotMatch(JSON.stringify(cleaned), /xw/);
});

test("presigned URLs and cut-off JSON are cleaned too", () => {
  const url = withoutSecrets(
    "GET /k?X-Amz-Credential=AKIA&X-Amz-Security-Token=abc%2Fdef&X-Amz-Signature=0123&x-id=GetObject",
  );
  assert.equal(
    url,
    `GET /k?X-Amz-Credential=AKIA&X-Amz-Security-Token=${REMOVED}&X-Amz-Signature=${REMOVED}&x-id=GetObject`,
  );
  assert.doesNotMatch(withoutSecrets('{"credentials":{"sessionToken":"abcdef","accessK'), /abcdef/);
});

test("what is no secret is not touched: the same text, byte for byte", () => {
  const texts = [
    '{ "nextToken" : "abc",  "passwordResetRequired": true }',
    "secrets/password.txt",
    '{"password": false}',
  ];
  assert.deepEqual(withoutSecrets(texts), texts);
  assert.deepEqual(withoutSecrets({ password: "HIDDEN_DUE_TO_SECURITY_REASONS" }), {
    password: "HIDDEN_DUE_TO_SECURITY_REASONS",
  });
});
