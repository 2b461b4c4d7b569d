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

const ARN = "arn:aws:iam::444455556666";
const GROUP = { GroupName: "analysts", Arn: `${ARN}:group/analysts` };
const trusting = (AWS: unknown, encode: (text: string) => unknown = (text) => text) => ({
  ...{ RoleName: "nightly", Arn: `${ARN}:role/ops/nightly` },
  AssumeRolePolicyDocument: encode(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }],
    }),
  ),
});
const snapshot = (user: object, role: object, more: object = {}) => ({
  ...{ UserDetailList: [{ ...NADIA, ...user }], RoleDetailList: [{ ...trusting("*"), ...role }] },
  ...{ GroupDetailList: [GROUP], Policies: [], ...more },
});
const POLICY = { PolicyName: "data", PolicyArn: `${ARN}:policy/data` };
const held = (AttachmentCount: number) => ({
  Policies: [{ Arn: POLICY.PolicyArn, PolicyVersionList: [], AttachmentCount }],
});

const PARTIAL: Readonly<Record<string, [content: unknown, lacks: RegExp]>> = {
  "users alone": [{ UserDetailList: [NADIA], RoleDetailList: [], GroupDetailList: [], Policies: [] }, /all roles/],
  "no groups": [snapshot({ GroupList: ["analysts", "gone"] }, {}), /group gone, which user nadia\.k/],
  "no policies": [snapshot({ AttachedManagedPolicies: [POLICY] }, {}), /policy arn.*data, which user nadia\.k/],
  "no boundary": [
    snapshot({}, { PermissionsBoundary: { PermissionsBoundaryArn: POLICY.PolicyArn } }),
    /policy arn.*data, which role nightly/,
  ],
  "a policy that more hold": [snapshot({ AttachedManagedPolicies: [POLICY] }, {}, held(3)), /2 of 3 that hold policy/],
  "a user who is trusted": [
    snapshot({}, trusting([`${ARN}:user/it/oleg`, "AIDAGONE"])),
    /user oleg, which role nightly/,
  ],
  "a role that is trusted": [snapshot({}, trusting(`${ARN}:role/a/b/deploy`, encodeURIComponent)), /role deploy/],
  "a role whose session is trusted": [
    snapshot({}, trusting(`arn:aws:sts::444455556666:assumed-role/deploy/x`)),
    /role deploy, which role nightly/,
  ],
};

for (const [what, [content, lacks]] of Object.entries(PARTIAL))
  test(`a snapshot that knows who acted is doubted all the same: ${what}`, () => {
    assert.match(doubtAbout(file(JSON.stringify(content)), FINDING!)!, lacks);
  });

test("a snapshot whose middle page is missing is doubted, and with the page it is believed", () => {
  const first = { ...snapshot({ GroupList: ["analysts"] }, {}), GroupDetailList: [], IsTruncated: true, Marker: "1" };
  const middle = { GroupDetailList: [GROUP], IsTruncated: true, Marker: "2" };
  const last = { ...held(0), IsTruncated: false };
  const all = (...pages: readonly unknown[]) => file(pages.map((page) => JSON.stringify(page)).join("\n"));
  assert.match(doubtAbout(all(first, last), FINDING!)!, /group analysts/);
  assert.equal(doubtAbout(all(first, middle, last), FINDING!), null);
});

test("a snapshot is believed whose members all have what they speak of, and that speaks of others and of AWS", () => {
  const aws = { PolicyName: "x", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
  const trust = trusting([
    `${ARN}:root`,
    `${ARN}:role/ops/nightly`,
    "arn:aws:iam::999988887777:role/theirs",
    "AROAGONE",
  ]);
  const whole = snapshot({ GroupList: ["analysts"], AttachedManagedPolicies: [aws, POLICY] }, trust, held(1));
  assert.equal(doubtAbout(file(JSON.stringify(whole)), FINDING!), null);
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
