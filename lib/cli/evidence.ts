import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Bodies, type Body, chunksOf, wholeOf } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { withSpools } from "../base/spool.ts";
import { writeAll } from "../embedded/files.ts";
import type { BundleStatement } from "../evidence/checkAttestation.ts";
import { FILES } from "../evidence/layout.ts";
import type { LedgerCopy } from "../evidence/ledger/ledgerCopy.ts";
import type { VerifyReport } from "../evidence/report.ts";
import { reportText } from "../evidence/reportText.ts";
import { PREDICATE_TYPES } from "../evidence/statement.ts";
import { readAuthorities, readRedactors } from "../evidence/trustInput.ts";
import type { SeenLedger } from "../evidence/trustOptions.ts";
import { verifyBundle } from "../evidence/verify.ts";
import type { VerifyOptions } from "../evidence/verifyOptions.ts";
import { topFolderOf, zipChunks } from "../evidence/zip.ts";
import type { Vault } from "../ports/ports.ts";
import { BUNDLE_OPTIONS, isCase, REVISION_OPTION, verifyNamed, withBundle } from "./bundle.ts";
import { FILTER_OPTIONS, filteredCases } from "./caseFilter.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import type { Io } from "./io.ts";
import { ledgerCopyFrom, NEEDS_KEYS } from "./ledgerSource.ts";
import { caseMeant, ignoreBoundaries } from "./named.ts";
import { withPlace } from "./places.ts";
import { withReportRebuilt } from "./reportRebuilt.ts";
import { heldAgainst } from "./sealed.ts";
import { TRUST_OPTION, trustFrom, trustGiven } from "./trust.ts";

export const evidenceList: Verb = {
  usage: "[CASE] [--since TIME] [--until TIME] [--principal TEXT] [--bucket NAME] [--severity N] [--status STATUS]",
  options: FILTER_OPTIONS,
  examples: [
    "cordon evidence list",
    "cordon evidence list case-20260223-0123456789 --json",
    "cordon evidence list --bucket customer-exports --since 2026-01-01",
  ],
  run: (typed, io) =>
    withPlace(typed, io, ignoreBoundaries, async ({ ports }) => {
      const [given] = typed.positionals;
      const meant = given === undefined ? null : await caseMeant(given, ports);
      const wanted = (await filteredCases(typed, ports)).filter(({ caseId }) => meant === null || caseId === meant);
      const named = wanted.flatMap(({ caseId, sealed }) => sealed.map((revision) => ({ caseId, ...revision })));
      const rows = await Promise.all(
        named.map(async (one) => ({ ...one, ...(await located(`${one.caseId}/r${one.revision}`, ports.vault)) })),
      );
      io.result(rows);
      io.print(
        rows.length === 0
          ? "No sealed evidence."
          : rows
              .map(
                ({ caseId, revision, at, digest, path, why }) =>
                  `${caseId}  r${revision}  ${at}  sha256 ${digest}\n    ${path ?? why}`,
              )
              .join("\n"),
      );
      return EXIT.ok;
    }),
};

/** One that cannot be reached hides no other. */
const located = async (
  name: string,
  vault: Vault,
): Promise<{ readonly path: string | null; readonly why: string | null }> => {
  try {
    const path = await vault.locate(name);
    return { path, why: path === null ? "NOT IN THE VAULT" : null };
  } catch (error) {
    return { path: null, why: (error as Error).message };
  }
};

export const evidenceGet: Verb = {
  usage: "CASE [--revision N] --out PATH | BUNDLE [--trust KEY]… --out PATH",
  options: { ...BUNDLE_OPTIONS, out: { type: "string", value: "PATH", help: "where to; must not exist yet" } },
  examples: [
    "cordon evidence get case-20260223-0123456789 --out case.zip",
    "cordon evidence get case.zip --trust keys.json --out unpacked",
  ],
  run: (typed, io) =>
    withBundle(typed, io, async ({ caseId, revision, digest, files }) => {
      const path = writeOut(files, newPath(typed.values.out));
      io.result({ caseId, revision, digest, path });
      io.print(path);
      return EXIT.ok;
    }),
};

/** Where a verb may write: a path that was typed and that nothing is at. Throws USAGE. */
export const newPath = (out: unknown): string => {
  if (typeof out !== "string") throw new CordonError("USAGE", "expected --out PATH");
  const path = resolve(out);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined)
    throw new CordonError("USAGE", `${path} exists already; nothing was overwritten`);
  return path;
};

/** Writes a bundle as a folder, or as a ZIP when the path ends in .zip. What fails on the way is removed again. */
export const writeOut = (files: Bodies, path: string): string => {
  try {
    if (path.endsWith(".zip")) writeChunks(zipChunks(files, topOf(files)), path, 0o666);
    else for (const [name, body] of files) writeBody(body, join(path, name), 0o666);
    return path;
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw error;
  }
};

