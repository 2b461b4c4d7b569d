import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderManifest } from "../../lib/evidence/bag.ts";
import { sha256Hex } from "../../lib/base/jcs.ts";
import { FILES, isPayload } from "../../lib/evidence/layout.ts";
import { ATTACKER_SIGNER } from "../evidence/sample.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { edit, type Files, forge, utf8 } from "./forge.ts";

const CASE = "data/case.json";
const TIMELINE = "data/timeline.jsonl";
const change = (after: (files: Files) => void) => () => forge({ after });
const without = (path: string) => change((files) => void files.delete(path));
const added = (path: string, text = "x") => change((files) => void files.set(path, utf8(text)));
const edited = (path: string, to: (text: string) => string) => change((files) => edit(files, path, to));

/** Another genuine bundle of the same deployment. */
const other = () => forge({ predicate: { revision: 3 }, payload: (payload) => edit(payload, CASE, (text) => `${text}\n`) });

async function graft(isTaken: (path: string) => boolean): Promise<Files> {
  const [here, there] = [await forge(), await other()];
  return new Map([...[...here].filter(([path]) => !isTaken(path)), ...[...there].filter(([path]) => isTaken(path))]);
}

/** Payload edited, both manifests rewritten to fit; only the signature is left as it was. */
async function manifestsRewritten(): Promise<Files> {
  const files = await forge({ after: (bundle) => edit(bundle, CASE, (text) => text.replace("0a1b", "ffff")) });
  const payload = [...files].filter(([path]) => isPayload(path));
  files.set(FILES.manifest, utf8(renderManifest(new Map(payload.map(([path, bytes]) => [path, { sha256: sha256Hex(bytes) }])))));
  edit(files, FILES.tagManifest, (text) =>
    text.replace(/[0-9a-f]{64} {2}manifest-sha256/, `${sha256Hex(files.get(FILES.manifest)!)}  manifest-sha256`),
  );
  return files;
}

const swap = (files: Files, a: string, b: string): void => {
  const [first, second] = [files.get(a)!, files.get(b)!];
  files.set(a, second).set(b, first);
};

const CONTENT = refused([
  ["payload-edited", "DIGEST", edited(CASE, (text) => text.replace("0a1b", "ffff"))],
  ["payload-appended", "DIGEST", edited(CASE, (text) => `${text} `)],
  ["payload-truncated", "DIGEST", edited(TIMELINE, (text) => text.slice(0, -1))],
  ["payload-emptied", "DIGEST", edited(TIMELINE, () => "")],
  ["payload-empty-file-filled", "DIGEST", edited("data/empty.txt", () => "x")],
  ["payload-line-endings", "DIGEST", edited(TIMELINE, (text) => text.replaceAll("\n", "\r\n"))],
  ["payload-byte-order-mark", "DIGEST", edited(CASE, (text) => `\ufeff${text}`)],
  ["payload-swapped", "DIGEST", change((files) => swap(files, CASE, TIMELINE))],
  ["payload-removed", "MISSING", without(CASE)],
  ["payload-empty-file-removed", "MISSING", without("data/empty.txt")],
  ["payload-all-removed", "MISSING", change((files) => [...files.keys()].filter(isPayload).forEach((path) => files.delete(path)))],
  ["payload-renamed", "MISSING", change((files) => void (files.set("data/case2.json", files.get(CASE)!), files.delete(CASE)))],
  ["payload-added", "EXTRA", added("data/note.txt")],
  ["payload-added-in-folder", "EXTRA", added("data/detections/0002.json")],
  ["payload-added-empty", "EXTRA", added("data/nothing.txt", "")],
  ["schema-edited", "DIGEST", edited("schema/case.json", () => "{}")],
  ["schema-added", "EXTRA", added("schema/more.json", "{}")],
  ["schema-removed", "MISSING", without("schema/case.json")],
  ["bagit-edited", "DIGEST", edited(FILES.bagit, (text) => text.replace("1.0", "0.97"))],
  ["bag-info-edited", "DIGEST", edited(FILES.bagInfo, (text) => text.replace("Oxum: 1", "Oxum: 2").replace("2026", "2025"))],
  ["manifest-line-edited", "DIGEST", edited(FILES.manifest, (text) => text.replace("case.json", "cass.json"))],
  ["manifest-line-removed", "DIGEST", edited(FILES.manifest, (text) => text.slice(text.indexOf("\n") + 1))],
  ["tag-manifest-line-removed", "SUBJECT", edited(FILES.tagManifest, (text) => text.slice(text.indexOf("\n") + 1))],
  ["tag-manifest-trailing-space", "SUBJECT", edited(FILES.tagManifest, (text) => `${text} `)],
  ["manifests-rewritten", "SUBJECT", manifestsRewritten],
  ["root-file-added", "EXTRA", added("readme.txt")],
  ["root-second-manifest", "EXTRA", added("manifest-md5.txt", "")],
  ["beside-signature", "EXTRA", added("attestation/extra.json", "{}")],
  ["beside-signature-second-signature", "EXTRA", added("attestation/statement.sig.2")],
  ["beside-signature-folder", "EXTRA", added("attestation/more/statement.json")],
  ["in-ledger-folder", "EXTRA", added("ledger/extra.json", "{}")],
  ["in-ledger-subfolder", "EXTRA", added("ledger/old/entry.json", "{}")],
  ["hidden-at-root", "EXTRA", added(".ds_store")],
  ["hidden-in-payload", "EXTRA", added("data/.hidden")],
  ["hidden-folder", "EXTRA", added(".git/config")],
  ["hidden-beside-signature", "EXTRA", added("attestation/.statement.json")],
]);

