import { FILES } from "../../lib/evidence/layout.ts";
import { type ConformanceCase, refused } from "./case.ts";
import { edit, type Files, forge, utf8 } from "./forge.ts";

const PARTS = "signed by the genuine key; the recipe compares names and digests, not what belongs into which manifest";

const manifest = (to: (text: string) => string | Uint8Array) => () => forge({ manifest: to });
const tagManifest = (to: (text: string) => string) => () => forge({ tagManifest: to });
const tags = (to: (tags: Files) => void) => () => forge({ tags: to });
const bagInfo = (to: (text: string) => string) => tags((files) => edit(files, FILES.bagInfo, to));

const first = (text: string): string => text.slice(0, text.indexOf("\n") + 1);
const digest = (text: string): string => text.slice(0, 64);

/** Every one of these is signed by the genuine key. */
export const MANIFEST_CASES: readonly ConformanceCase[] = refused([
  ["manifest-line-twice", "MANIFEST", manifest((text) => first(text) + text)],
  ["manifest-upper-case-digest", "MANIFEST", manifest((text) => digest(text).toUpperCase() + text.slice(64))],
  ["manifest-binary-mode", "MANIFEST", manifest((text) => text.replaceAll("  ", " *"))],
  ["manifest-crlf", "MANIFEST", manifest((text) => text.replaceAll("\n", "\r\n"))],
  ["manifest-byte-order-mark", "MANIFEST", manifest((text) => `\ufeff${text}`)],
  ["manifest-no-final-newline", "MANIFEST", manifest((text) => text.slice(0, -1))],
  ["manifest-blank-line", "MANIFEST", manifest((text) => `${text}\n`)],
  ["manifest-comment", "MANIFEST", manifest((text) => `# comment\n${text}`)],
  ["manifest-escaped-name", "MANIFEST", manifest((text) => `\\${text}`)],
  ["manifest-tab", "MANIFEST", manifest((text) => text.replace("  ", "\t"))],
  ["manifest-one-space", "MANIFEST", manifest((text) => text.replace("  ", " "))],
  ["manifest-three-spaces", "MANIFEST", manifest((text) => text.replace("  ", "   "))],
  ["manifest-short-digest", "MANIFEST", manifest((text) => text.slice(24))],
  ["manifest-leading-dot-slash", "MANIFEST", manifest((text) => text.replaceAll("  ", "  ./"))],
  ["manifest-path-outside", "MANIFEST", manifest((text) => text.replace("data/case.json", "data/../data/case.json"))],
  ["manifest-path-absolute", "MANIFEST", manifest((text) => `${text}${"0".repeat(64)}  /etc/passwd\n`)],
  ["manifest-lists-tag-file", "MANIFEST", manifest((text) => `${text}${"0".repeat(64)}  schema/case.json\n`)],
  ["manifest-unsorted", "MANIFEST", manifest((text) => text.slice(first(text).length) + first(text))],
  ["manifest-empty", "MANIFEST", manifest(() => "")],
  ["manifest-trailing-space", "MANIFEST", manifest((text) => text.replace("\n", " \n"))],
  ["manifest-nul", "MANIFEST", manifest((text) => text.replace("case.json", "case\0json"))],
  ["manifest-not-ascii", "MANIFEST", manifest((text) => text.replace("case.json", "c\u00e4se.json"))],
  ["manifest-bsd-format", "MANIFEST", manifest((text) => text.replace(/^(\w+) {2}(.+)$/gm, "SHA256 ($2) = $1"))],
  ["manifest-omits-file", "EXTRA", manifest((text) => text.slice(first(text).length))],
  ["manifest-lists-absent-file", "MISSING", manifest((text) => `${text}${"0".repeat(64)}  data/zzz\n`)],
  ["manifest-wrong-digest", "DIGEST", manifest((text) => `${"0".repeat(64)}${text.slice(64)}`)],
  ["manifest-random-bytes", "MANIFEST", manifest(() => Buffer.from([...Array(256).keys()]))],
  ["tag-manifest-unsorted", "MANIFEST", tagManifest((text) => text.slice(first(text).length) + first(text))],
  ["tag-manifest-line-twice", "MANIFEST", tagManifest((text) => first(text) + text)],
  ["tag-manifest-omits-bagit", "MANIFEST", tagManifest((text) => text.replace(/.*bagit\.txt\n/, ""))],
  ["tag-manifest-omits-key", "MANIFEST", tagManifest((text) => text.replace(/.*evidence-key\.pem\n/, ""))],
  ["tag-manifest-omits-manifest", "MANIFEST", tagManifest((text) => text.replace(/.*manifest-sha256\.txt\n/, ""))],
  ["tag-manifest-omits-schema", "EXTRA", tagManifest((text) => text.replace(/.*schema\/case\.json\n/, ""))],
  ["tag-manifest-lists-payload", "MANIFEST", tagManifest((text) => `${text}${"0".repeat(64)}  data/case.json\n`)],
  ["tag-manifest-lists-itself", "MANIFEST", tagManifest((text) => `${text}${"0".repeat(64)}  tagmanifest-sha256.txt\n`)],
  ["tag-manifest-lists-signature", "MANIFEST", tagManifest((text) => `${"0".repeat(64)}  attestation/statement.sig\n${text}`)],
  ["tag-manifest-lists-ledger", "MANIFEST", tagManifest((text) => `${text}${"0".repeat(64)}  ledger/entry.json\n`)],
  ["tag-manifest-empty", "MANIFEST", tagManifest(() => "")],
  ["second-manifest-md5", "MANIFEST", tags((files) => void files.set("manifest-md5.txt", utf8(""))), PARTS],
  ["second-manifest-sha512", "MANIFEST", tags((files) => void files.set("manifest-sha512.txt", utf8(""))), PARTS],
  ["second-tag-manifest-md5", "MANIFEST", tags((files) => void files.set("tagmanifest-md5.txt", utf8(""))), PARTS],
  ["bagit-older-version", "VERSION", tags((files) => edit(files, FILES.bagit, (text) => text.replace("1.0", "0.97"))), PARTS],
  ["bagit-newer-version", "VERSION", tags((files) => edit(files, FILES.bagit, (text) => text.replace("1.0", "1.1"))), PARTS],
  ["bagit-other-encoding", "VERSION", tags((files) => edit(files, FILES.bagit, (text) => text.replace("UTF-8", "UTF-16"))), PARTS],
  ["bagit-crlf", "VERSION", tags((files) => edit(files, FILES.bagit, (text) => text.replaceAll("\n", "\r\n"))), PARTS],
  ["bag-info-oxum-bytes", "BAGINFO", bagInfo((text) => text.replace(/Oxum: \d+/, "Oxum: 1")), PARTS],
  ["bag-info-oxum-files", "BAGINFO", bagInfo((text) => text.replace(/\.4\n$/, ".5\n")), PARTS],
  ["bag-info-other-case", "BAGINFO", bagInfo((text) => text.replace("case-2026", "case-2025")), PARTS],
  ["bag-info-other-revision", "BAGINFO", bagInfo((text) => text.replace("/r2", "/r1")), PARTS],
  ["bag-info-other-date", "BAGINFO", bagInfo((text) => text.replace("Date: 2026", "Date: 2025")), PARTS],
  ["bag-info-extra-label", "BAGINFO", bagInfo((text) => `${text}Contact-Name: eve\n`), PARTS],
  ["bag-info-label-twice", "BAGINFO", bagInfo((text) => `${text}Payload-Oxum: 1.1\n`), PARTS],
  ["bag-info-empty", "BAGINFO", bagInfo(() => ""), PARTS],
  ["signed-counts-files", "BAGINFO", () => forge({ predicate: { payload: { files: 5, bytes: 77 } } }), PARTS],
  ["signed-counts-bytes", "BAGINFO", () => forge({ predicate: { payload: { files: 4, bytes: 78 } } }), PARTS],
]);
