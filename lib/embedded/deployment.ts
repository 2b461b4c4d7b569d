import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../case/finding.ts";
import type { ScanResult } from "../case/scan.ts";
import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { producer } from "../response/seal/producer.ts";
import { createTimeStamps } from "../response/seal/timeStampAuthority.ts";
import type { CredentialStore } from "../web/ceremony.ts";
import { createAccount } from "./account.ts";
import { reachable } from "./archived.ts";
import { createCaseFor } from "./caseFor.ts";
import { caseFolder, createCases } from "./cases.ts";
import { withChat } from "./chat.ts";
import { createClassifier } from "./classifier.ts";
import { monotonicMs, systemClock, systemIds } from "./clock.ts";
import { type Alone, aloneOn, openDatabase } from "./database.ts";
import { createDecisions } from "./decisions.ts";
import { removeDrafts } from "./drafts.ts";
import { assertFounded, assertPrivate, type Home, homeAt, openHome } from "./home.ts";
import { checkHome } from "./homeCheck.ts";
import type { HomeFault } from "./homeFault.ts";
import { assertWhole, lostCases } from "./homeLost.ts";
import { createHost, type Host } from "./host.ts";
import { type Journal, openJournal } from "./journal.ts";
import { finishRotations } from "./keyFiles.ts";
import { createLease, type Lease } from "./lease.ts";
import { openOwnLedger } from "./ledger.ts";
import { measureHere } from "./measured.ts";
import { createNotifier } from "./notifier.ts";
import { isGone, ownMark } from "./processMark.ts";
import type { Boundary } from "./running.ts";
import { createCounters } from "./server/ceremony.ts";
import { openSettings } from "./settingsFile.ts";
import { createSigner } from "./signer.ts";
import { createMachines } from "./startMachine.ts";
import { createTrail, type EmbeddedTrail, isScanning } from "./trail.ts";
import { createTrustRoots } from "./trustRoots.ts";
import { createTurns, placesOfMachine, type Turns } from "./turns.ts";
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

export interface DeploymentOptions {
  readonly home: string;
  readonly onBoundary: (boundary: Boundary) => void;
  /** Prints notices; null in quiet and JSON mode. */
  readonly print: ((line: string) => void) | null;
  /** What this process does otherwise than the settings file says. Absent: nothing. */
  readonly adjust?: (settings: Settings) => Settings;
  /** Hears what the machine lacks (a full disk) and what came of it. Absent: nobody does. */
  readonly onFault?: (fault: string, error: Error) => void;
  /** So long a step is tried again on a machine that lacks something. Absent: as long as a person at a terminal waits. */
  readonly patienceMs?: number;
  /** False: this verb only reads, and makes no data directory where there is none. */
  readonly founds?: boolean;
}

const TERMINAL_PATIENCE_MS = 10_000;

/** An embedded deployment: one data directory, opened by this process. */
export interface Deployment {
  readonly home: Home;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly host: Host;
  readonly lease: Lease;
  readonly turns: Turns;
  /** Ports for what people do and read: they work whoever drives. The steps of the host have others, bound to the lease. */
  readonly ports: Ports;
  portsOf(caseId: string): Ports;
  /** The last scan that ended in this process. */
  lastScan(): { readonly at: string; readonly watermark: string | null } | null;
  /** Public key of the ledger, DER SubjectPublicKeyInfo. */
  ledgerKey(): Promise<Uint8Array>;
  /** Binds a case to its sources before its first execution; the first ones given stay. */
  bind(caseId: string, sources: Sources): Sources;
  /** The case that a finding belongs to: its own, or that of another finding of the same actor. */
  caseFor(finding: Finding): string;
  /** Takes the right to run executions here; false while another process has it. */
  takeLease(): boolean;
  /** Cases that lie here and are not in the journal. */
  readonly lostCases: readonly string[];
  /** Everything that is wrong here and can be seen without a key. */
  check(): readonly HomeFault[];
  /** Takes the counter of a used security key over, as `CredentialStore.advance` demands it. */
  readonly advance: CredentialStore["advance"];
  /** Work on the data directory as a whole: a backup, an archive. */
  maintain<T>(work: (home: Home, db: DatabaseSync) => T): T;
  close(): void;
}

