import { type Dirent, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CordonError, unsaidFaults } from "../base/errors.ts";
import type { Deployment } from "../embedded/deployment.ts";
import { machineFault } from "../embedded/machineFault.ts";
import type { Sources } from "../embedded/portsHere.ts";
import {
  carry,
  codeOf,
  giveReadableNames,
  kindOf,
  lookOf,
  moveInto,
  statOf,
  TRANSIENT,
  writeReason,
} from "./inboxFiles.ts";
import { begin } from "./respond.ts";
import { type Findings, opening, readFindings } from "./sources.ts";

/** A folder whose files are findings. Whatever lies in it, looking never throws. */
export interface Inbox {
  readonly folder: string;
  /** Looks once, at a bounded number of files, so that a burst leaves room for the rest of the host. */
  look(): void;
  /** Files of this process's life, and those that lie there and cannot be taken. */
  counts(): { readonly taken: number; readonly refused: number; readonly waiting: number; readonly readable: boolean };
}

export interface InboxOptions {
  readonly folder: string;
  readonly sources: Omit<Sources, "accountId">;
  readonly deployment: Pick<Deployment, "bind" | "journal" | "caseFor" | "settings">;
  readonly monotonicMs: () => number;
  /** Each file and each trouble is named once, and again when it changes. */
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Unchanged for so long, a file is taken to be written to its end. Time stamps, which anybody sets, have no part in it. */
const SETTLED_MS = 400;
const FILES_AT_ONCE = 100;
/** Files read before any of them is taken, so that of a burst the worst finding goes first. */
const READ_AT_ONCE = 500;
/** Parts of files that are still being carried here, and what editors and desktops leave. */
const UNFINISHED = /^\.|~$|\.(tmp|temp|part|partial|crdownload|swp|filepart)$|\.reason\.txt$/i;
const MAXIMUM_BYTES = 64 * 1024 ** 2;
const CORRECTED_EVERY_MS = 3000;
const OWN = ["taken", "refused"];

/** Findings that were read and wait for their turn. */
interface Ready {
  readonly look: string;
  readonly findings: Findings;
}

/** What we know of a file that lies in the inbox. */
interface Known {
  /** Size, times and number of the file: another one means that it changed. */
  readonly look: string;
  readonly sinceMs: number;
  /** It was taken or cannot be; it is not looked at again until it changes. */
  readonly done: boolean;
}

/**
 * Starts a response for every finding that lies in the inbox, in any envelope that `respond` takes and whatever the file
 * is called. What was taken goes to `taken/`, what opens no case to `refused/` with the reason beside it: corrected there,
 * it is tried again. What cannot be read or moved stays, is named once, and is tried again when it changes.
 */
export const openInbox = (options: InboxOptions): Inbox => {
  const { folder, monotonicMs, note, warn } = options;
  const known = new Map<string, Known>();
  const ready = new Map<string, Ready>();
  let counts = { taken: 0, refused: 0, waiting: 0, readable: true };
  let trouble: string | null = null;
  let correctedMs = Number.NEGATIVE_INFINITY;

  const settle = (name: string, look: string, text: string | null): void => {
    if (text !== null) warn(`inbox: ${name}: ${text}`);
    known.set(name, { look, sinceMs: monotonicMs(), done: true });
  };
  const refuse = (name: string, look: string, error: Error): void => {
    counts = { ...counts, refused: counts.refused + 1 };
    warn(`inbox: ${name} refused: ${error.message}`);
    settle(
      name,
      look,
      moved(folder, "refused", name, (at) => writeReason(folder, at, reasonOf(error))),
    );
  };
  /** Null: it was dealt with. Throws what the machine lacks for reading any file. */
  const read = (name: string, look: string): Findings | null => {
    try {
      assertSize(join(folder, name));
      return opening(readFindings(join(folder, name)), options.deployment.settings);
    } catch (error) {
      if (TRANSIENT.includes(codeOf(error))) throw error;
      if (error instanceof CordonError && error.code === "INPUT_UNREADABLE")
        settle(name, look, `stays, it cannot be read: ${error.message}`);
      else refuse(name, look, error as Error);
      return null;
    }
  };
  /** Throws what the machine lacks: then the file stays as it is, and is taken when the machine has it again. */
  const take = (name: string, look: string, { intakes, refused }: Findings): void => {
    try {
      const caseIds = intakes.map((intake) => begin(intake, options.sources, options.deployment, "inbox", warn));
      for (const reason of refused) warn(`inbox: ${name}: not responded to: ${reason}`);
      counts = { ...counts, taken: counts.taken + 1 };
      note(`inbox: ${name} → ${[...new Set(caseIds)].join(", ")}`);
      settle(name, look, moved(folder, "taken", name));
    } catch (error) {
      if (machineFault(error) !== null) throw error;
      refuse(name, look, error as Error);
    }
  };
  const readInto = (name: string, look: string): void => {
    const findings = read(name, look);
    if (findings !== null) ready.set(name, { look, findings });
  };
  const takeWorst = (): void => {
    for (const [name, { look, findings }] of [...ready].sort(byUrgency).slice(0, FILES_AT_ONCE)) {
      ready.delete(name);
      take(name, look, findings);
    }
  };

  const consider = (entry: Dirent): boolean => {
    const { name } = entry;
    if (UNFINISHED.test(name) || OWN.includes(name)) return false;
    const found = statOf(join(folder, name));
    if (found === undefined && !entry.isSymbolicLink()) return false;
    const look = lookOf(found);
    const before = known.get(name);
    if (before?.look !== look) {
      known.set(name, { look, sinceMs: monotonicMs(), done: false });
      ready.delete(name);
      return false;
    }
    if (before.done || ready.has(name) || monotonicMs() - before.sinceMs < SETTLED_MS) return false;
    if (typeof found === "object" && found.isFile()) readInto(name, look);
    else {
      known.set(name, { ...before, done: true });
      warn(`inbox: ${name}: expected a file, got ${kindOf(found)}; it stays`);
    }
    return true;
  };

  const lookOnce = (): void => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    giveReadableNames(folder);
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = new Set(entries.map(({ name }) => name));
    for (const name of known.keys()) {
      if (names.has(name)) continue;
      known.delete(name);
      ready.delete(name);
    }
    let looked = ready.size;
    for (const entry of entries.sort(byName)) {
      if (looked < READ_AT_ONCE && consider(entry)) looked += 1;
    }
    takeWorst();
    if (monotonicMs() - correctedMs > CORRECTED_EVERY_MS) {
      correctedMs = monotonicMs();
      takeBackCorrected(folder, note);
    }
    counts = { ...counts, waiting: known.size, readable: true };
  };

