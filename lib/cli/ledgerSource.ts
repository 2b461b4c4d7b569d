import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { systemClock } from "../embedded/clock.ts";
import { ledgerFaults } from "../embedded/homeCheck.ts";
import type { HomeFault } from "../embedded/homeFault.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { createVault } from "../embedded/vault.ts";
import type { LogKey } from "../evidence/ledger/checkpoint.ts";
import type { NamedSealings, SealedBundles } from "../evidence/ledger/ledgerAuditRun.ts";
import { type LedgerCopy, readLedgerCopy } from "../evidence/ledger/ledgerCopy.ts";
import { readAll } from "../evidence/ledger/ledgerInspect.ts";
import type { ConsistencyBetween } from "../evidence/ledger/ledgerMemory.ts";
import type { LedgerStore } from "../evidence/ledger/ledgerStore.ts";
import { createTree, leafHash } from "../evidence/ledger/merkle.ts";
import { isFingerprint } from "../evidence/trustInput.ts";
import { parseTrustRoot } from "../evidence/trustRoot.ts";
import type { VerifyOptions } from "../evidence/verifyOptions.ts";
import type { Vault } from "../ports/ports.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { ignoreBoundaries } from "./named.ts";
import type { Place } from "./place.ts";
import { withPlace } from "./places.ts";
import { judgedBy } from "./sealed.ts";
import { trustIn } from "./trust.ts";

/** A ledger to be audited: this deployment's own, or a copy that an auditor was given. */
export interface LedgerSource {
  readonly origin: string;
  readonly keys: readonly LogKey[];
  /** Entries that there must be, by keys.json. */
  readonly leastSize: number;
  readonly trustRoot: { readonly version: number; readonly digest: string };
  readonly store: LedgerStore;
  readonly signed: LedgerStore;
  /** By what sealed bundles are judged. */
  readonly judge: Pick<VerifyOptions, "trust" | "verifyLedger" | "withoutLedger">;
  /** Null: the bundles were not given, and are left out of the audit. */
  readonly vault: SealedBundles | null;
  /** What the cases say of their revisions; null: they were not given. */
  readonly named: readonly NamedSealings[] | null;
  /** How long a case may stay unsealed; null: nobody said, the caller's default applies. */
  readonly decisionDeadlineSeconds: number | null;
  /** What is wrong with the data directory around it. */
  readonly faults: readonly HomeFault[];
}

/** Opens what `--ledger DIR --trust keys.json [--vault DIR]` names, or the data directory's own ledger. */
export const withLedger = async <T>(typed: Typed, io: Io, work: (source: LedgerSource) => Promise<T>): Promise<T> => {
  if (typeof typed.values.ledger === "string") return work(copyOf(typed, typed.values.ledger));
  const ignored = ["trust", "vault"].find((name) => typed.values[name] !== undefined);
  if (ignored !== undefined)
    throw new CordonError(
      "USAGE",
      `--${ignored} goes with --ledger: this deployment's own ledger is judged by its own keys`,
    );
  return withPlace(typed, io, ignoreBoundaries, async (place) => work(await ownOf(place)));
};

const ownOf = async (place: Place): Promise<LedgerSource> => ({
  origin: place.ports.ledger.origin,
  ...judgedBy((await trustIn(place)).bytes),
  ...place.ledger,
  vault: bundlesIn(place.ports.vault, place.inAws),
  named: (await place.ports.cases.list()).map(({ caseId, sealed }) => ({
    caseId,
    digests: sealed.map(({ digest }) => digest),
  })),
  decisionDeadlineSeconds: place.settings.decisionDeadlineSeconds,
  faults: place.faults(),
});

/** Bundles where the vault keeps them: found by name, and not by what a case says. */
export const bundlesIn = (vault: Pick<Vault, "list" | "locate" | "files">, inAws: boolean): SealedBundles => ({
  list: (prefix) => vault.list(prefix),
  source: async (name, spools) => (inAws ? vault.files(name, spools) : vault.locate(name)),
});

/** A copy proves nothing about itself: the keys must come by another way. */
const copyOf = (typed: Typed, folder: string): LedgerSource => {
  if (typeof typed.values.trust !== "string")
    throw new CordonError(
      "USAGE",
      "--ledger needs --trust keys.json: a copy of a ledger is judged by keys that came another way",
    );
  const bytes = readFileSync(resolve(typed.values.trust));
  const { vault } = typed.values;
  return {
    origin: parseTrustRoot(bytes).origin,
    ...judgedBy(bytes),
    store: storeIn(folder, "log"),
    signed: storeIn(folder, "signed"),
    vault: typeof vault === "string" ? bundlesIn(createVault(assertFolder("--vault", vault)), false) : null,
    named: null,
    decisionDeadlineSeconds: null,
    faults: ledgerFaults(join(resolve(folder), "log")),
  };
};

/** A part of a copy. Nothing there would read as an empty ledger, in which there is nothing to find. */
export const storeIn = (folder: string, part: "log" | "signed"): LedgerStore =>
  createDirectoryStore(assertFolder("--ledger", join(folder, part)));

const assertFolder = (option: string, path: string): string => {
  if (statSync(resolve(path), { throwIfNoEntry: false })?.isDirectory()) return resolve(path);
  throw new CordonError("INPUT_UNREADABLE", `${option}: expected a folder ${path}, found none`);
};

export const LEDGER_OPTIONS = {
  ledger: {
    type: "string",
    value: "DIR",
    help: "a copy of the ledger (folders log/ and signed/) instead of this data directory's",
  },
  trust: { type: "string", value: "FILE", help: "with --ledger: the keys.json you pinned" },
  vault: { type: "string", value: "DIR", help: "with --ledger: the vault to hold it against" },
} as const;

/** Consistency hashes out of the entries of a ledger, null for sizes it does not reach. */
export const consistencyIn = async (store: LedgerStore): Promise<ConsistencyBetween> => {
  const tree = createTree();
  for (const bytes of await readAll(store, await store.list("entry/"))) tree.push(leafHash(bytes ?? new Uint8Array()));
  return (from, to) => (from <= to && to <= tree.size() ? tree.consistencyProof(from, to) : null);
};

/** The `keys.json` among the trust given, or null: only that says which ledger is meant and who signs it. */
const trustRootIn = (given: readonly string[]): Uint8Array | null =>
  given
    .filter((one) => !isFingerprint(one))
    .map((path) => readFileSync(resolve(path)))
    .find((bytes) => bytes[0] === 0x7b) ?? null;

/** Opens the copy of the ledger that `--ledger` names, to be judged by the keys.json among `--trust`. */
export const ledgerCopyFrom = async (folder: string, given: readonly string[]): Promise<LedgerCopy> => {
  const bytes = trustRootIn(given);
  if (bytes === null) throw new CordonError("USAGE", NEEDS_KEYS);
  const stores = { store: storeIn(folder, "log"), signed: storeIn(folder, "signed") };
  const origin = parseTrustRoot(bytes).origin;
  return readLedgerCopy(stores, { origin, ...judgedBy(bytes), asOf: systemClock.now(), inUse: false });
};

export const NEEDS_KEYS =
  "--ledger and --checkpoint need --trust keys.json: only that says which ledger is meant and who signs it";
