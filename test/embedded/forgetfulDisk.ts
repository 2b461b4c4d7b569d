import { basename, dirname } from "node:path";
import type { Disk } from "../../lib/embedded/files.ts";

/**
 * A disk in memory that keeps apart what was written and what was synced (fsync(2): the bytes of a file and its name in
 * its folder are two things). After `stopAfter` calls every further one fails with `code`.
 */
export interface ForgetfulDisk extends Disk {
  /** Calls made so far that change something or sync. */
  readonly calls: () => number;
  /** From now on every call works: the process died, the machine did not. */
  goOn(): void;
  /** What a reader finds after a power cut, by path: names and bytes each as written or only as synced. */
  after(names: "written" | "synced", bytes: "written" | "synced"): ReadonlyMap<string, string>;
}

interface File {
  written: string;
  synced: string;
}

interface Handle {
  readonly path: string;
  readonly file: File | null;
}

export const forgetfulDisk = (stopAfter: number, code: "CUT" | "ENOSPC"): ForgetfulDisk => {
  const written = new Map<string, File | null>([["/", null]]);
  const synced = new Map<string, File | null>([["/", null]]);
  const handles = new Map<number, Handle>();
  /** Renamed and not yet synced, by the new path. */
  const renamed = new Map<string, string>();
  let calls = 0;
  let limit = stopAfter;
  let next = 3;
  const fail = (what: string): never => {
    throw Object.assign(new Error(what), { code: what });
  };
  const step = (): void => {
    calls += 1;
    if (calls > limit) fail(code);
  };
  const childrenOf = (names: ReadonlyMap<string, unknown>, folder: string): readonly string[] =>
    [...names.keys()].filter((path) => path !== folder && dirname(path) === folder);
  /** What lies in a folder goes where the folder goes. */
  const move = (names: Map<string, File | null>, from: string, to: string): void => {
    for (const [path, file] of [...names])
      if (path === from || path.startsWith(`${from}/`)) {
        names.set(`${to}${path.slice(from.length)}`, file);
        names.delete(path);
      }
  };
  const disk = {
    existsSync: (path: string) => written.has(path),
    mkdirSync: (path: string) => {
      step();
      if (!written.has(dirname(path))) fail("ENOENT");
      written.set(path, null);
    },
    openSync: (path: string, flags: string) => {
      if (flags === "r") {
        if (!written.has(path)) fail("ENOENT");
      } else {
        step();
        if (flags === "wx" && written.has(path)) fail("EEXIST");
        if (!written.has(dirname(path))) fail("ENOENT");
        if (!written.has(path)) written.set(path, { written: "", synced: "" });
      }
      handles.set(++next, { path, file: written.get(path) ?? null });
      return next;
    },
    writeSync: (handle: number, bytes: Uint8Array, from = 0) => {
      step();
      // A disk may take less than it was given.
      const part = bytes.subarray(from, from + 3);
      handles.get(handle)!.file!.written += Buffer.from(part).toString();
      return part.length;
    },
    fsyncSync: (handle: number) => {
      step();
      const { path, file } = handles.get(handle)!;
      if (file !== null) file.synced = file.written;
      else {
        for (const child of childrenOf(written, path)) {
          if (renamed.has(child)) move(synced, renamed.get(child)!, child);
          renamed.delete(child);
        }
        for (const child of childrenOf(synced, path)) if (!written.has(child)) synced.delete(child);
        for (const child of childrenOf(written, path)) synced.set(child, written.get(child)!);
      }
    },
    readFileSync: (path: string) => {
      const file = written.get(path) ?? fail("ENOENT");
      return Buffer.from(file.written);
    },
    truncateSync: (path: string, length: number) => {
      step();
      const file = written.get(path)!;
      file.written = file.written.slice(0, length);
    },
    closeSync: (handle: number) => void handles.delete(handle),
    linkSync: (from: string, to: string) => {
      step();
      if (written.has(to)) fail("EEXIST");
      written.set(to, written.get(from)!);
    },
    renameSync: (from: string, to: string) => {
      step();
      move(written, from, to);
      renamed.set(to, from);
    },
    rmSync: (path: string) => {
      // Taking away frees room: it works on a full disk.
      if (code === "CUT") step();
      written.delete(path);
    },
  };
  /** A name whose folder is lost is lost with it. */
  const reachable = (names: ReadonlyMap<string, File | null>, path: string): boolean =>
    path === "/" || (names.has(path) && reachable(names, dirname(path)));
  return {
    ...(disk as unknown as Disk),
    calls: () => calls,
    goOn: () => {
      limit = Number.POSITIVE_INFINITY;
    },
    after: (namesAs, bytesAs) => {
      const names = namesAs === "written" ? written : synced;
      const found = [...names].flatMap(([path, file]): [string, string][] =>
        file !== null && reachable(names, path) ? [[path, file[bytesAs]]] : [],
      );
      return new Map(found.filter(([path]) => basename(path) !== ""));
    },
  };
};
