/**
 * What is made once in a run of the tests and read by all: folders below `CORDON_TEST_RUN`, which the runner makes and takes
 * away. A file that runs alone has one of its own.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const ours = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-run-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const RUN = process.env.CORDON_TEST_RUN ?? ours();

const made = new Map<string, Promise<string>>();

/**
 * The folder that `make` filled, for everybody who says the same `what`, in whichever process of the run: who comes first
 * makes it, the others wait. Nobody writes into it afterwards.
 */
export const once = (what: unknown, make: (folder: string) => Promise<void>): Promise<string> => {
  const name = createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 16);
  const found = made.get(name) ?? firstOrWait(join(RUN, name), make);
  made.set(name, found);
  return found;
};

const firstOrWait = async (folder: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const [lock, done] = [`${folder}.lock`, `${folder}.done`];
  while (!existsSync(done)) {
    if (!takes(lock)) {
      await setTimeout(50);
      continue;
    }
    try {
      if (existsSync(done)) break;
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await make(folder);
      writeFileSync(done, "");
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return folder;
};

/** Whether the lock is ours now. One whose process is dead is taken away, for the next try. */
const takes = (lock: string): boolean => {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!isAlive(holderOf(lock))) rmSync(lock, { force: true });
    return false;
  }
};

/** 0 where it is being written or was just released: nobody's. */
const holderOf = (lock: string): number => {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return 0;
  }
};

const isAlive = (pid: number): boolean => {
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
