import { statSync } from "node:fs";
import { type Bodies, readerOf } from "../base/content.ts";
import { EvidenceError, type EvidenceFault } from "../base/evidenceError.ts";
import {
  assertSameInSigstore,
  assertSubject,
  type BundleStatement,
  readKey,
  readStatement,
} from "./checkAttestation.ts";
import { assertBag, checkPayload, checkTagFiles } from "./checkBag.ts";
import { checkHistory } from "./checkHistory.ts";
import { checkLedger, subjectOf } from "./checkLedger.ts";
import { checkExpected, checkPlaceInTime } from "./checkPlace.ts";
import { assertRedaction, movedFrom, originalLedger } from "./checkRedaction.ts";
import { assertTrusted, fingerprintsOf } from "./checkSigner.ts";
import { checkTimeStamp, type TimeStampWish } from "./checkTimeStamp.ts";
import { readFolder } from "./folder.ts";
import { DEFAULT_LIMITS, type Inventory, inventoryOf } from "./inventory.ts";
import { FILES, REDACTION } from "./layout.ts";
import { checkPages } from "./pages.ts";
import type { EvidenceKey } from "./publicKey.ts";
import { type Report, startReport, type VerifyReport } from "./report.ts";
import { checkSalts } from "./salts.ts";
import { PREDICATE_TYPES } from "./statement.ts";
import type { VerifyOptions } from "./verifyOptions.ts";
import { topFolderOf } from "./zip.ts";
import { readZip, readZipFile } from "./zipRead.ts";

/** A folder or a ZIP file by its path, the bytes of a ZIP, or the files of a bundle. */
export type BundleSource = string | Uint8Array | Bodies;

/**
 * Verifies a bundle offline. Never throws for what a bundle contains: every fault is in the report, by a stable code.
 * Memory does not grow with the payload; limits hold before anything is parsed.
 */
export async function verifyBundle(source: BundleSource, options: VerifyOptions): Promise<VerifyReport> {
  const report = startReport();
  const trusted = report.attempt(
    "TRUST",
    () => fingerprintsOf(options.trust),
    ({ size }) => `${size} trusted keys given`,
  );
  const inventory = report.attempt(
    "CONTAINER",
    () => readSource(source, options),
    ({ digests }) => `${digests.size} files`,
  );
  if (trusted === null || inventory === null)
    return report.finish({ statement: null, digest: null, fingerprint: null });
  if (!isBundle(inventory)) {
    report.record(
      "NAMES",
      [{ code: "UNREADABLE", detail: "not a Cordon bundle: no statement, no manifest, no bag" }],
      "",
    );
    return report.finish({ statement: null, digest: null, fingerprint: null });
  }
  report.record("NAMES", inventory.faults, "no links, no hidden files, only safe names");
  const key = report.attempt(
    "KEY",
    () => readKey(inventory),
    ({ fingerprint }) => `P-256, ${fingerprint}`,
  );
  const statement = key && report.attempt("STATEMENT", () => readStatement(inventory, key), describeStatement);
  if (statement) report.record("TOP", topFaults(inventory, statement), "the folder is named after the bundle");
  checkBundle(report, inventory, statement, options);
  let original: string | null = null;
  if (key && statement?.predicateType === PREDICATE_TYPES.redactedCopy)
    original = checkRedacted(report, inventory, statement, key, options);
  else if (key && statement) {
    checkLedger(report, inventory, subjectOf(statement, key, inventory), options);
    checkHistory(report, inventory, statement, "bundle", options);
  }
  if (key)
    report.attempt(
      "SIGNER",
      () => assertTrusted(key, signersOf(statement, trusted, options)),
      () => (trusted.has(key.fingerprint) ? "a key you trust" : "a key you trust to make copies, and to nothing else"),
    );
  if (statement) checkExpected(report, statement, options);
  if (statement) checkPlaceInTime(report, statement, original, options);
  const digest = inventory.digests.get(FILES.tagManifest)?.sha256 ?? null;
  return report.finish({ statement, digest, fingerprint: key?.fingerprint ?? null });
}

/** A copy may be made by more keys than sign originals. */
const signersOf = (
  statement: BundleStatement | null,
  trusted: ReadonlySet<string>,
  { redactors = [] }: VerifyOptions,
): ReadonlySet<string> =>
  statement?.predicateType === PREDICATE_TYPES.redactedCopy ? trusted.union(fingerprintsOf(redactors)) : trusted;