const MEMORY_LIMIT_MB = 400;
const THREADS = 2;
const NO_SOURCES: Sources = { accountId: "", logs: null, iam: null, buckets: null };

export const openDeployment = (options: DeploymentOptions): Deployment => {
  const home = homeAt(resolve(options.home));
  assertPrivate(home);
  assertWhole(home);
  if (options.founds === false) assertFounded(home);
  if (options.founds !== false) {
    producer();
    openHome(home.root);
  }
  finishRotations(home);
  const { adjust = (settings) => settings } = options;
  const settings = adjust(openSettings(home, systemClock.now()));
  const db = openDatabase(home.journal);
  const lost = lostCases(home, db);
  const journal = openJournal(db, systemClock);
  const lease = createLease({
    db,
    holder: systemIds.random(16),
    mark: ownMark(),
    isGone,
    monotonicMs,
    onTaken: () => removeDrafts(home, db),
    onLost: () => host.stop(),
  });
  let lastScan: ReturnType<Deployment["lastScan"]> = null;
  const onScan = ({ watermark }: ScanResult): void => {
    lastScan = { at: systemClock.now(), watermark };
  };
  const portsFor = (alone: Alone, own: Journal): { readonly ports: Ports; portsOf(caseId: string): CasePorts } => {
    const shared = sharedPorts(home, settings, db, own, options, alone);
    const portsOf = memoize((caseId: string) => {
      const sources = sourcesOf(journal, caseId);
      return { ...shared, settings: settingsFor(settings, sources), ...casePorts(home, sources, alone, onScan) };
    });
    return { ports: { ...shared, ...casePorts(home, NO_SOURCES, alone, onScan) }, portsOf };
  };
  const driven = openJournal(db, systemClock, lease.alone);
  const working = portsFor(lease.alone, driven);
  const turns = createTurns({
    places: placesOfMachine(),
    monotonicMs,
    isBusy: (caseId) => isScanning(caseFolder(home.cases, caseId)),
    onRest: (caseId) => void working.portsOf(caseId).trail.close(),
  });
  const host = createHost({
    journal: driven,
    portsOf: working.portsOf,
    onBoundary: options.onBoundary,
    turns,
    onFault: options.onFault ?? (() => {}),
    patienceMs: options.patienceMs ?? TERMINAL_PATIENCE_MS,
    monotonicMs,
  });
  return {
    ...portsFor(aloneOn(db), journal),
    home,
    settings,
    journal,
    lease,
    turns,
    lastScan: () => lastScan,
    ledgerKey: () => createSigner(join(home.keys, "ledger.pem")).publicKey(),
    host,
    caseFor: createCaseFor({ db, folder: home.cases, journal, reach: settings }),
    bind: (caseId, sources) => JSON.parse(journal.rememberSources(caseId, JSON.stringify(sources))) as Sources,
    lostCases: lost,
    check: () => checkHome(home, db),
    advance: createCounters(db, aloneOn(db)),
    maintain: (work) => work(home, db),
    takeLease: () => lease.take() === "ours",
    close: () => {
      host.stop();
      lease.release();
      db.close();
    },
  };
};

const settingsFor = ({ scan, ...settings }: Settings, { scanLimitBytes: limit }: Sources): Settings => {
  if (limit === null) return settings;
  if (limit !== undefined) return { ...settings, scan: { ...scan, maximumBytes: limit } };
  return scan === undefined ? settings : { ...settings, scan };
};

type SharedPorts = Omit<Ports, "trail" | "account" | "classifier">;
type CasePorts = Ports & { readonly trail: EmbeddedTrail };

const sharedPorts = (
  home: Home,
  settings: Settings,
  db: DatabaseSync,
  journal: Journal,
  { print }: DeploymentOptions,
  alone: Alone,
): SharedPorts => {
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
  home: Home,
  sources: Sources,
  alone: Alone,
  onScan: (result: ScanResult) => void,
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
    accountId: sources.accountId,
    alone,
  }),
  classifier: createClassifier({ bucketsDir: sources.buckets, jobsDir: home.jobs, alone }),
});

const sourcesOf = (journal: Journal, caseId: string): Sources =>
  JSON.parse(journal.sources(caseId) ?? JSON.stringify(NO_SOURCES)) as Sources;

const memoize = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
};
