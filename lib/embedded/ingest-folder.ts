import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/** What lies under a folder: files to read by name, relative and with `/`, and what cannot be read or need not be. */
export interface Folder {
  readonly names: readonly string[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly passed: readonly { readonly name: string; readonly because: string }[];
}

/** Links are followed so often, and folders so deep. */
const MOST_LINKS = 1000;
const MOST_DEPTH = 64;

/**
 * Every file under a folder in name order. Links are followed once each, and not back into the folder itself. What may not
 * be listed is named; only the folder itself throws.
 */
export const filesUnder = async (root: string): Promise<Folder> => {
  const found = { names: [] as string[], refused: [] as Refused[], passed: [] as Passed[] };
  const real = await realpath(root);
  const followed = new Set<string>();
  await readdir(root);

  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > MOST_DEPTH) return refuse(folder, "Folders are nested too deep in it.");
    for (const entry of await listed(folder)) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await walk(name, depth + 1);
      else if (entry.isFile()) found.names.push(name);
      else if (entry.isSymbolicLink()) await follow(name, depth);
      else refuse(name, "It is no file, but a pipe, a socket or a device.");
    }
  };

  const listed = async (folder: string) => {
    try {
      return await readdir(join(root, folder), { withFileTypes: true });
    } catch (error) {
      refuse(`${folder}/`, `The folder may not be listed (${(error as NodeJS.ErrnoException).code}).`);
      return [];
    }
  };

  const follow = async (name: string, depth: number): Promise<void> => {
    const target = await realpath(join(root, name)).catch(() => null);
    if (target === null) return refuse(name, "It is a link that leads nowhere.");
    if (target === real || target.startsWith(`${real}${sep}`) || followed.has(target)) {
      found.passed.push({ name, because: "a link to what is read anyway" });
      return;
    }
    if (followed.size >= MOST_LINKS) return refuse(name, `More than ${MOST_LINKS} links are not followed.`);
    if (`${real}${sep}`.startsWith(`${target}${sep}`))
      return refuse(name, "It is a link to a folder that holds the logs.");
    followed.add(target);
    const kind = await stat(target);
    if (kind.isDirectory()) await walk(name, depth + 1);
    else if (kind.isFile()) found.names.push(name);
    else refuse(name, "It is a link to a pipe, a socket or a device.");
  };

  const refuse = (name: string, reason: string): void => void found.refused.push({ name, reason });

  await walk("", 0);
  return { ...found, names: found.names.sort() };
};

type Refused = Folder["refused"][number];
type Passed = Folder["passed"][number];
