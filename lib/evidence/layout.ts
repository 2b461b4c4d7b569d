import type { EvidenceFault } from "../base/evidenceError.ts";

/** Paths inside a bundle. Payload lies under `data/`; the signature and the ledger proof lie beside the bag, not in it. */
export const FILES = {
  bagit: "bagit.txt",
  bagInfo: "bag-info.txt",
  manifest: "manifest-sha256.txt",
  tagManifest: "tagmanifest-sha256.txt",
  key: "evidence-key.pem",
  howToVerify: "how-to-verify.txt",
  recipe: "verify-with-openssl.sh",
  statement: "attestation/statement.json",
  signature: "attestation/statement.sig",
  sigstore: "attestation/bundle.sigstore.json",
  salted: "salted-digests.txt",
} as const;

/** The salts of `salted-digests.txt`: in the original alone. */
export const SALTS = "data/salts.txt";

/**
 * A redacted copy is a bundle of its own kind: `data/redaction.json` says what became of every file of the original,
 * `data/original/` holds what proves the original, `data/copy/` the files as they may be shared.
 */
export const REDACTION = { record: "data/redaction.json", original: "data/original/", copy: "data/copy/" } as const;

export const ATTESTATION_FILES: readonly string[] = [FILES.statement, FILES.signature, FILES.sigstore];
/** What proves the bundle's place in the ledger. Not keys.json: nothing here would authenticate it, so it could be altered unseen. */
export const LEDGER_FILES: readonly string[] = [
  "ledger/entry.json",
  "ledger/case.tlog-proof",
  "ledger/previous-checkpoint",
  "ledger/consistency.txt",
];

/** What a bundle says of its case's history in the ledger before the sealing; see `caseHistoryFiles`. */
export const HISTORY_FILES = {
  entries: "data/ledger/entries.jsonl",
  opened: "data/ledger/opened.tlog-proof",
  latest: "data/ledger/latest.tlog-proof",
} as const;

/** The one file of a bundle that a browser opens. */
export const REPORT_PAGE = "data/report.html";

/** Files that the verifier reads itself and therefore holds in memory; of all others it keeps only the digest. */
const READ_BY_VERIFIER: ReadonlySet<string> = new Set([
  ...Object.values(FILES).filter((path) => path !== FILES.howToVerify && path !== FILES.recipe),
  ...LEDGER_FILES,
  ...Object.values(HISTORY_FILES),
  `${REDACTION.copy}ledger/entries.jsonl`,
  SALTS,
  REPORT_PAGE,
]);

const MAX_PATH_BYTES = 200;
/** No leading dot (hidden), no trailing dot (Windows drops it), lower case only (no case clashes, no look-alikes). */
const COMPONENT = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?$/;
/** Device names of Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

export const isReadByVerifier = (path: string): boolean =>
  READ_BY_VERIFIER.has(path) ||
  path === REDACTION.record ||
  (path.startsWith(REDACTION.original) && READ_BY_VERIFIER.has(path.slice(REDACTION.original.length)));
export const isPayload = (path: string): boolean => path.startsWith("data/");
export const isTagFile = (path: string): boolean =>
  !isPayload(path) && !path.startsWith("attestation/") && !path.startsWith("ledger/") && path !== FILES.tagManifest;

/** What is wrong with a path, or null. Hidden files are EXTRA, since no manifest could ever list them; the rest is NAME. */
export function nameFault(path: string): EvidenceFault | null {
  if (path.split("/").some((part) => /^\.[^./]/.test(part))) return { code: "EXTRA", detail: "hidden file or folder" };
  const isSafe = path.length <= MAX_PATH_BYTES && !path.includes("..") && path.split("/").every(isSafeComponent);
  return isSafe ? null : { code: "NAME", detail: "expected lower-case a-z 0-9 . _ - and at most 200 characters" };
}

/** A path that is also a folder of another path, which no file system could hold; null when there is none. */
export function pathClash(paths: Iterable<string>): string | null {
  const all = new Set(paths);
  for (const path of all) {
    for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
      if (all.has(path.slice(0, cut))) return path.slice(0, cut);
    }
  }
  return null;
}

const isSafeComponent = (part: string): boolean => COMPONENT.test(part) && !RESERVED.test(part);