/** A wrong folder is a slip of whoever asks, not tampering; what has any of these is judged. */
const isBundle = ({ digests, unread }: Inventory): boolean =>
  unread.length > 0 ||
  [FILES.bagit, FILES.statement, FILES.tagManifest, FILES.manifest].some((path) => digests.has(path));

/** The folder inside a ZIP is outside every digest: it may say nothing but what the statement says. */
const topFaults = ({ top = "" }: Inventory, { predicate }: BundleStatement): readonly EvidenceFault[] =>
  top === "" || top === topFolderOf(predicate)
    ? []
    : [{ code: "ARCHIVE", detail: `the folder ${top} is not named after the bundle in it` }];

function readSource(source: BundleSource, options: VerifyOptions): Inventory {
  const limits = options.limits ?? DEFAULT_LIMITS;
  if (source instanceof Uint8Array) return readZip(readerOf(source), limits);
  if (typeof source !== "string") return inventoryOf(source, limits);
  try {
    return statSync(source).isDirectory() ? readFolder(source, limits) : readZipFile(source, limits);
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    throw new EvidenceError("UNREADABLE", (error as NodeJS.ErrnoException).code ?? "cannot be opened", error);
  }
}

/** Everything that the signature covers, from the statement down to the last payload file. */
function checkBundle(
  report: Report,
  inventory: Inventory,
  statement: BundleStatement | null,
  options: VerifyOptions,
): void {
  report.attempt(
    "SIGSTORE",
    () => assertSameInSigstore(inventory),
    () => "the same statement and signature",
  );
  checkTimeStamp(report, inventory, statement, stampsAskedOf(statement, options));
  if (statement)
    report.attempt(
      "SUBJECT",
      () => assertSubject(inventory, statement),
      () => "the tag manifest here is the signed one",
    );
  report.record("TAG_FILES", checkTagFiles(inventory), "all listed, none added");
  report.record("PAYLOAD", checkPayload(inventory), "all listed, none added");
  report.record("PAGES", checkPages(inventory), "no script and no remote reference in what a browser opens");
  if (statement)
    report.attempt(
      "BAG",
      () => assertBag(inventory, statement.predicate),
      () => "BagIt 1.0, counts agree",
    );
  if (statement?.predicateType === PREDICATE_TYPES.evidenceBundle)
    report.attempt(
      "SALTS",
      () => checkSalts(inventory),
      (files) => (files === null ? "older form: digests not salted" : `${files} salted digests`),
    );
}

/** Of a copy it is the original that must be stamped; its own stamp is judged where it has one. */
const stampsAskedOf = (statement: BundleStatement | null, options: VerifyOptions): TimeStampWish =>
  statement?.predicateType === PREDICATE_TYPES.redactedCopy
    ? { ...options, mayBeMissing: true }
    : { ...options, mayBeMissing: false };

/**
 * A redacted copy stands on the bundle it was made from: that one's signature, tag manifest and place in the ledger are
 * judged from the files under `data/original/`, and every file of it must be accounted for. The copy itself is in no ledger.
 * Answers the original's digest, by which later revisions are known.
 */
function checkRedacted(
  report: Report,
  inventory: Inventory,
  statement: BundleStatement,
  key: EvidenceKey,
  options: VerifyOptions,
): string | null {
  const original = report.attempt(
    "REDACTION",
    () => assertRedaction(inventory, statement),
    ({ same, redacted, withheld, digest }) =>
      `made from ${digest}: ${same} files the same, ${withheld} withheld; what the ${redacted} redacted files say is the word of whoever made the copy`,
  );
  const signer = options.judgeSigner?.(key.fingerprint, statement.predicate.sealedAt) ?? null;
  if (signer !== null) report.record("SIGNER", [signer], "");
  if (original === null) return null;
  const trusted = fingerprintsOf(options.trust);
  report.attempt(
    "SIGNER",
    () => assertTrusted(original.key, trusted),
    () => "the original: a key you trust",
  );
  const attested = movedFrom(REDACTION.original, inventory);
  checkTimeStamp(report, attested, original.statement, { ...options, mayBeMissing: false });
  const subject = subjectOf(original.statement, original.key, inventory, REDACTION.original);
  checkLedger(report, originalLedger(inventory), subject, options);
  checkHistory(report, inventory, original.statement, "copy", options);
  return original.digest;
}

const describeStatement = ({ predicate }: BundleStatement): string =>
  `signed: ${predicate.caseId}, revision ${predicate.revision}`;
