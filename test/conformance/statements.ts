import { canonicalJson } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { edit, forge, type Json, textOf, utf8 } from "./forge.ts";

const SHAPE = "signed by the genuine key; the recipe reads type and subject, not the predicate";
const SPELLING = "signed by the genuine key in another spelling; the recipe parses no JSON";

const changed = (change: (statement: Json) => void) => () =>
  forge({
    statement: (statement) => {
      change(statement);
      return statement;
    },
  });
const predicate = (change: (predicate: Json) => void) => changed((statement) => change(statement.predicate));
const spelt = (to: (text: string) => string) => () => forge({ bytes: (bytes) => utf8(to(textOf(bytes))) });
const digest = (change: (sha256: string) => Json) =>
  changed((statement) => {
    statement.subject[0].digest = change(statement.subject[0].digest.sha256);
  });

/** Types, versions and subjects; every one signed by the genuine key. */
const STATEMENT = refused([
  ["type-plan", "TYPE", changed((statement) => void (statement.predicateType = "https://cordon.dev/plan/v1"))],
  ["type-approval", "TYPE", changed((statement) => void (statement.predicateType = "https://cordon.dev/approval/v1"))],
  ["type-foreign", "TYPE", changed((statement) => void (statement.predicateType = "https://slsa.dev/provenance/v1"))],
  ["type-other-domain", "TYPE", changed((statement) => void (statement.predicateType = "https://cordon.example/evidence-bundle/v1"))],
  ["type-number", "TYPE", changed((statement) => void (statement.predicateType = 1))],
  ["type-null", "TYPE", changed((statement) => void (statement.predicateType = null))],
  ["version-older", "VERSION", changed((statement) => void (statement.predicateType = "https://cordon.dev/evidence-bundle/v0"))],
  ["version-newer", "VERSION", changed((statement) => void (statement.predicateType = "https://cordon.dev/evidence-bundle/v2"))],
  ["version-of-statement", "VERSION", changed((statement) => void (statement._type = "https://in-toto.io/Statement/v0.1"))],
  ["statement-of-other-kind", "TYPE", changed((statement) => void (statement._type = "https://in-toto.io/Link/v1"))],
  ["statement-without-type", "JSON", changed((statement) => void delete statement._type)],
  ["statement-without-predicate", "JSON", changed((statement) => void delete statement.predicate)],
  ["statement-with-more", "JSON", changed((statement) => void (statement.alg = "none"))],
  ["statement-array", "JSON", () => forge({ statement: (statement) => [statement] })],
  ["statement-null", "JSON", () => forge({ statement: () => null })],
  ["subject-none", "JSON", changed((statement) => void (statement.subject = []))],
  ["subject-two", "JSON", changed((statement) => void statement.subject.push(statement.subject[0]))],
  ["subject-object", "JSON", changed((statement) => void (statement.subject = statement.subject[0]))],
  ["subject-with-more", "JSON", changed((statement) => void (statement.subject[0].uri = "x"))],
  ["subject-without-name", "JSON", changed((statement) => void delete statement.subject[0].name)],
  ["subject-empty-name", "JSON", changed((statement) => void (statement.subject[0].name = ""))],
  ["subject-other-name", "SUBJECT", changed((statement) => void (statement.subject[0].name = FILES.manifest))],
  ["subject-other-digest", "SUBJECT", digest(() => ({ sha256: "0".repeat(64) }))],
  ["subject-upper-case-digest", "DOWNGRADE", digest((sha256) => ({ sha256: sha256.toUpperCase() }))],
  ["subject-truncated-digest", "DOWNGRADE", digest((sha256) => ({ sha256: sha256.slice(0, 32) }))],
  ["subject-empty-digest", "DOWNGRADE", digest(() => ({ sha256: "" }))],
  ["subject-no-digest", "DOWNGRADE", digest(() => ({}))],
  ["subject-sha1", "DOWNGRADE", digest(() => ({ sha1: "0".repeat(40) }))],
  ["subject-sha512", "DOWNGRADE", digest(() => ({ sha512: "0".repeat(128) }))],
  ["subject-renamed-algorithm", "DOWNGRADE", digest((sha256) => ({ SHA256: sha256 }))],
  ["subject-second-weaker-digest", "DOWNGRADE", digest((sha256) => ({ sha256, md5: "0".repeat(32) }))],
  ["subject-digest-array", "DOWNGRADE", digest((sha256) => ({ sha256: [sha256] }))],
  ["subject-digest-null", "DOWNGRADE", digest(() => null)],
]);

