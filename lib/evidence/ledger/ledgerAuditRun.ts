import { type Bodies, wholeOf } from "../../base/content.ts";
import { EvidenceError } from "../../base/evidenceError.ts";
import { counted } from "../../base/figures.ts";
import { parseCanonicalJson, sha256Hex } from "../../base/jcs.ts";
import { type Spools, withSpools } from "../../base/spool.ts";
import { DEFAULT_LIMITS } from "../inventory.ts";
import { inLanes } from "../lanes.ts";
import { FILES } from "../layout.ts";
import { openBundle } from "../openBundle.ts";
import { parsePredicate } from "../predicate.ts";
import { bundleDigest } from "../seal.ts";
import { assertMembers } from "../statement.ts";
import { verifyBundle } from "../verify.ts";
import type { VerifyOptions } from "../verifyOptions.ts";
import type { Checkpoint, LogKey } from "./checkpoint.ts";
import { opaqueCase } from "./ledger.ts";
import { auditLedger } from "./ledgerAudit.ts";
import { sealingsIn } from "./ledgerCopy.ts";
import { type AuditFault, type AuditPolicy, fault, type StoredBundle } from "./ledgerFaults.ts";
import { inspectLedger } from "./ledgerInspect.ts";
import type { LedgerStore } from "./ledgerStore.ts";

/** Where sealed bundles lie, by name. */
export interface SealedBundles {
  list(prefix: string): Promise<readonly string[]>;
  /** The path of a folder on this machine, in which nothing can hide, or else the files; null: it is not there. */
  source(name: string, spools: Spools): Promise<string | Bodies | null>;
}

/** The digests of the revisions that a case names, in order. */
export interface NamedSealings {
  readonly caseId: string;
  readonly digests: readonly string[];
}

export interface AuditRun {
  readonly store: LedgerStore;
  readonly signed: LedgerStore;
  readonly origin: string;
  /** The ledger key and its predecessors. */
  readonly keys: readonly LogKey[];
  /** Entries that the log must have whatever its checkpoints say: `keys.json` names places in it. */
  readonly leastSize: number;
  /** The keys.json that was given, held against the rotations in the log; null: none. */
  readonly trustRoot: { readonly version: number; readonly digest: string } | null;
  /** Null leaves the store of bundles out of the audit. */
  readonly vault: SealedBundles | null;
  /** What cases say of their sealed revisions; null: they were not given. */
  readonly named: readonly NamedSealings[] | null;
  /** By what each bundle in the store is judged: the evidence keys, and the ledger it must be in. */
  readonly judge: Pick<VerifyOptions, "trust" | "verifyLedger" | "withoutLedger">;
  readonly remembered: Checkpoint | null;
  /** ISO 8601 UTC. */
  readonly asOf: string;
  readonly policy: AuditPolicy;
}

export interface AuditResult {
  readonly entries: number;
  /** The log's present word, to be remembered when nothing was found against it. */
  readonly newest: Checkpoint | null;
  readonly faults: readonly AuditFault[];
}

/** A whole audit: reads the ledger and the vault from end to end and holds them against each other and against memory. */
export async function runLedgerAudit(run: AuditRun): Promise<AuditResult> {
  const { entries, checkpoints, faults } = await inspectLedger(run, run);
  const vault = run.vault === null ? { bundles: null, faults: [] } : await readVault(run.vault, run);
  const audited = auditLedger({ ...run, entries, checkpoints, bundles: vault.bundles });
  return {
    entries: entries.size,
    newest: checkpoints.at(-1) ?? null,
    faults: [...faults, ...vault.faults, ...misnamed(run, entries), ...audited],
  };
}

/** A case names what the ledger sealed, in that order; a run that is under way, or ended too early, has not named the last one yet. */
const misnamed = (
  { named, origin }: Pick<AuditRun, "named" | "origin">,
  entries: ReadonlyMap<number, Uint8Array>,
): readonly AuditFault[] => {
  const sealings = sealingsIn(entries);
  return (named ?? []).flatMap(({ caseId, digests }) => {
    const subject = opaqueCase(origin, caseId);
    const sealed = sealings.filter((entry) => entry.case === subject).map(({ digest }) => digest);
    const agree = digests.every((digest, at) => digest === sealed[at]) && sealed.length - digests.length <= 1;
    const detail = `${caseId} names ${counted(digests.length, "sealed revision")}, and the ledger holds other sealings (${sealed.length})`;
    return agree ? [] : [fault("ALTERED", null, subject, detail)];
  });
};

/** Bundles at a time. */
const BUNDLES = 4;

/** The bundles of a vault as the audit needs them. What cannot be read as a bundle is EXTRA; one that does not verify, or lies under another's name, is ALTERED. */
async function readVault(
  vault: SealedBundles,
  { judge, asOf }: Pick<AuditRun, "judge" | "asOf">,
): Promise<{ readonly bundles: readonly StoredBundle[]; readonly faults: readonly AuditFault[] }> {
  const look = async (name: string, spools: Spools): Promise<readonly (StoredBundle | AuditFault)[]> => {
    try {
      const source = (await vault.source(name, spools)) ?? new Map<string, Uint8Array>();
      const files = typeof source === "string" ? openBundle(source, DEFAULT_LIMITS) : source;
      return [readBundle(files), ...(await alterations(name, source, { ...judge, now: asOf }))];
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      return [fault("EXTRA", null, null, `${name} in the vault: ${error.message}`)];
    }
  };
  const read = await inLanes(await vault.list(""), BUNDLES, (name) => withSpools((spools) => look(name, spools)));
  return {
    bundles: read.flat().filter((one) => "digest" in one),
    faults: read.flat().filter((one) => "code" in one),
  };
}

async function alterations(
  name: string,
  source: string | Bodies,
  options: VerifyOptions,
): Promise<readonly AuditFault[]> {
  const [, caseId, revision] = /^(.+)\/r(\d+)$/.exec(name) ?? [];
  const expected = { caseId: caseId ?? name, revision: Number(revision) };
  const [first] = (await verifyBundle(source, { ...options, expected })).errors;
  return first === undefined
    ? []
    : [fault("ALTERED", null, null, `${name} in the vault: ${first.code}: ${first.detail}`)];
}

function readBundle(files: Bodies): StoredBundle {
  if (!files.has(FILES.statement) || !files.has(FILES.tagManifest)) throw new EvidenceError("MISSING", "not a bundle");
  const statement = wholeOf(files.get(FILES.statement)!);
  const value = parseCanonicalJson(statement);
  assertMembers(value, ["_type", "predicate", "predicateType", "subject"], "statement");
  const { caseId, supersedes } = parsePredicate(value.predicate);
  return {
    caseId,
    digest: bundleDigest(files),
    statement: sha256Hex(statement),
    supersedes: supersedes?.digest ?? null,
  };
}
