import { redactedFiles } from "../evidence/redactedFiles.ts";
import { canonicalBytes, sha256Hex } from "../../lib/base/jcs.ts";
import { FILES, REDACTION } from "../../lib/evidence/layout.ts";
import { PREDICATE_TYPES } from "../../lib/evidence/statement.ts";
import type { TrustRoot } from "../../lib/evidence/trustRoot.ts";
import type { Signer } from "../../lib/base/signer.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER } from "../evidence/sample.ts";
import type { ConformanceCase } from "./case.ts";
import { edit, type Files, forge, type Json, textOf, utf8 } from "./forge.ts";
import { logged, trustRoot } from "./ledger.ts";

const { record: RECORD, original: ORIGINAL, copy: COPY } = REDACTION;
const AT = "2026-11-21T09:00:00.000Z";
const LIED = "signed by whoever made the copy; the recipe judges his signature and files, not what he says of the original";

/** A copy of the bundle in the ledger corpus, as `evidence redact` makes it; the same bytes on every run. */
const redacted = async (original: Files | null = null, signer: Signer = EVIDENCE_SIGNER): Promise<Files> =>
  new Map((await redactedFiles(original ?? (await logged()), { secret: "11".repeat(32), at: AT, signer })).files);

const GENUINE = await redacted();
const ATTACKERS_KEY = (await forge({ signer: ATTACKER_SIGNER })).get(FILES.key)!;
/** What the copy's predicate says besides its payload. */
const { payload: _payload, ...PREDICATE } = JSON.parse(textOf(GENUINE.get(FILES.statement))).predicate;

/** The holder of the evidence key makes a copy that lies: payload changed, manifests and signature made to fit. */
const lying = (change: (payload: Files) => void, predicate: Json = {}) => (): Promise<Files> =>
  forge({
    predicate: { ...PREDICATE, ...predicate },
    payload: (payload) => {
      payload.clear();
      for (const [path, bytes] of GENUINE) if (path.startsWith("data/")) payload.set(path, bytes);
      change(payload);
    },
    statement: (statement) => ({ ...statement, predicateType: PREDICATE_TYPES.redactedCopy }),
  });
const record = (change: (value: Json) => void, more: (payload: Files, value: Json) => void = () => {}) =>
  lying((payload) => {
    const value: Json = JSON.parse(textOf(payload.get(RECORD)));
    change(value);
    more(payload, value);
    payload.set(RECORD, canonicalBytes(value));
  });
const fileOf = (value: Json, path: string): Json => value.files.find((file: Json) => file.path === path);
const TIMELINE = "data/timeline.jsonl";
const TIMELINE_COPY = `${COPY}timeline.jsonl`;

/** Changed after it was signed, by whoever passes it on. */
const passedOn = (change: (files: Files) => void) => async (): Promise<Files> => {
  const files = new Map(GENUINE);
  change(files);
  return files;
};
const edited = (path: string, to: (text: string) => string) => passedOn((files) => edit(files, path, to));
/** A file under `data/original/` changed by the maker of the copy. */
const original = (path: string, to: (text: string) => string) => lying((payload) => edit(payload, `${ORIGINAL}${path}`, to));
const without = (path: string) => lying((payload) => void payload.delete(path));

type Row = readonly [
  name: string,
  code: ConformanceCase["code"],
  bundle: () => Promise<Files>,
  more?: { readonly exitCode?: number; readonly keys?: TrustRoot; readonly recipeRefuses?: true },
];
const cases = (rows: readonly Row[]): readonly ConformanceCase[] =>
  rows.map(([name, code, bundle, { exitCode, keys, recipeRefuses } = {}]) => ({
    name: `redacted-${name}${code === null ? "_ok" : "_fail"}`,
    exitCode: exitCode ?? (code === null ? 0 : 1),
    code,
    trust: "evidence",
    keys: keys ?? trustRoot(),
    recipeAs: "redacted-copy",
    bundle,
    recipeAccepts: code === null || recipeRefuses ? null : LIED,
  }));