const PREDICATE = refused([
  ["predicate-null", "PREDICATE", changed((statement) => void (statement.predicate = null))],
  ["predicate-array", "PREDICATE", changed((statement) => void (statement.predicate = []))],
  ["predicate-with-more", "PREDICATE", predicate((it) => void (it.approved = true)), SHAPE],
  ["predicate-constructor", "PREDICATE", predicate((it) => void (it.constructor = {})), SHAPE],
  ["predicate-without-exercise", "PREDICATE", predicate((it) => void delete it.exercise), SHAPE],
  ["predicate-without-contained", "PREDICATE", predicate((it) => void delete it.result.contained), SHAPE],
  ["predicate-contained-as-text", "PREDICATE", predicate((it) => void (it.result.contained = "true")), SHAPE],
  ["predicate-case-with-path", "PREDICATE", predicate((it) => void (it.caseId = "../case")), SHAPE],
  ["predicate-case-empty", "PREDICATE", predicate((it) => void (it.caseId = "")), SHAPE],
  ["predicate-revision-zero", "PREDICATE", predicate((it) => void (it.revision = 0)), SHAPE],
  ["predicate-revision-negative", "PREDICATE", predicate((it) => void (it.revision = -1))],
  ["predicate-revision-fraction", "PREDICATE", predicate((it) => void (it.revision = 1.5))],
  ["predicate-revision-as-text", "PREDICATE", predicate((it) => void (it.revision = "2"))],
  ["predicate-supersedes-itself", "PREDICATE", predicate((it) => void (it.supersedes.revision = 2)), SHAPE],
  ["predicate-supersedes-later", "PREDICATE", predicate((it) => void (it.supersedes.revision = 3)), SHAPE],
  ["predicate-supersedes-short-digest", "PREDICATE", predicate((it) => void (it.supersedes.digest = "00")), SHAPE],
  ["predicate-sealed-without-milliseconds", "PREDICATE", predicate((it) => void (it.sealedAt = "2026-11-21T00:05:36Z")), SHAPE],
  ["predicate-sealed-with-offset", "PREDICATE", predicate((it) => void (it.sealedAt = "2026-11-21T00:05:36.000+00:00")), SHAPE],
  ["predicate-sealed-no-such-day", "PREDICATE", predicate((it) => void (it.sealedAt = "2026-02-30T00:05:36.000Z")), SHAPE],
  ["predicate-account-short", "PREDICATE", predicate((it) => void (it.deployment.accountId = "12345678901")), SHAPE],
  ["predicate-account-as-number", "PREDICATE", predicate((it) => void (it.deployment.accountId = 123456789012)), SHAPE],
  ["predicate-no-payload", "PREDICATE", predicate((it) => void (it.payload = { files: 0, bytes: 0 })), SHAPE],
  ["predicate-version-with-newline", "PREDICATE", predicate((it) => void (it.producer.version = "1\nPayload-Oxum: 1.1")), SHAPE],
  ["predicate-ledger-size-padded", "PREDICATE", predicate((it) => void (it.ledgerHead = { size: "01", rootSha256: "0".repeat(64) })), SHAPE],
  ["predicate-open-actions-null", "PREDICATE", predicate((it) => void (it.result.openActions = null)), SHAPE],
]);

const insert = (member: string) => spelt((text) => text.replace('"exercise":false', `"exercise":false,${member}`));

