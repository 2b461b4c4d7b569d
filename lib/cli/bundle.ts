import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Bodies, wholeOf } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { printable } from "../base/evidenceError.ts";
import { type Spools, withSpools } from "../base/spool.ts";
import { DEFAULT_LIMITS } from "../evidence/inventory.ts";
import { openBundle } from "../evidence/openBundle.ts";
import type { VerifyReport } from "../evidence/report.ts";
import { PREDICATE_TYPES } from "../evidence/statement.ts";
import { verifyBundle } from "../evidence/verify.ts";
import type { VerifyOptions } from "../evidence/verifyOptions.ts";
import type { OptionSpecs, Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { bundlesIn } from "./ledgerSource.ts";
import { caseIdFrom, ignoreBoundaries } from "./named.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { heldAgainst, type NamedRevision, notInVault, ownLedger, revisionNamed, verifyRevision } from "./sealed.ts";
import { TRUST_OPTION, trustFrom, trustGiven, trustIn } from "./trust.ts";

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
  /** Read where they lie, each time anew; they last as long as the spools. */
  readonly files: Bodies;
}

/**
 * Works on the bundle that a command line names: a case of a deployment, or the path of a bundle that was handed over, for
 * which no deployment is opened or made (`place` is null).
 */
export const withBundle = async <T>(
  typed: Typed,
  io: Io,
  work: (bundle: SealedBundle, place: Place | null, spools: Spools) => Promise<T>,
): Promise<T> =>
  withSpools(async (spools) => {
    const target = targetFrom(typed);
    if (!isCase(target)) return work(await carriedBundle(target, typed, io), null, spools);
    if (trustGiven(typed).length > 0)
      throw new CordonError(
        "USAGE",
        "--trust goes with the path of a bundle; a case is judged by the keys of its deployment",
      );
    return withPlace(typed, io, ignoreBoundaries, async (place) =>
      work(await ownBundle(typed, place, spools), place, spools),
    );
  });

const targetFrom = ({ positionals }: Typed): string => {
  const [target, ...rest] = positionals;
  if (target === undefined || rest.length > 0)
    throw new CordonError("USAGE", `expected one case id or one bundle, got ${positionals.length}`);
  return target;
};

/** A file or folder of this name wins, however it is called. */
export const isCase = (target: string): boolean => target.startsWith("case-") && statOf(target) === undefined;

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

interface Judged {
  readonly named: NamedRevision;
  readonly report: VerifyReport;
  readonly path: string;
  readonly source: string | Bodies;
  /** By what it was judged. */
  readonly options: VerifyOptions;
}

/**
 * Judges the revision that a command line names, or the newest, where the vault keeps it, found by its name and not by what the
 * case says. Held to the id, revision and digest that the case names, and to the ledger of the deployment. Throws USAGE when
 * there is no such revision.
 */
export const verifyNamed = async (
  typed: Typed,
  place: Place,
  spools: Spools,
  more: Partial<VerifyOptions> = {},
): Promise<Judged> => {
  const caseId = await caseIdFrom(typed, place.ports);
  const { revision } = typed.values;
  const { bytes: keys, options: trusted } = await trustIn(place);
  const ledger = await ownLedger(place.ledger, {
    origin: place.ports.ledger.origin,
    keys,
    now: place.ports.clock.now(),
  });
  const wanted = revision === undefined ? undefined : String(revision);
  const named = revisionNamed(await place.ports.cases.head(caseId), wanted, ledger.newer);
  const name = `${caseId}/r${named.revision}`;
  const path = await place.ports.vault.locate(name);
  const source = await bundlesIn(place.ports.vault, place.inAws).source(name, spools);
  if (path === null || source === null) throw notInVault(named);
  const options = { ...trusted, ...heldAgainst(ledger, trusted), ...more };
  return { named, path, source, options, report: await verifyRevision(named, source, options) };
};

/** Nothing comes out of the vault that is not proven to be the bundle that the case names. */
const ownBundle = async (typed: Typed, place: Place, spools: Spools): Promise<SealedBundle> => {
  const { named, report, path, source, options } = await verifyNamed(typed, place, spools);
  const wasAskedFor = typed.values.revision !== undefined;
  assertOwn(path, report, wasAskedFor);
  const files = typeof source === "string" ? openBundle(source, DEFAULT_LIMITS) : source;
  assertOwn(path, await verifyBundle(files, { ...options, expected: named }), wasAskedFor);
  return { ...named, path, files };
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
  const files = openBundle(path, DEFAULT_LIMITS);
  const report = await verifyBundle(files, options);
  assertIntact(path, report);
  if (report.exitCode === 3)
    io.warn(`${path}: intact, but the signer is not established: nobody knows yet who made it (--trust keys.json)`);
  const { caseId, revision } = report.statement!.predicate;
  return { caseId, revision, digest: report.digest!, path, files };
};

const assertIntact = (path: string, report: VerifyReport): void => {
  if (report.exitCode === 1 || report.exitCode === 2) throw notTaken(path, report);
};

/** What a deployment keeps itself must be its own, whole, and as its ledger has it; an old revision is taken out where that one was asked for. */
const assertOwn = (path: string, report: VerifyReport, wasAskedFor: boolean): void => {
  if (report.exitCode !== 0 && !(wasAskedFor && report.exitCode === 4)) throw notTaken(path, report);
};

const notTaken = (path: string, { exitCode, errors }: VerifyReport): CordonError =>
  new CordonError(
    exitCode === 2 ? "INPUT_UNREADABLE" : "INPUT_INVALID",
    `${path} does not verify, and nothing is taken out of it: ${errors[0]!.code}: ${errors[0]!.detail}`,
  );

/** A copy holds the files under other names and not all of them. */
export const isRedactedCopy = ({ files }: SealedBundle): boolean =>
  Buffer.from(wholeOf(files.get("attestation/statement.json")!)).includes(
    `"predicateType":"${PREDICATE_TYPES.redactedCopy}"`,
  );
