import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import type { Deployment, Sources } from "../embedded/deployment.ts";
import type { Io } from "./io.ts";
import { begin } from "./respond.ts";
import { readFindings } from "./sources.ts";

/** A file younger than this may still be being written. */
const SETTLED_MS = 300;

/**
 * Starts a response for every finding that lies in the inbox. A file that was taken goes to `taken/`, one that is no
 * finding to `refused/` with the reason beside it: nothing is lost, and nothing is read twice.
 */
export const emptyInbox = (
  folder: string,
  sources: Omit<Sources, "accountId">,
  deployment: Deployment,
  nowMs: number,
  io: Io,
): void => {
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile() || !name.endsWith(".json") || nowMs - found.mtimeMs < SETTLED_MS)
      continue;
    takeFile(folder, name, sources, deployment, io);
  }
};

const takeFile = (
  folder: string,
  name: string,
  sources: Omit<Sources, "accountId">,
  deployment: Deployment,
  io: Io,
): void => {
  try {
    const { intakes, refused } = readFindings(join(folder, name));
    for (const reason of refused) io.warn(`inbox: ${name}: not responded to: ${reason}`);
    const caseIds = intakes.map((intake) => begin(intake, sources, deployment, "inbox", io.warn));
    moveTo(folder, "taken", name);
    io.note(`inbox: ${name} → ${[...new Set(caseIds)].join(", ")}`);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    moveTo(folder, "refused", name);
    const faults = error.faults.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
    writeFileSync(join(folder, "refused", `${name}.reason.txt`), `${[error.message, ...faults].join("\n")}\n`);
    io.warn(`inbox: ${name} refused: ${error.message}`);
  }
};

/** Keeps an earlier file of the same name: the second becomes `name.2`, and so on. */
const moveTo = (folder: string, place: "taken" | "refused", name: string): void => {
  mkdirSync(join(folder, place), { recursive: true });
  const free = [name, ...Array.from({ length: 1000 }, (_, index) => `${name}.${index + 2}`)].find(
    (candidate) => statSync(join(folder, place, candidate), { throwIfNoEntry: false }) === undefined,
  );
  renameSync(join(folder, name), join(folder, place, free ?? name));
};