/** The same statement, or nearly, in bytes that are not its canonical JSON. Signed as they are. */
const JSON_TEXT = refused([
  ["json-pretty", "JSON", spelt((text) => JSON.stringify(JSON.parse(text), null, 2))],
  ["json-final-newline", "JSON", spelt((text) => `${text}\n`), SPELLING],
  ["json-leading-space", "JSON", spelt((text) => ` ${text}`)],
  ["json-inner-space", "JSON", spelt((text) => text.replace('"predicate":{', '"predicate":{ ')), SPELLING],
  ["json-member-order", "JSON", spelt((text) => text.replace(/"bytes":(\d+),"files":(\d+)/, '"files":$2,"bytes":$1')), SPELLING],
  ["json-escaped-letter", "JSON", spelt((text) => text.replace('"confirmed"', '"confirm\\u0065d"')), SPELLING],
  ["json-escaped-slash", "JSON", spelt((text) => text.replace("example/ledger", "example\\/ledger")), SPELLING],
  ["json-number-with-fraction", "JSON", spelt((text) => text.replace('"revision":2,"sealed', '"revision":2.0,"sealed'))],
  ["json-number-with-exponent", "JSON", spelt((text) => text.replace('"revision":2,"sealed', '"revision":2e0,"sealed'))],
  ["json-minus-zero", "JSON", spelt((text) => text.replace('"openActions":0', '"openActions":-0')), SPELLING],
  ["json-number-too-large", "JSON", insert('"zzz":1e400'), SPELLING],
  ["json-number-not-exact", "JSON", insert('"zzz":9007199254740993'), SPELLING],
  ["json-duplicate-name", "JSON", spelt((text) => text.replace('"exercise":false', '"exercise":true,"exercise":false')), SPELLING],
  ["json-duplicate-at-top", "JSON", spelt((text) => `{"_type":"https://in-toto.io/Statement/v1",${text.slice(1)}`)],
  ["json-duplicate-subject", "JSON", spelt((text) => text.replace(',"subject"', ',"subject":[],"subject"'))],
  ["json-duplicate-escaped", "JSON", spelt((text) => text.replace('"exercise":false', '"exercise":true,"exercis\\u0065":false')), SPELLING],
  ["json-proto", "JSON", insert('"__proto__":{"exercise":true}'), SPELLING],
  ["json-lone-surrogate", "JSON", spelt((text) => text.replace('"confirmed"', '"\\ud800"')), SPELLING],
  ["json-control-character", "JSON", spelt((text) => text.replace('"confirmed"', '"con\u0001firmed"')), SPELLING],
  ["json-nul-escape", "PREDICATE", changed((it) => void (it.predicate.result.verdict = "a\0b")), SHAPE],
  ["json-trailing-comma", "JSON", insert(""), SPELLING],
  ["json-comment", "JSON", spelt((text) => text.replace('"predicate":{', '"predicate":{/**/')), SPELLING],
  ["json-nan", "JSON", insert('"zzz":NaN'), SPELLING],
  ["json-trailing-value", "JSON", spelt((text) => `${text}{}`)],
  ["json-byte-order-mark", "JSON", spelt((text) => `\ufeff${text}`)],
  ["json-deep", "JSON", insert(`"zzz":${"[".repeat(10_000)}${"]".repeat(10_000)}`), SPELLING],
  ["json-not-utf8", "JSON", () => forge({ bytes: (bytes) => Buffer.from(Buffer.from(bytes).toString("latin1").replace("confirmed", "\xff\xfe"), "latin1") }), SPELLING],
  ["json-utf16", "JSON", () => forge({ bytes: (bytes) => Buffer.from(textOf(bytes), "utf16le") })],
  ["json-truncated", "JSON", spelt((text) => text.slice(0, -1))],
  ["json-empty", "JSON", spelt(() => "")],
  ["json-just-text", "JSON", spelt((text) => canonicalJson(text))],
]);

const TOO_LARGE: ConformanceCase = {
  name: "statement-too-large_fail",
  exitCode: 2,
  code: "LIMIT",
  trust: "evidence",
  bundle: insert(`"zzz":"${"x".repeat(2 ** 20)}"`),
  recipeAccepts: SPELLING,
};

/** `edit` is used for statements that were changed after signing. */
const UNSIGNED = refused([
  ["statement-edited", "SIGNATURE", () => forge({ after: (files) => edit(files, FILES.statement, (text) => text.replace("confirmed", "dismissed")) })],
  ["statement-emptied", "SIGNATURE", () => forge({ after: (files) => edit(files, FILES.statement, () => "") })],
]);

export const STATEMENT_CASES: readonly ConformanceCase[] = [...STATEMENT, ...PREDICATE, ...JSON_TEXT, TOO_LARGE, ...UNSIGNED];
