import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { ScanResult } from "../case/scan.ts";
import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { createTimeStamps } from "../response/seal/timeStampAuthority.ts";
import type { Store } from "./account/store.ts";
import { createAccount } from "./account.ts";
import { reachable } from "./archived.ts";
import { caseFolder, createCases } from "./cases.ts";
import { withChat } from "./chat.ts";
import { createClassifier } from "./classifier.ts";
import { systemClock, systemIds } from "./clock.ts";
import type { Alone } from "./database.ts";
import { createDecisions } from "./decisions.ts";
import type { Home } from "./home.ts";
import type { Journal } from "./journal.ts";
import { openOwnLedger } from "./ledger.ts";
import { measureHere } from "./measured.ts";
import { createNotifier } from "./notifier.ts";
import { createSigner } from "./signer.ts";
import { createMachines } from "./startMachine.ts";
import { createTrail, type EmbeddedTrail } from "./trail.ts";
import { createTrustRoots } from "./trustRoots.ts";
import { createVault } from "./vault.ts";

/** Where the evidence of a case lies on this machine. Absolute paths; null: not given. */
export interface Sources {
  readonly accountId: string;
  readonly logs: string | null;
  readonly iam: string | null;
  /** Why the snapshot that was given is not believed of this case, whose `iam` is then null. */
  readonly iamDoubt?: string;
  readonly buckets: string | null;
  /** For this case alone, instead of `scan.maximumBytes` of the settings; null: no limit. Absent: as the settings say. */
  readonly scanLimitBytes?: number | null;
}

const MEMORY_LIMIT_MB = 400;
const THREADS = 2;
const NO_SOURCES: Sources = { accountId: "", logs: null, iam: null, buckets: null };

export interface PortsHere {
  /** Of no case. */
  readonly ports: Ports;
  portsOf(caseId: string): Ports;
  /** Forgets the ports of a case, which hold tables and what they have read; they are made again when they are asked for. */
  rest(caseId: string): void;
}

export interface PortsParts {
  readonly home: Home;
  readonly settings: Settings;
  readonly db: DatabaseSync;
  readonly journal: Journal;
  /** Prints notices; null: nobody reads them here. */
  readonly print: ((line: string) => void) | null;
  /** How everything is written; the process that drives checks its lease there. */
  readonly alone: Alone;
  readonly onScan: (result: ScanResult) => void;
  /** What was changed in an account, opened once for all its cases. */
  readonly storeAt: (folder: string) => Store;
}

/** The world on this machine: what all cases share, and for each its logs, its account and its classifier. */
export const createPorts = (parts: PortsParts): PortsHere => {
  const shared = sharedPorts(parts);
  const known = new Map<string, CasePorts>();
  const portsWith = (sources: Sources): CasePorts => ({
    ...shared,
    settings: settingsFor(parts.settings, sources),
    ...casePorts(parts, sources),
  });
  return {
    ports: portsWith(NO_SOURCES),
    portsOf: (caseId) => {
      const ports = known.get(caseId) ?? portsWith(sourcesOf(parts.journal, caseId));
      known.set(caseId, ports);
      return ports;
    },
    rest: (caseId) => {
      void known.get(caseId)?.trail.close();
      known.delete(caseId);
    },
  };
};

type SharedPorts = Omit<Ports, "trail" | "account" | "classifier">;
type CasePorts = Ports & { readonly trail: EmbeddedTrail };

const sharedPorts = ({ home, settings, db, journal, print, alone }: PortsParts): SharedPorts => {
  const signer = createSigner(join(home.keys, "evidence.pem"));
  const ledger = openOwnLedger(home, alone);
  return {
    settings,
    signer,
    cases: createCases(db, home.cases, systemClock, alone),
    vault: createVault(home.vault, alone),
    ledger,
    trustRoots: createTrustRoots({
      folder: home.keys,
      origin: ledger.origin,
      foundedAt: settings.foundedAt,
      evidence: signer,
      ledger: createSigner(join(home.keys, "ledger.pem")),
    }),
    decisions: createDecisions(journal),
    machines: createMachines(journal),
    notifier: withChat(createNotifier(home.notices, print, systemClock, alone), settings.notices, home.root),
    clock: systemClock,
    ids: systemIds,
    environment: measureHere(systemClock, {
      memoryLimitMb: MEMORY_LIMIT_MB,
      threads: THREADS,
      spillFolder: home.jobs,
    }),
    ...(settings.timestampAuthority === undefined
      ? {}
      : { timeStamps: createTimeStamps(settings.timestampAuthority.url) }),
  };
};

const casePorts = (
  { home, alone, onScan, storeAt }: PortsParts,
  sources: Sources,
): Pick<CasePorts, "trail" | "account" | "classifier"> => ({
  trail: createTrail({
    logsDir: sources.logs ?? join(home.root, "no-logs"),
    caseDir: (caseId) => reachable(caseFolder(home.cases, caseId)),
    indexDir: home.index,
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: THREADS,
    onScan,
  }),
  account: createAccount({
    iamSnapshotPath: sources.iam,
    doubt: sources.iamDoubt ?? null,
    bucketsDir: sources.buckets,
    overlayDir: join(home.account, sources.accountId || "none"),
    storeAt,
    accountId: sources.accountId,
    alone,
  }),
  classifier: createClassifier({ bucketsDir: sources.buckets, jobsDir: home.jobs, alone }),
});

const sourcesOf = (journal: Journal, caseId: string): Sources =>
  JSON.parse(journal.sources(caseId) ?? JSON.stringify(NO_SOURCES)) as Sources;

const settingsFor = ({ scan, ...settings }: Settings, { scanLimitBytes: limit }: Sources): Settings => {
  if (limit === null) return settings;
  if (limit !== undefined) return { ...settings, scan: { ...scan, maximumBytes: limit } };
  return scan === undefined ? settings : { ...settings, scan };
};
