import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { createTimeStamps } from "../response/seal/timeStampAuthority.ts";
import { createAccount } from "./account.ts";
import { caseFolder, createCases } from "./cases.ts";
import { createClassifier } from "./classifier.ts";
import { systemClock, systemIds } from "./clock.ts";
import { createDecisions } from "./decisions.ts";
import { type Home, openHome } from "./home.ts";
import { type Boundary, createHost, type Host } from "./host.ts";
import { type Journal, openDatabase, openJournal } from "./journal.ts";
import { finishRotations } from "./keyFiles.ts";
import { openOwnLedger } from "./ledger.ts";
import { createNotifier } from "./notifier.ts";
import { openSettings } from "./settingsFile.ts";
import { createSigner } from "./signer.ts";
import { createMachines } from "./startMachine.ts";
import { createTrail } from "./trail.ts";
import { createTrustRoots } from "./trustRoots.ts";
import { createVault } from "./vault.ts";

/** Where the evidence of a case lies on this machine. Absolute paths; null: not given. */
export interface Sources {
  readonly accountId: string;
  readonly logs: string | null;
  readonly iam: string | null;
  readonly buckets: string | null;
  /** For this case alone, instead of `scan.maximumBytes` of the settings; null: no limit. Absent: as the settings say. */
  readonly scanLimitBytes?: number | null;
}

export interface DeploymentOptions {
  readonly home: string;
  readonly onBoundary: (boundary: Boundary) => void;
  /** Prints notices; null in quiet and JSON mode. */
  readonly print: ((line: string) => void) | null;
  /** What this process does otherwise than the settings file says. Absent: nothing. */
  readonly adjust?: (settings: Settings) => Settings;
}

/** An embedded deployment: one data directory, opened by this process. */
export interface Deployment {
  readonly home: Home;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly host: Host;
  /** Ports for work that belongs to no case, or only reads. */
  readonly ports: Ports;
  portsOf(caseId: string): Ports;
  /** Public key of the ledger, DER SubjectPublicKeyInfo. */
  ledgerKey(): Promise<Uint8Array>;
  /** Binds a case to its sources before its first execution; the first ones given stay. */
  bind(caseId: string, sources: Sources): Sources;
  /** Takes the right to run executions here; false while another living process has it. */
  takeLease(): boolean;
  close(): void;
}

const MEMORY_LIMIT_MB = 400;
const THREADS = 2;
const NO_SOURCES: Sources = { accountId: "", logs: null, iam: null, buckets: null };

export const openDeployment = (options: DeploymentOptions): Deployment => {
  const home = openHome(resolve(options.home));
  finishRotations(home);
  const { adjust = (settings) => settings } = options;
  const settings = adjust(openSettings(home, systemClock.now()));
  const db = openDatabase(home.journal);
  const journal = openJournal(db, systemClock);
  const shared = sharedPorts(home, settings, db, journal, options);
  const portsOf = memoize((caseId: string) => {
    const sources = sourcesOf(journal, caseId);
    return { ...shared, settings: settingsFor(settings, sources), ...casePorts(home, sources) };
  });
  const host = createHost({ journal, portsOf, onBoundary: options.onBoundary });
  return {
    home,
    settings,
    journal,
    portsOf,
    ledgerKey: () => createSigner(join(home.keys, "ledger.pem")).publicKey(),
    ports: { ...shared, ...casePorts(home, NO_SOURCES) },
    host,
    bind: (caseId, sources) => JSON.parse(journal.rememberSources(caseId, JSON.stringify(sources))) as Sources,
    takeLease: () => journal.lease(String(process.pid), isAlive, Date.parse(systemClock.now())),
    close: () => {
      host.stop();
      journal.release(String(process.pid));
      db.close();
    },
  };
};

const settingsFor = ({ scan, ...settings }: Settings, { scanLimitBytes: limit }: Sources): Settings => {
  if (limit === null) return settings;
  if (limit !== undefined) return { ...settings, scan: { maximumBytes: limit } };
  return scan === undefined ? settings : { ...settings, scan };
};

type SharedPorts = Omit<Ports, "trail" | "account" | "classifier">;

const sharedPorts = (
  home: Home,
  settings: Settings,
  db: DatabaseSync,
  journal: Journal,
  { print }: DeploymentOptions,
): SharedPorts => {
  const signer = createSigner(join(home.keys, "evidence.pem"));
  const ledger = openOwnLedger(home);
  return {
    settings,
    signer,
    cases: createCases(db, home.cases, systemClock),
    vault: createVault(home.vault),
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
    notifier: createNotifier(home.notices, print, systemClock),
    clock: systemClock,
    ids: systemIds,
    ...(settings.timestampAuthority === undefined
      ? {}
      : { timeStamps: createTimeStamps(settings.timestampAuthority.url) }),
  };
};

const casePorts = (home: Home, sources: Sources): Pick<Ports, "trail" | "account" | "classifier"> => ({
  trail: createTrail({
    logsDir: sources.logs ?? join(home.root, "no-logs"),
    caseDir: (caseId) => caseFolder(home.cases, caseId),
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: THREADS,
  }),
  account: createAccount({
    iamSnapshotPath: sources.iam,
    bucketsDir: sources.buckets,
    overlayDir: join(home.account, sources.accountId || "none"),
    accountId: sources.accountId,
  }),
  classifier: createClassifier({ bucketsDir: sources.buckets, jobsDir: home.jobs }),
});

const sourcesOf = (journal: Journal, caseId: string): Sources =>
  JSON.parse(journal.sources(caseId) ?? JSON.stringify(NO_SOURCES)) as Sources;

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const memoize = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
};
