import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../base/jcs.ts";
import type { CaseHead } from "../case/case.ts";
import { FILES } from "../evidence/layout.ts";
import { archiveOf } from "./archived.ts";
import { isDraft } from "./files.ts";
import type { Home } from "./home.ts";
import { BACKUP, CASE_ID, type HomeFault, printed, STRAY } from "./homeFault.ts";

/** What the vault lacks of what cases name, holds under another's name or that they do not name, and what is nobody's. `atWork`: cases of which a step may be between the two. */
export const vaultFaults = (
  home: Home,
  heads: readonly CaseHead[],
  atWork: ReadonlySet<string>,
): readonly HomeFault[] => [
  ...heads.flatMap((head) => sealedFaults(home, head)),
  ...heads.filter(({ caseId }) => !atWork.has(caseId)).flatMap((head) => forgottenFaults(home, head)),
  ...strayInVault(home, heads),
];

const sealedFaults = (home: Home, { caseId, sealed }: CaseHead): readonly HomeFault[] =>
  sealed.flatMap(({ revision, digest }) => {
    const folder = join(home.vault, caseId, `r${revision}`);
    const remedy = `${BACKUP}; the ledger still holds its digest, so a copy from elsewhere can be proven`;
    const fault = (what: string): readonly HomeFault[] => [
      { where: "vault", caseId, what: `r${revision} ${what}`, remedy },
    ];
    if (!existsSync(folder))
      return archiveOf(join(home.vault, caseId)) === null ? fault("was sealed and is not in the vault") : [];
    if (archiveOf(folder) !== null) return fault("in the vault is a link, and what it leads to may change");
    return digestOf(join(folder, FILES.tagManifest)) === digest
      ? []
      : fault("in the vault is not the bundle that was sealed: exchanged or altered");
  });

/** SHA-256 of a file; null: there is none that can be read. */
export const digestOf = (path: string): string | null => {
  try {
    return sha256Hex(readFileSync(path));
  } catch {
    return null;
  }
};

/** Between the placing of a bundle and the word of the case a step is under way: a case at rest names all that lies there. */
const forgottenFaults = (home: Home, { caseId, sealed }: CaseHead): readonly HomeFault[] =>
  namesIn(join(home.vault, caseId))
    .filter((name) => /^r\d+$/.test(name) && !sealed.some(({ revision }) => `r${revision}` === name))
    .map((name) => ({
      where: "vault",
      caseId,
      what: `${name} lies in the vault and the case does not name it`,
      remedy: `the journal was put back or changed; \`ledger audit\` says whether it was sealed. ${BACKUP}`,
    }));

const strayInVault = (home: Home, heads: readonly CaseHead[]): readonly HomeFault[] => {
  const known = new Set(heads.map(({ caseId }) => caseId));
  const between = [...known].flatMap((caseId) =>
    namesIn(join(home.vault, caseId))
      .filter((name) => !/^r\d+$/.test(name) && !isDraft(name))
      .map((name): HomeFault => ({ where: "vault", caseId, what: `${printed(name)} is none of ours`, ...STRAY })),
  );
  const beside = namesIn(home.vault)
    .filter((name) => !known.has(name))
    .map(
      (name): HomeFault => ({
        where: "vault",
        caseId: CASE_ID.test(name) ? name : null,
        what: CASE_ID.test(name)
          ? "bundles of a case that the journal does not know"
          : `${printed(name)} is none of ours`,
        ...(CASE_ID.test(name) ? { remedy: BACKUP } : STRAY),
      }),
    );
  return [...between, ...beside];
};

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