  return {
    folder,
    counts: () => counts,
    look: () => {
      try {
        lookOnce();
        trouble = null;
      } catch (error) {
        counts = { ...counts, readable: false };
        const text = machineFault(error) ?? (error as Error).message;
        if (text !== trouble) warn(`inbox: ${text}; findings stay where they are until that has passed`);
        trouble = text;
      }
    },
  };
};

/** The gravest finding first, then by name. */
const byUrgency = ([a, one]: readonly [string, Ready], [b, other]: readonly [string, Ready]): number =>
  severityOf(other) - severityOf(one) || (a < b ? -1 : 1);

const severityOf = ({ findings: { intakes } }: Ready): number =>
  Math.max(0, ...intakes.map(({ finding }) => finding.severity));

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1);

const reasonOf = (error: Error): string => {
  const faults = error instanceof CordonError ? unsaidFaults(error) : [];
  return [error.message, ...faults.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`)].join(
    "\n",
  );
};

/** Null when the file lies in its new place; else why it stays. */
const moved = (
  folder: string,
  place: "taken" | "refused",
  name: string,
  then: (at: string) => void = () => {},
): string | null => {
  try {
    then(moveInto(folder, place, name));
    return null;
  } catch (error) {
    return `stays where it is, ${place === "taken" ? "although it was taken" : "refused"}: ${(error as Error).message}`;
  }
};

const assertSize = (path: string): void => {
  const { size } = statSync(path);
  if (size > MAXIMUM_BYTES)
    throw new CordonError("INPUT_INVALID", `expected at most ${MAXIMUM_BYTES} bytes of findings, got ${size}`);
};

/** A file of `refused/` that changed after its reason was written comes back into the inbox. */
const takeBackCorrected = (folder: string, note: (text: string) => void): void => {
  const refused = join(folder, "refused");
  for (const reason of readdirOrNone(refused).filter((name) => name.endsWith(".reason.txt"))) {
    const name = reason.slice(0, -".reason.txt".length);
    const [file, why] = [name, reason].map((one) => statOf(join(refused, one)));
    if (typeof file !== "object" || typeof why !== "object" || file.ctimeMs <= why.ctimeMs) continue;
    if (statOf(join(folder, name)) !== undefined) continue;
    carry(join(refused, name), join(folder, name));
    note(`inbox: ${name} was changed after it was refused; it is tried again`);
  }
};

const readdirOrNone = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
