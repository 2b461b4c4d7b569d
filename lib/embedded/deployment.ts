import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../case/finding.ts";
import type { ScanResult } from "../case/scan.ts";
import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { producer } from "../response/seal/producer.ts";
import type { CredentialStore } from "../web/ceremony.ts";
import { openStore } from "./account/store.ts";
import { createCaseFor } from "./caseFor.ts";
import { caseFolder } from "./cases.ts";
import { monotonicMs, systemClock, systemIds } from "./clock.ts";
import { type Alone, aloneOn, openDatabase } from "./database.ts";
import { removeDrafts } from "./drafts.ts";
import { assertFounded, assertPrivate, type Home, homeAt, openHome } from "./home.ts";
import { checkHome } from "./homeCheck.ts";
import type { HomeFault } from "./homeFault.ts";
import { assertWhole, lostCases } from "./homeLost.ts";
import { createHost, type Host } from "./host.ts";
import { type Journal, openJournal } from "./journal.ts";
import { finishRotations } from "./keyFiles.ts";
import { createLease, type Lease } from "./lease.ts";
import { createPorts, type PortsHere, type Sources } from "./portsHere.ts";
import { isGone, ownMark } from "./processMark.ts";
import type { Boundary } from "./running.ts";
import { createCounters } from "./server/ceremony.ts";
import { openSettings } from "./settingsFile.ts";
import { createSigner } from "./signer.ts";
import { isScanning } from "./trail.ts";
import { createTurns, placesOfMachine, type Turns } from "./turns.ts";

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
  const storeAt = memoize(openStore);
  const portsFor = (alone: Alone, own: Journal): PortsHere =>
    createPorts({ home, settings, db, journal: own, print: options.print, alone, onScan, storeAt });
  const driven = openJournal(db, systemClock, lease.alone);
  const working = portsFor(lease.alone, driven);
  const turns = createTurns({
    places: placesOfMachine(),
    monotonicMs,
    isBusy: (caseId) => isScanning(caseFolder(home.cases, caseId)),
    onRest: working.rest,
  });
  const host = createHost({
    journal: driven,
    portsOf: working.portsOf,
    clock: systemClock,
    ids: systemIds,
    onBoundary: options.onBoundary,
    turns,
    onFault: options.onFault ?? (() => {}),
    patienceMs: options.patienceMs ?? TERMINAL_PATIENCE_MS,
    monotonicMs,
  });
  const { ports, portsOf } = portsFor(aloneOn(db), journal);
  return {
    ports,
    portsOf,
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

const memoize = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
};