const CHANGED_ON_THE_WAY = cases([
  ["copy", null, () => redacted()],
  ["file-edited", "DIGEST", edited(TIMELINE_COPY, (text) => `${text} `), { recipeRefuses: true }],
  ["file-removed", "MISSING", passedOn((files) => void files.delete(TIMELINE_COPY)), { recipeRefuses: true }],
  ["file-added", "EXTRA", passedOn((files) => void files.set(`${COPY}note.txt`, utf8("x"))), { recipeRefuses: true }],
  ["record-edited", "DIGEST", edited(RECORD, (text) => text.replace('"withheld"', '"same"')), { recipeRefuses: true }],
  ["record-removed", "MISSING", passedOn((files) => void files.delete(RECORD)), { recipeRefuses: true }],
  ["original-manifest-edited", "DIGEST", edited(`${ORIGINAL}${FILES.manifest}`, (text) => text.replace("0", "1")), { recipeRefuses: true }],
  ["shown-as-an-evidence-bundle", "SIGNATURE", edited(FILES.statement, (text) => text.replace(PREDICATE_TYPES.redactedCopy, PREDICATE_TYPES.evidenceBundle)), { recipeRefuses: true }],
  ["evidence-bundle-shown-as-a-copy", "SIGNATURE", async () => { const files = await logged(); edit(files, FILES.statement, (text) => text.replace(PREDICATE_TYPES.evidenceBundle, PREDICATE_TYPES.redactedCopy)); return files; }, { recipeRefuses: true }],
  ["with-ledger-files-of-its-own", "EXTRA", passedOn((files) => void files.set("ledger/entry.json", files.get(`${ORIGINAL}ledger/entry.json`)!))],
]);

