import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseFindings } from "../../lib/core/finding/finding.ts";
import { accountsOf, assertIamSnapshot, doubtAbout, readIamSnapshot } from "../../lib/embedded/account/iamSnapshot.ts";

const FIELD = new URL("../fixtures/field-cases/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "cordon-iam-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const file = (content: string | Buffer): string => {
  const path = join(folder, `iam-${files++}.json`);
  writeFileSync(path, content);
  return path;
};

const WHOLE = JSON.parse(readFileSync(join(FIELD, "iam-first-page-only/iam.json"), "utf8"));
const PAGE = { ...WHOLE, IsTruncated: false, Marker: undefined };
const NADIA = { UserName: "nadia.k", UserId: "AIDAQ3EXAMPLENADIA01", Arn: "arn:aws:iam::444455556666:user/nadia.k" };
const WITH_NADIA = { ...PAGE, UserDetailList: [...PAGE.UserDetailList, NADIA] };
const [FINDING] = parseFindings(JSON.parse(readFileSync(join(FIELD, "iam-first-page-only/finding.json"), "utf8")));

const REFUSED: Readonly<Record<string, [content: unknown, names: RegExp]>> = {
  "another listing": [{ Users: [NADIA] }, /get-account-authorization-details.*Users/],
  "the same in camelCase": [{ userDetailList: [], roleDetailList: [] }, /userDetailList/],
  "a finding": [{ detail: {} }, /detail/],
  "a list of texts": [["a"], /something else/],
  "the first page only": [{ ...PAGE, IsTruncated: true, Marker: "x" }, /IsTruncated/],
  "the first page of a CLI with --max-items": [{ ...PAGE, IsTruncated: undefined, NextToken: "x" }, /NextToken/],
  "a snapshot filtered to policies": [
    { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] },
    /filter/,
  ],
  "entries without names": [{ UserDetailList: [{}], RoleDetailList: [] }, /UserName/],
};

for (const [what, [content, names]] of Object.entries(REFUSED))
  test(`as a snapshot of identities ${what} is refused by name`, () => {
    assert.throws(
      () => assertIamSnapshot(file(JSON.stringify(content))),
      (error: Error & { code?: string }) => error.code === "INPUT_INVALID" && names.test(error.message),
    );
  });

test("an empty file and one that is no JSON are refused", () => {
  assert.throws(() => assertIamSnapshot(file("")), { code: "INPUT_INVALID" });
  assert.throws(() => assertIamSnapshot(file("<html>")), { code: "INPUT_UNREADABLE" });
});

test("pages one after another are whole when the last of them says so, in any Unicode encoding", () => {
  const text = `${JSON.stringify({ ...PAGE, IsTruncated: true, Marker: "x" })}\n${JSON.stringify(WITH_NADIA)}`;
  for (const content of [text, `\uFEFF${text}`, Buffer.from(`\uFEFF${text}`, "utf16le")]) {
    const path = file(content);
    assertIamSnapshot(path);
    const found = readIamSnapshot({ iamSnapshotPath: path, accessKeysPath: null, credentialReportPath: null });
    assert.ok(found.has("user/nadia.k"));
  }
});

test("a snapshot is doubted when it is of another account, or does not know who acted", () => {
  const path = file(JSON.stringify(WITH_NADIA));
  assert.deepEqual(accountsOf(path), ["444455556666"]);
  assert.equal(doubtAbout(path, FINDING!), null);
  assert.match(
    doubtAbout(path, { ...FINDING!, accountId: "111122223333" })!,
    /of account 444455556666, not of 111122223333/,
  );
  assert.match(doubtAbout(file(JSON.stringify(PAGE)), FINDING!)!, /user nadia\.k/);
});
