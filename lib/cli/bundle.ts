import { readFileSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { printable } from "../base/evidenceError.ts";
import { readFolder } from "../evidence/folder.ts";
import type { VerifyReport } from "../evidence/report.ts";
import { PREDICATE_TYPES } from "../evidence/statement.ts";
import { verifyBundle } from "../evidence/verify.ts";
import { unpackZip } from "../evidence/zip.ts";
import { MAX_ZIP_BYTES } from "../evidence/zipFormat.ts";
import type { OptionSpecs, Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { type Place, withPlace } from "./place.ts";
import { caseIdFrom, ignoreBoundaries } from "./session.ts";
import { TRUST_OPTION, trustFrom, trustGiven } from "./trust.ts";

/** What is read out of is held in memory as a whole; to verify it alone has no such limit. */
const IN_MEMORY = { files: 100_000, bytes: MAX_ZIP_BYTES, heldBytes: MAX_ZIP_BYTES } as const;

export const REVISION_OPTION: OptionSpecs = {
  revision: { type: "string", value: "N", help: "with CASE: which revision (default: the newest)" },
};
export const BUNDLE_OPTIONS: OptionSpecs = { ...REVISION_OPTION, ...TRUST_OPTION };

/** A sealed revision of a case, with its files. */
export interface SealedBundle {
  readonly caseId: string;
  readonly revision: number;
  readonly digest: string;
  /** Where it lies: a folder, a ZIP file, or `s3://…`. */
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Works on the bundle that a command line names: a case of a deployment, or the path of a bundle that was handed over, for
 * which no deployment is opened or made (`place` is null).
 */
export const withBundle = async <T>(
  typed: Typed,
  io: Io,
  work: (bundle: SealedBundle, place: Place | null) => Promise<T>,
): Promise<T> => {
  const target = targetFrom(typed);
  if (!isCase(target)) return work(await carriedBundle(target, typed, io), null);
  if (trustGiven(typed).length > 0)
    throw new CordonError(
      "USAGE",
      "--trust goes with the path of a bundle; a case is judged by the keys of its deployment",
    );
  return withPlace(typed, io, ignoreBoundaries, async (place) => work(await sealedBundle(typed, place), place));
};

const targetFrom = ({ positionals }: Typed): string => {
  const [target, ...rest] = positionals;
  if (target === undefined || rest.length > 0)
    throw new CordonError("USAGE", `expected one case id or one bundle, got ${positionals.length}`);
  return target;
};

/** A file or folder of this name wins, however it is called. */
export const isCase = (target: string): boolean => target.startsWith("case-") && statOf(target) === undefined;

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** The revision that a command line names, or the newest. Throws USAGE when there is no such one. */
const sealedBundle = async (typed: Typed, { ports }: Pick<Place, "ports">): Promise<SealedBundle> => {
  const caseId = caseIdFrom(typed);
  const { sealed } = await ports.cases.head(caseId);
  const wanted =
    typed.values.revision === undefined
      ? sealed.at(-1)
      : sealed.find(({ revision }) => String(revision) === typed.values.revision);
  const files = wanted === undefined ? null : await ports.vault.files(`${caseId}/r${wanted.revision}`);
  if (wanted === undefined || files === null)
    throw new CordonError("USAGE", `${caseId} has ${sealed.length} sealed revision(s), not the one asked for`);
  return { caseId, revision: wanted.revision, digest: wanted.digest, path: wanted.path, files };
};

/** Verified where it lies and again as it was read, so that nothing comes out of it that was not proven to be in it. */
const carriedBundle = async (target: string, typed: Typed, io: Io): Promise<SealedBundle> => {
  const path = resolve(target);
  const stat = statOf(path);
  if (stat === undefined)
    throw new CordonError("USAGE", `${printable(target)} is neither a case id nor a bundle that is here`);
  if (typed.values.revision !== undefined)
    throw new CordonError("USAGE", "--revision goes with a case id; a bundle is of one revision");
  const options = trustFrom(trustGiven(typed), null);
  assertIntact(path, await verifyBundle(path, options));
  const files = stat.isDirectory()
    ? readFolder(path, IN_MEMORY, () => true).held
    : unpackZip(readFileSync(path), IN_MEMORY);
  const report = await verifyBundle(files, options);
  assertIntact(path, report);
  if (report.exitCode === 3)
    io.warn(`${path}: intact, but the signer is not established: nobody knows yet who made it (--trust keys.json)`);
  const { caseId, revision } = report.statement!.predicate;
  return { caseId, revision, digest: report.digest!, path, files };
};

const assertIntact = (path: string, { exitCode, errors }: VerifyReport): void => {
  if (exitCode !== 1 && exitCode !== 2) return;
  throw new CordonError(
    exitCode === 1 ? "INPUT_INVALID" : "INPUT_UNREADABLE",
    `${path} does not verify, and nothing is taken out of it: ${errors[0]!.code}: ${errors[0]!.detail}`,
  );
};

/** A copy holds the files under other names and not all of them. */
export const isRedactedCopy = ({ files }: SealedBundle): boolean =>
  Buffer.from(files.get("attestation/statement.json")!).includes(`"predicateType":"${PREDICATE_TYPES.redactedCopy}"`);