const MADE_TO_LIE = cases([
  ["made-from-nothing", "MISSING", lying((payload) => { for (const path of [...payload.keys()]) if (path.startsWith(ORIGINAL)) payload.delete(path); })],
  ["of-type-copy-over-a-plain-payload", "MISSING", () => forge({ statement: (statement) => ({ ...statement, predicateType: PREDICATE_TYPES.redactedCopy }) })],
  ["another-verdict", "REDACTION", lying(() => {}, { result: { verdict: "nothing was stolen", contained: true, openActions: 0 } })],
  ["called-an-exercise", "REDACTION", lying(() => {}, { exercise: true })],
  ["of-another-deployment", "REDACTION", lying(() => {}, { deployment: { accountId: "999999999999", region: "mars-1", ledgerOrigin: "other/ledger" } })],
  ["record-leaves-a-file-out", "REDACTION", record((value) => value.files.pop())],
  ["record-names-a-file-twice", "REDACTION", record((value) => value.files.push(value.files[0]))],
  ["record-invents-a-file", "REDACTION", record((value) => value.files.push({ ...value.files[0], path: "data/invented.json" }))],
  ["record-renames-a-file", "REDACTION", record((value) => void (value.files[0].path = "data/renamed.json"))],
  ["record-exchanges-an-original-digest", "REDACTION", record((value) => void (value.files[0].original = "ab".repeat(32)))],
  ["same-file-that-differs", "REDACTION", record((value) => void Object.assign(fileOf(value, TIMELINE), { state: "same", copy: sha256Hex("changed") }), (payload) => void payload.set(TIMELINE_COPY, utf8("changed")))],
  ["redacted-file-that-is-the-same", "REDACTION", record((value) => { const file = value.files.find((one: Json) => one.state === "same") ?? value.files[0]; file.state = "redacted"; })],
  ["withheld-file-that-is-here", "REDACTION", record((value) => void (fileOf(value, TIMELINE).state = "withheld"))],
  ["withheld-file-added-unnamed", "DIGEST", lying((payload) => void payload.set(`${COPY}empty.txt`, utf8("slipped in")))],
  ["file-other-than-named", "DIGEST", lying((payload) => void payload.set(TIMELINE_COPY, utf8("other")))],
  ["file-named-and-gone", "DIGEST", without(TIMELINE_COPY)],
  ["file-not-named", "EXTRA", lying((payload) => void payload.set(`${COPY}note.txt`, utf8("x")))],
  ["file-beside-the-copies", "EXTRA", lying((payload) => void payload.set("data/case.json", utf8("{}")))],
  ["file-beside-the-original", "EXTRA", lying((payload) => void payload.set(`${ORIGINAL}note.txt`, utf8("x")))],
  ["record-of-other-case", "REDACTION", record((value) => void (value.caseId = "case-20261121-ffffffffff"))],
  ["record-of-other-revision", "REDACTION", record((value) => void (value.revision = 1))],
  ["record-of-other-bundle", "REDACTION", record((value) => void (value.original.digest = "cd".repeat(32)))],
  ["record-of-other-time", "REDACTION", record((value) => void (value.redactedAt = "2026-11-23T09:00:00.000Z"))],
  ["record-of-other-version", "VERSION", record((value) => void (value.schema = "cordon/redaction/v3"))],
  ["record-with-more", "JSON", record((value) => void (value.approved = true))],
  ["record-file-with-more", "JSON", record((value) => void (value.files[0].note = "x"))],
  ["record-state-unknown", "REDACTION", record((value) => void (value.files[0].state = "masked"))],
  ["record-digest-upper-case", "REDACTION", record((value) => void (value.files[0].original = value.files[0].original.toUpperCase()))],
  ["record-pretty", "JSON", lying((payload) => edit(payload, RECORD, (text) => JSON.stringify(JSON.parse(text), null, 1)))],
  ["copy-of-other-case", "REDACTION", lying(() => {}, { caseId: "case-20261121-ffffffffff" })],
  ["copy-of-other-revision", "REDACTION", lying(() => {}, { revision: 3 })],
  ["original-statement-edited", "SIGNATURE", original(FILES.statement, (text) => text.replace("confirmed", "dismissed"))],
  ["original-signature-removed", "MISSING", without(`${ORIGINAL}${FILES.signature}`)],
  ["original-tag-manifest-exchanged", "SUBJECT", original(FILES.tagManifest, (text) => text.slice(text.indexOf("\n") + 1))],
  ["original-manifest-exchanged", "DIGEST", original(FILES.manifest, (text) => text.slice(text.indexOf("\n") + 1))],
  ["original-key-exchanged", "SIGNATURE", lying((payload) => void payload.set(`${ORIGINAL}${FILES.key}`, ATTACKERS_KEY))],
  ["original-is-a-copy-itself", "TYPE", lying((payload) => { for (const path of [FILES.statement, FILES.signature, FILES.tagManifest]) payload.set(`${ORIGINAL}${path}`, GENUINE.get(path)!); })],
  ["original-never-in-the-ledger", "MISSING", lying((payload) => { for (const path of [...payload.keys()]) if (path.startsWith(`${ORIGINAL}ledger/`)) payload.delete(path); })],
  ["original-previous-checkpoint-stripped", "MISSING", lying((payload) => { for (const name of ["previous-checkpoint", "consistency.txt"]) payload.delete(`${ORIGINAL}ledger/${name}`); })],
  ["original-entry-of-other-statement", "DIGEST", async () => redacted(await logged({ entry: { statement: "ab".repeat(32) } }))],
  ["original-of-first-release", null, async () => redacted(await logged({ entry: { statement: null } }))],
  ["original-of-attacker", "UNTRUSTED", async () => redacted(await logged({ evidence: ATTACKER_SIGNER })), { exitCode: 3 }],
  ["made-by-attacker", "UNTRUSTED", () => redacted(null, ATTACKER_SIGNER), { exitCode: 3, recipeRefuses: true }],
  ["made-after-its-key-ended", "KEY_EXPIRED", () => redacted(), { keys: trustRoot({ validTo: "2026-11-21T08:00:00.000Z" }) }],
  ["made-with-a-revoked-key", "KEY_REVOKED", () => redacted(), { keys: trustRoot({ revokedAt: AT, ledgerTo: 5, reason: "test" }) }],
]);

export const REDACTION_CASES: readonly ConformanceCase[] = [...CHANGED_ON_THE_WAY, ...MADE_TO_LIE];
