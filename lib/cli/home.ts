import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CordonError } from "../base/errors.ts";
import { bytes, counted } from "../base/figures.ts";
import { assertPrivate, homeAt } from "../embedded/home.ts";
import { backUpHome } from "../embedded/homeBackup.ts";
import { inspectHome } from "../embedded/homeCheck.ts";
import { EXIT, type Verb } from "./command.ts";
import { ignoreBoundaries, readable } from "./named.ts";
import { withDeployment } from "./session.ts";

export const homeCheck: Verb = {
  usage: "",
  dataDirectoryOnly: true,
  options: {},
  examples: ["cordon home check", "cordon home check --home /var/lib/cordon --json"],
  run: async (typed, io) => {
    const home = homeAt(resolve(String(typed.values.home ?? "./.cordon")));
    readable(home.root, () => assertPrivate(home));
    if (!existsSync(home.root)) throw new CordonError("INPUT_UNREADABLE", `there is no data directory at ${home.root}`);
    const { cases, archived, faults } = inspectHome(home);
    const size = sizeOf(home.root);
    const serious = faults.filter(({ harmless }) => harmless !== true);
    io.result({ home: home.root, cases, archived, bytes: size, faults });
    for (const { where, caseId, what, remedy } of faults)
      io.print(`${where.padEnd(10)} ${caseId === null ? "" : `${caseId}: `}${what}\n           ${remedy}`);
    if (serious.length === 0)
      io.print("not looked at: signatures, and each file of a bundle; `cordon ledger audit` does");
    io.print(
      serious.length === 0
        ? `WELL: ${counted(cases, "case")}${archived === 0 ? "" : `, ${archived} archived`}, ${bytes(size)}, nothing was found`
        : counted(serious.length, "FAULT"),
    );
    return serious.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

/** Bytes of the files; what goes away meanwhile counts nothing, nor does what links lead to. */
const sizeOf = (root: string): number =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );

export const homeBackup: Verb = {
  usage: "FILE",
  dataDirectoryOnly: true,
  options: {},
  examples: ["cordon home backup /backups/cordon-2026-11-30.tar.gz"],
  run: (typed, io) => {
    const [file, ...rest] = typed.positionals;
    if (file === undefined || rest.length > 0) throw new CordonError("USAGE", "expected one FILE to write");
    return withDeployment(
      typed,
      io,
      ignoreBoundaries,
      async (deployment) => {
        deployment.maintain((home, db) => backUpHome(home, db, resolve(file)));
        io.result({ file: resolve(file) });
        io.print(`${resolve(file)}: everything of ${deployment.home.root}, keys included: keep it as safe as them.`);
        io.print(`Restore    mkdir -m 700 NEW && tar -xzf FILE -C NEW && cordon home check --home NEW`);
        return EXIT.ok;
      },
      { founds: false },
    );
  },
};
