import { statfsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../base/version.ts";
import { monotonicMs, systemClock } from "../embedded/clock.ts";
import type { Deployment } from "../embedded/deployment.ts";
import type { HostState, Probe } from "../embedded/server/probes.ts";
import type { HostLog } from "./hostLog.ts";
import type { Inbox } from "./inbox.ts";

/** Faults of a host, counted by kind; each is said once a minute, however often it comes. */
export interface Faults {
  note(kind: string, text: string): void;
  /** Kinds and sentences of the last minute. */
  recent(): readonly string[];
  counts(): Readonly<Record<string, number>>;
}

const RECENT_MS = 60_000;

export const createFaults = (log: HostLog): Faults => {
  const counts = new Map<string, number>();
  const last = new Map<string, { readonly text: string; atMs: number; saidMs: number }>();
  return {
    note: (kind, text) => {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const before = last.get(kind);
      const now = monotonicMs();
      const isNew = before?.text !== text || now - before.saidMs > RECENT_MS;
      last.set(kind, { text, atMs: now, saidMs: isNew ? now : before.saidMs });
      if (isNew) log.warn("fault", `${kind}: ${text}`, { kind });
    },
    recent: () =>
      [...last]
        .filter(([, { atMs }]) => monotonicMs() - atMs < RECENT_MS)
        .map(([kind, { text }]) => `${kind}: ${text}`),
    counts: () => Object.fromEntries(counts),
  };
};

const HOUR_MS = 3_600_000;

/** Looks at a host whenever somebody asks; the size of the data directory is measured at the start and once an hour. */
export const createProbe = (deployment: Deployment, inbox: Inbox, faults: Faults): Probe => {
  const { home, lease, journal, host, turns } = deployment;
  const startedAt = systemClock.now();
  let homeBytes: number | null = null;
  const measure = (): void =>
    void sizeOf(home.root).then(
      (bytes) => {
        homeBytes = bytes;
      },
      () => {},
    );
  measure();
  setInterval(measure, HOUR_MS).unref();
  return (): HostState => {
    const held = lease.state();
    const files = inbox.counts();
    return {
      lacks: [
        ...(held.held === "ours" ? [] : ["lease: another process drives this data directory"]),
        ...(files.readable ? [] : ["inbox: cannot be read"]),
        ...faults.recent(),
      ],
      version: version(),
      startedAt,
      now: systemClock.now(),
      lease: held,
      casesByStatus: journal.casesByStatus(),
      executions: host.live().executions,
      questions: journal.openQuestions().length,
      queue: turns.counts(),
      inbox: files,
      lastScan: deployment.lastScan(),
      errors: faults.counts(),
      homeBytes,
      freeBytes: freeBytes(home.root),
      residentBytes: process.memoryUsage.rss(),
    };
  };
};

const freeBytes = (folder: string): number | null => {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
};

const sizeOf = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // What goes away meanwhile counts nothing.
    if (entry.isDirectory()) bytes += await sizeOf(path).catch(() => 0);
    else if (entry.isFile())
      bytes += await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return bytes;
};
