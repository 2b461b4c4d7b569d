import { statSync } from "node:fs";

/** How many are kept: a host reads one snapshot for hundreds of cases. */
const MOST = 4;

/**
 * Reads files once as long as they do not change: by path, size and times. What is made of them is shared, and must not be
 * changed. A file that is not there is read by `make`, which says so.
 */
export const readOnce = <T>(make: (...paths: (string | null)[]) => T): ((...paths: (string | null)[]) => T) => {
  const kept = new Map<string, { readonly look: string; readonly made: T }>();
  return (...paths) => {
    const name = JSON.stringify(paths);
    const look = JSON.stringify(paths.map(lookOf));
    const known = kept.get(name);
    if (known?.look === look) return known.made;
    const made = make(...paths);
    kept.delete(name);
    kept.set(name, { look, made });
    const [oldest] = kept.keys();
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    return made;
  };
};

const lookOf = (path: string | null): readonly number[] => {
  const found = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
  return found === undefined ? [] : [found.ino, found.size, found.mtimeMs, found.ctimeMs];
};