const REMOVED = refused(
  [FILES.bagit, FILES.bagInfo, FILES.manifest, FILES.tagManifest, FILES.key, FILES.statement, FILES.signature, FILES.sigstore].map(
    (path) => [`removed-${path.replaceAll(/[^a-z0-9]+/g, "-")}`, "MISSING", without(path)] as const,
  ),
);

const TRANSPLANTS: readonly ConformanceCase[] = [
  ...refused([
    ["transplant-tag-manifest", "SUBJECT", () => graft((path) => path === FILES.tagManifest)],
    ["transplant-attestation", "SUBJECT", () => graft((path) => path.startsWith("attestation/"))],
    ["transplant-everything-else", "SUBJECT", () => graft((path) => !path.startsWith("attestation/"))],
    ["transplant-payload", "DIGEST", () => graft(isPayload)],
    ["transplant-manifest", "DIGEST", () => graft((path) => path === FILES.manifest || isPayload(path))],
    ["transplant-signature", "SIGNATURE", () => graft((path) => path === FILES.signature || path === FILES.sigstore)],
    ["transplant-statement", "SIGNATURE", () => graft((path) => path === FILES.statement || path === FILES.sigstore)],
    ["transplant-sigstore", "ENVELOPE", () => graft((path) => path === FILES.sigstore)],
    ["attackers-key-beside-genuine-signature", "SIGNATURE", attackersKeyOnly],
    ["attackers-signature-beside-genuine-key", "SIGNATURE", attackersSignatureOnly],
  ]),
  { name: "attackers-own-bundle_fail", exitCode: 3, code: "UNTRUSTED", trust: "evidence", recipeAccepts: null, bundle: () => forge({ signer: ATTACKER_SIGNER }) },
  { name: "nobody-trusted_fail", exitCode: 3, code: "UNTRUSTED", trust: "none", recipeAccepts: null, bundle: () => forge() },
  { name: "somebody-else-trusted_fail", exitCode: 3, code: "UNTRUSTED", trust: "attacker", recipeAccepts: null, bundle: () => forge() },
];

async function attackersKeyOnly(): Promise<Files> {
  const attackers = await forge({ signer: ATTACKER_SIGNER });
  return forge({ after: (files) => void files.set(FILES.key, attackers.get(FILES.key)!) });
}

async function attackersSignatureOnly(): Promise<Files> {
  const genuine = await forge();
  return forge({ signer: ATTACKER_SIGNER, after: (files) => void files.set(FILES.key, genuine.get(FILES.key)!) });
}

const long = "l".repeat(201);
/** Names that no bundle may hold, as files of a folder. */
const NAMES = refused(
  Object.entries({
    "upper-case": "data/Case.json",
    "space": "data/a b",
    "trailing-dot": "data/a.",
    "double-dot": "data/a..b",
    "windows-device": "data/con",
    "windows-device-extension": "data/aux.txt",
    "windows-device-folder": "data/nul/a",
    "windows-stream": "data/a:b",
    "backslash": "data/a\\b",
    "newline": "data/a\nb",
    "newline-that-repeats-a-name": "data/x\ndata/case.json",
    "tab": "data/a\tb",
    "escape": "data/a\u001b[2J",
    "unicode-composed": "data/\u00e9",
    "unicode-decomposed": "data/e\u0301",
    "unicode-look-alike": "data/c\u0430se.json",
    "right-to-left": "data/a\u202etxt.exe",
    "leading-dash": "data/-rf",
    "asterisk": "data/*",
    "dollar": "data/$(id)",
    "too-long": `data/${long}`,
    "too-deep": `data/${"d/".repeat(100)}f`,
  }).map(([name, path]) => [`name-${name}`, "NAME", added(path)] as const),
);

/** What only a file system can hold. */
const ON_DISK: readonly ConformanceCase[] = (
  [
    ["disk-link-to-payload", "LINK", (folder) => symlinkSync("case.json", join(folder, "data/copy.json"))],
    ["disk-link-to-folder", "LINK", (folder) => symlinkSync("detections", join(folder, "data/again"))],
    ["disk-link-outside", "LINK", (folder) => symlinkSync("/etc/hostname", join(folder, "data/host"))],
    ["disk-link-dangling", "LINK", (folder) => symlinkSync("nowhere", join(folder, "data/gone"))],
    ["disk-link-at-root", "LINK", (folder) => symlinkSync("data", join(folder, "payload"))],
    ["disk-fifo", "LINK", (folder) => void execFileSync("mkfifo", [join(folder, "data/pipe")])],
    ["disk-fifo-beside-signature", "LINK", (folder) => void execFileSync("mkfifo", [join(folder, "attestation/pipe")])],
    ["disk-empty-folder", "EXTRA", (folder) => mkdirSync(join(folder, "data/empty"))],
    ["disk-empty-folder-at-root", "EXTRA", (folder) => mkdirSync(join(folder, "extra"))],
    ["disk-empty-ledger", "EXTRA", (folder) => mkdirSync(join(folder, "ledger"))],
    ["disk-empty-folders-nested", "EXTRA", (folder) => mkdirSync(join(folder, "data/a/b/c"), { recursive: true })],
    ["disk-name-not-utf8", "NAME", (folder) => writeFileSync(Buffer.concat([Buffer.from(`${folder}/data/`), Buffer.of(0xff, 0xfe)]), "x")],
  ] as const satisfies readonly (readonly [string, string, (folder: string) => void])[]
).map(([name, code, onDisk]) => ({
  name: `${name}_fail`,
  exitCode: 1,
  code,
  trust: "evidence",
  bundle: () => forge(),
  onDisk,
  recipeAccepts: null,
}));

export const FILE_CASES: readonly ConformanceCase[] = [...CONTENT, ...REMOVED, ...TRANSPLANTS, ...NAMES, ...ON_DISK];
