import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Tells one process from every other: by the start of the machine, the process namespace (a container has its own, where
 * it is number 1 like its neighbour), the number there and the moment it began (proc(5), pid_namespaces(7)).
 */
interface Mark {
  readonly machine: string;
  readonly namespace: string;
  readonly pid: number;
  readonly began: string;
}

export const ownMark = (): string => JSON.stringify(markOf(process.pid));

/** Surely dead. False for whoever runs elsewhere: of them nothing is known but whether they go on giving signs of life. */
export const isGone = (mark: string): boolean => {
  const { machine, namespace, pid, began } = JSON.parse(mark) as Mark;
  const here = markOf(pid);
  return machine === here.machine && namespace === here.namespace && here.began !== HIDDEN && began !== here.began;
};

const GONE = "gone";
/** It lives and is another user's, of whose processes this one may see nothing (`hidepid`, `ProtectProc=`): of such a one nothing is known. */
const HIDDEN = "hidden";

const markOf = (pid: number): Mark =>
  process.platform === "linux"
    ? {
        machine: readOr("/proc/sys/kernel/random/boot_id", "unknown"),
        namespace: linkOr("/proc/self/ns/pid", "unknown"),
        pid,
        began: beganAt(pid),
      }
    : { machine: hostname(), namespace: "", pid, began: lives(pid) ? "" : GONE };

/** Field 22 of /proc/<pid>/stat, after the name in brackets, which may hold anything; a zombie is gone. */
const beganAt = (pid: number): string => {
  const stat = readOr(`/proc/${pid}/stat`, "");
  if (stat === "" && lives(pid)) return HIDDEN;
  const fields = stat.split(") ").at(-1)!.split(" ");
  return fields.length < 20 || fields[0] === "Z" || fields[0] === "X" ? GONE : fields[19]!;
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return otherwise;
  }
};

const linkOr = (path: string, otherwise: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return otherwise;
  }
};
