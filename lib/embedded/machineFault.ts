/** What a machine lacks for a while, by the codes of Node (errno), our own, and those of SQLite (primary result codes). */
const BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk reports errors",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open on this machine",
  ENOMEM: "there is no memory left",
  ARCHIVE_AWAY: "the archive cannot be reached",
};
const BY_SQLITE: Readonly<Record<number, string>> = {
  5: "another process holds the journal",
  7: "there is no memory left",
  8: "the journal is read-only",
  10: "the disk reports errors",
  13: "the disk is full",
  14: "the journal cannot be opened",
};
/** DuckDB has no codes of its own for these. */
const BY_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "the disk is full"],
  [/Too many open files/i, "too many files are open"],
];

/**
 * What the machine lacks, in words, when that is why the work failed: then the same work can succeed later and is tried
 * again. Null: the fault is of the work itself. Looks through what an error was caused by.
 */
export const machineFault = (error: unknown): string | null => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, errcode, message } = at as NodeJS.ErrnoException & { readonly errcode?: number };
    const fault =
      BY_CODE[code ?? ""] ??
      (errcode === undefined ? undefined : BY_SQLITE[errcode & 0xff]) ??
      BY_MESSAGE.find(([words]) => words.test(message))?.[1];
    if (fault !== undefined) return fault;
  }
  return null;
};