/** Who may read what a verb writes: everybody that the shell's own mask lets, or its owner alone. */
export type Mode = 0o666 | 0o600;

/** One new file; nothing of it stays when it cannot be read to its end. */
export const writeBody = (body: Body, path: string, mode: Mode): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeChunks(chunksOf(body), path, mode);
};

const writeChunks = (chunks: Iterable<Uint8Array>, path: string, mode: Mode): void => {
  const file = openSync(path, "wx", mode);
  try {
    for (const chunk of chunks) writeAll(file, chunk);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
};

/** In a folder of its own, so that unpacking it strews nothing about. */
const topOf = (files: Bodies): string =>
  topFolderOf(
    (JSON.parse(Buffer.from(wholeOf(files.get(FILES.statement)!)).toString("utf8")) as BundleStatement).predicate,
  );

export const evidenceVerify: Verb = {
  usage: "BUNDLE [--trust KEY.pem]… | CASE",
  options: {
    ...TRUST_OPTION,
    checkpoint: {
      type: "string",
      value: "FILE",
      help: "a checkpoint of the ledger that you kept: the bundle must belong to the same history",
    },
    ledger: {
      type: "string",
      value: "DIR",
      help: "a copy of the ledger: joins --checkpoint to the bundle, and with keys.json says whether a later revision was sealed",
    },
    redactor: {
      type: "string",
      multiple: true,
      value: "KEY",
      help: "who may have made a redacted copy, and is trusted with nothing else: a public key (PEM) or its SHA-256; may be repeated",
    },
    "tsa-ca": {
      type: "string",
      multiple: true,
      value: "FILE",
      help: "certificate (PEM) of a time stamp authority you trust; a time stamp must then be there and chain to it",
    },
    ...REVISION_OPTION,
  },
  examples: [
    "cordon evidence verify ./case.zip --trust keys.json",
    "cordon evidence verify ./bundle --trust 3f2a91c0…",
    "cordon evidence verify case-20260223-0123456789      (trusts the key of this data directory)",
  ],
  run: async (typed, io) => {
    const [target, ...rest] = typed.positionals;
    if (target === undefined || rest.length > 0) throw new CordonError("USAGE", "expected one bundle, or one case id");
    const report = isCase(target) ? await verifyCase(typed, io) : await verifyPath(target, typed);
    io.result(report);
    io.print(reportText(report));
    return report.exitCode;
  },
};

const verifyPath = async (path: string, typed: Typed): Promise<VerifyReport> => {
  if (typed.values.revision !== undefined)
    throw new CordonError("USAGE", "--revision goes with a case id; a bundle is of one revision");
  const redactors = (typed.values.redactor as unknown as readonly string[] | undefined) ?? [];
  const copy =
    typeof typed.values.ledger === "string" ? await ledgerCopyFrom(typed.values.ledger, trustGiven(typed)) : null;
  const options = trustFrom(trustGiven(typed), seenGiven(typed, copy));
  if (typed.values.checkpoint !== undefined && options.verifyLedger === undefined)
    throw new CordonError("USAGE", NEEDS_KEYS);
  const report = await verifyBundle(path, {
    ...options,
    ...authoritiesGiven(typed),
    redactors: readRedactors(redactors),
    ...(copy === null ? {} : heldAgainst(copy, options)),
  });
  if (redactors.length > 0 && report.statement?.predicateType === PREDICATE_TYPES.evidenceBundle)
    throw new CordonError("USAGE", "--redactor goes with a redacted copy, and this is an original");
  return withReportRebuilt(report, path);
};

/** `--checkpoint`, and a copy of the ledger that joins it to the bundle's own where the bundle does not. */
const seenGiven = (typed: Typed, copy: LedgerCopy | null): SeenLedger | null => {
  const { checkpoint } = typed.values;
  if (typeof checkpoint !== "string") return null;
  return { checkpoint: readFileSync(resolve(checkpoint)), between: copy?.between ?? null };
};

/** A case of this deployment: its own keys are the trusted ones, and the newest revision is known. */
const verifyCase = (typed: Typed, io: Io): Promise<VerifyReport> =>
  withPlace(typed, io, ignoreBoundaries, async (place) => {
    const ignored = ["trust", "checkpoint", "ledger", "redactor"].find((name) => typed.values[name] !== undefined);
    if (ignored !== undefined)
      throw new CordonError(
        "USAGE",
        `--${ignored} goes with the path of a bundle; a case is judged by the keys and the ledger of its deployment`,
      );
    return withSpools(async (spools) => {
      const { report, source } = await verifyNamed(typed, place, spools, authoritiesGiven(typed));
      return withReportRebuilt(report, source);
    });
  });

const authoritiesGiven = (typed: Typed): Pick<VerifyOptions, "timeStampAuthorities"> => {
  const paths = typed.values["tsa-ca"] as unknown as readonly string[] | undefined;
  return paths === undefined ? {} : { timeStampAuthorities: readAuthorities(paths) };
};
