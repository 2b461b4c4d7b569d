import assert from "node:assert/strict";
import { test } from "node:test";
import { HINT_RULES, hintsOf, type Named, rulesFor } from "../../lib/core/theft/sensitivity.ts";

const object = (key: string, members: Partial<Named> = {}): Named => ({
  bucket: "b",
  key,
  certainty: "certain",
  ...members,
});

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["hr/customerPII-2024.csv", ["personal-words"]],
  ["a/shipiii/ssnake.csv", []],
  [".ssh/id_rsa", ["private-key"]],
  [".ssh/id_rsa.pub", []],
  ["app/.env", ["environment-file"]],
  ["app/.env.production", ["environment-file"]],
  ["environment.md", []],
  ["tls/server.PEM", ["private-key"]],
  [".aws/credentials", ["cloud-credentials", "credential-words"]],
  ["secretary/minutes.txt", []],
  ["db/dump/2026-02-01.sql.gz", ["backup-or-dump"]],
  ["a\nb.pem", ["private-key"]],
  ["infra/terraform.tfstate", ["cloud-credentials"]],
  ["reports/confidential/q3.pdf", ["confidential-words"]],
];
for (const [key, rules] of CASES)
  test(`${key} is hinted at by ${rules.join(" and ") || "nothing"}`, () =>
    assert.deepEqual(rulesFor(object(key)), rules));

test("a tag hints as a name does, and so does the bucket's name", () => {
  assert.deepEqual(rulesFor(object("x.bin", { tags: { classification: "Confidential" } })), ["confidential-words"]);
  assert.deepEqual(rulesFor(object("x.bin", { bucket: "acme-payroll-prod" })), ["financial-words"]);
});

test("what must be replaced are credentials certainly or likely gone, each once, gravest rule first", () => {
  const stolen = [
    object("z/.env"),
    object("z/.env"),
    object("a/secrets.txt", { certainty: "likely" }),
    object("a/id_rsa", { certainty: "upper-bound" }),
    object("a/b.csv"),
  ];
  const hints = hintsOf(stolen);
  assert.deepEqual(
    hints.rotation.map(({ key, rule }) => [key, rule]),
    [
      ["z/.env", "environment-file"],
      ["a/secrets.txt", "credential-words"],
    ],
  );
  assert.deepEqual([hints.objects, hints.hinted], [4, 3]);
  assert.deepEqual(hintsOf(stolen.toReversed()), hints);
});

test("every rule counts its objects, and the list of hinted objects is kept short while the count is not", () => {
  const hints = hintsOf(Array.from({ length: 1_200 }, (_, at) => object(`dump/${at}.bin`)));
  assert.deepEqual([hints.list.length, hints.hinted], [1_000, 1_200]);
  assert.deepEqual(
    hints.rules.filter(({ objects }) => objects > 0).map(({ id, objects, certain }) => [id, objects, certain]),
    [["backup-or-dump", 1_200, 1_200]],
  );
  assert.equal(hints.rules.length, HINT_RULES.length);
});

test("hostile keys stay data, and a key of 1,024 bytes is read to its end", () => {
  const keys = [
    "../../etc/passwd'; DROP TABLE x;--",
    "\u202e.env",
    "a".repeat(1_024),
    `${"-".repeat(1_000)}accesskey`,
    "\u0000secret\u0000",
    "=cmd|' /C calc'!A0",
  ];
  // An expression that goes back and forth would not end with these.
  const { list } = hintsOf(keys.map((key) => object(key)));
  assert.deepEqual(list.map(({ key }) => key).toSorted(), [keys[0], keys[1], keys[4]].toSorted());
});

test("a tag hints by its name or its value, unless it says that it is not so", () => {
  const ruled = (tags: Readonly<Record<string, string>>) => rulesFor({ bucket: "b", key: "x.bin", tags });
  assert.deepEqual(ruled({ classification: "confidential" }), ["confidential-words"]);
  assert.deepEqual(ruled({ pii: "true" }), ["personal-words"]);
  assert.deepEqual(ruled({ "data-class": "PHI" }), ["health-words"]);
  for (const value of ["false", "No", "none", "0", "public", "not-confidential", "non sensitive"])
    assert.deepEqual(ruled({ pii: value }), [], value);
});
