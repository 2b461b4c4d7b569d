import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError } from "../core/errors.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { createDirectoryStore } from "../embedded/ledgerStore.ts";
import { createVault } from "../embedded/vault.ts";
import type { ConsistencyBetween } from "../evidence/ledgerMemory.ts";
import type { LedgerStore } from "../evidence/ledgerPort.ts";
import { createTree, leafHash } from "../evidence/merkle.ts";
import { type EvidenceKey, parsePem, parsePublicKey } from "../evidence/publicKey.ts";
import { parseTrustRoot } from "../evidence/trustRoot.ts";
import type { Vault } from "../ports.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { ignoreBoundaries, withDeployment } from "./session.ts";

/** A ledger to be audited: this deployment's own, or a copy that an auditor was given. */
export interface LedgerSource {
  readonly origin: string;
  readonly keys: readonly EvidenceKey[];
  readonly store: LedgerStore;
  readonly signed: LedgerStore;
  /** Null: the bundles were not given, and are left out of the audit. */
  readonly vault: Pick<Vault, "list" | "files"> | null;
  /** How long a case may stay unsealed; null: nobody said, the caller's default applies. */
  readonly decisionDeadlineSeconds: number | null;
}

/** Opens what `--ledger DIR --trust keys.json [--vault DIR]` names, or the data directory's own ledger. */
export const withLedger = <T>(typed: Typed, io: Io, work: (source: LedgerSource) => Promise<T>): Promise<T> =>
  typeof typed.values.ledger === "string"
    ? work(copyOf(typed, typed.values.ledger))
    : withDeployment(typed, io, ignoreBoundaries, async (deployment) => work(await ownOf(deployment)));

const ownOf = async ({ home, ports, settings, ledgerKey }: Deployment): Promise<LedgerSource> => ({
  origin: ports.ledger.origin,
  keys: [parsePublicKey(await ledgerKey())],
  store: createDirectoryStore(join(home.ledger, "log")),
  signed: createDirectoryStore(join(home.ledger, "signed")),
  vault: ports.vault,
  decisionDeadlineSeconds: settings.decisionDeadlineSeconds,
});

/** A copy proves nothing about itself: the keys must come by another way. */
const copyOf = (typed: Typed, folder: string): LedgerSource => {
  if (typeof typed.values.trust !== "string")
    throw new CordonError(
      "USAGE",
      "--ledger needs --trust keys.json: a copy of a ledger is judged by keys that came another way",
    );
  const root = parseTrustRoot(readFileSync(resolve(typed.values.trust)));
  const ledgerKeys = root.keys.filter(({ purpose, revokedAt }) => purpose === "ledger" && revokedAt === null);
  return {
    origin: root.origin,
    keys: ledgerKeys.map(({ pem }) => parsePem(Buffer.from(pem, "utf8"))),
    store: createDirectoryStore(join(resolve(folder), "log")),
    signed: createDirectoryStore(join(resolve(folder), "signed")),
    vault: typeof typed.values.vault === "string" ? createVault(resolve(typed.values.vault)) : null,
    decisionDeadlineSeconds: null,
  };
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
  for (const name of await store.list("entry/")) tree.push(leafHash((await store.read(name)) ?? new Uint8Array()));
  return (from, to) => (from <= to && to <= tree.size() ? tree.consistencyProof(from, to) : null);
};
