import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "../base/jcs.ts";
import { brokenLink } from "../case/auditTrail.ts";
import type { CaseHead } from "../case/case.ts";
import { isWrittenOnce } from "../case/documents.ts";
import { type CaseEvent, planOf } from "../case/events.ts";
import { FILES } from "../evidence/layout.ts";
import { archiveOf } from "./archived.ts";
import { isOnReadOnly, openDatabase, openToRead } from "./database.ts";
import { isDraft } from "./files.ts";
import { type Home, missingIn } from "./home.ts";
import { digestOf, vaultFaults } from "./homeCheckVault.ts";
import { BACKUP, CASE_ID, type HomeFault, printed, STRAY } from "./homeFault.ts";

/** Cases that lie in the data directory and are not in the journal: it was lost, cut, or put back to an older state. */
export const casesWithoutHead = (home: Home, db: DatabaseSync): readonly string[] => {
  const known = new Set(
    db
      .prepare("SELECT case_id FROM heads")
      .all()
      .map((row) => String(row.case_id)),
  );
  return caseFolders(home).filter((caseId) => !known.has(caseId));
};

export const caseFolders = ({ cases }: Pick<Home, "cases">): readonly string[] =>
  foldersIn(cases).filter((name) => CASE_ID.test(name));

/** Everything that can be seen to be wrong without a key: the ledger's own proofs are for `ledger audit`. Makes nothing. */
export const inspectHome = (
  home: Home,
): { readonly cases: number; readonly archived: number; readonly faults: readonly HomeFault[] } => {
  const there = existsSync(home.journal);
  const open = there && isOnReadOnly(home.journal) ? openToRead : openDatabase;
  const db = open(there ? home.journal : ":memory:");
  try {
    const missing = missingIn(home).map(
      (name): HomeFault => ({ where: "home", caseId: null, what: `${name} is missing`, remedy: BACKUP }),
    );
    const cases = caseFolders(home);
    const archived = cases.filter((caseId) => archiveOf(join(home.cases, caseId)) !== null).length;
    return { cases: cases.length, archived, faults: [...missing, ...checkHome(home, db)] };
  } finally {
    db.close();
  }
};

/** The same over a journal that is open already. */
export const checkHome = (home: Home, db: DatabaseSync): readonly HomeFault[] => {
  const heads = db
    .prepare("SELECT body FROM heads")
    .all()
    .map((row) => JSON.parse(String(row.body)) as CaseHead);
  const atWork = new Set(
    db
      .prepare("SELECT case_id FROM executions WHERE status = 'running'")
      .all()
      .map((row) => String(row.case_id)),
  );
  return [
    ...journalFaults(home, db),
    ...heads.flatMap((head) => documentFaults(home, head)),
    ...vaultFaults(home, heads, atWork),
    ...ledgerFaults(join(home.ledger, "log")),
    ...drafts(home),
  ];
};

const journalFaults = (home: Home, db: DatabaseSync): readonly HomeFault[] => [
  ...db
    .prepare("PRAGMA quick_check(20)")
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => line !== "ok")
    .map((what): HomeFault => ({ where: "journal", caseId: null, what, remedy: BACKUP })),
  ...casesWithoutHead(home, db).map(
    (caseId): HomeFault => ({
      where: "journal",
      caseId,
      what: "the case lies here and is not in the journal: the journal was lost, cut or put back to an older state",
      remedy: `${BACKUP}; its documents and bundles are whole as they lie, and bundles verify without the journal`,
    }),
  ),
];

const documentFaults = (home: Home, { caseId, findings, sealed }: CaseHead): readonly HomeFault[] => {
  const fault = (what: string, remedy: string): HomeFault => ({ where: "documents", caseId, what, remedy });
  const folder = join(home.cases, caseId);
  const away = [folder, join(home.vault, caseId)].find((one) => !existsSync(one) && archiveOf(one) !== null);
  if (away !== undefined)
    return [
      fault(
        `it is archived in ${printed(archiveOf(away)!)}, which cannot be reached`,
        "mount it: nothing of the case can be looked at before",
      ),
    ];
  if (existsSync(`${folder}.moved`) || existsSync(`${folder}.back`))
    return [fault("a move of the case was cut off", `\`cordon home archive\` ends it, asked for the case again`)];
  if (findings.length === 0 && !existsSync(folder)) return [];
  const events = readEvents(join(folder, "events.jsonl"));
  if (typeof events === "string") return [fault(events, BACKUP)];
  const broken = brokenLink(events);
  return [
    ...(broken === null ? [] : [fault(`the audit trail does not hold together at line ${broken}`, BACKUP)]),
    ...rewritten(home, caseId, events, sealed.at(-1)?.revision).map((what) => fault(what, BACKUP)),
    ...exchanged(home, caseId, sealed.at(-1)?.revision).map((what) => fault(what, BACKUP)),
    ...doneTwice(events).map((what) => fault(what, "look at the account: this was carried out more than once")),
    ...unreadable(join(folder, "docs")).map((name) => fault(`docs/${name} cannot be read`, BACKUP)),
  ];
};

/** The trail goes on where the newest revision left it; whether that one is genuine is for `ledger audit`. */
const rewritten = (
  home: Home,
  caseId: string,
  events: readonly CaseEvent[],
  revision: number | undefined,
): readonly string[] => {
  const sealed = join(home.vault, caseId, `r${revision}`, "data/timeline.jsonl");
  if (revision === undefined || !existsSync(sealed)) return [];
  const trail = events.map((event) => `${canonicalJson(event)}\n`).join("");
  return trail.startsWith(readFileSync(sealed, "utf8"))
    ? []
    : [`the audit trail is not the one that r${revision} sealed: it was written anew, or cut`];
};

/** What is written once is what the newest revision sealed of it. */
const exchanged = (home: Home, caseId: string, revision: number | undefined): readonly string[] => {
  const list = join(home.vault, caseId, `r${revision}`, FILES.manifest);
  if (revision === undefined || !existsSync(list)) return [];
  const lines = readFileSync(list, "utf8").matchAll(/^([0-9a-f]{64}) {2}data\/(.+)$/gm);
  return [...lines]
    .filter(([, , name]) => isWrittenOnce(name!))
    .filter(([, digest, name]) => digestOf(join(home.cases, caseId, "docs", name!)) !== digest)
    .map(([, , name]) => `docs/${name} is gone, or not the one that r${revision} sealed`);
};

const readEvents = (path: string): readonly CaseEvent[] | string => {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    // What stands behind the last line break was never acknowledged; the next append takes it away.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as CaseEvent);
  } catch (error) {
    return `events.jsonl cannot be read: ${(error as Error).message}`;
  }
};

/** Things that are done once in the life of a plan, and stand in the trail twice. */
export const doneTwice = (events: readonly Pick<CaseEvent, "type" | "data">[]): readonly string[] => {
  const once = events
    .filter(({ type }) => type === "execution.started" || type === "action.applied" || type === "case.opened")
    .map((one) =>
      [one.type, planOf(one), "id" in one.data ? one.data.id : null].filter((part) => part !== null).join(" "),
    );
  return [...new Set(once)].flatMap((name) => {
    const times = once.filter((other) => other === name).length;
    return times > 1 ? [`${name} stands in the audit trail ${times} times`] : [];
  });
};

const unreadable = (docs: string): readonly string[] =>
  filesBelow(docs).filter((name) => {
    if (!name.endsWith(".json") || isDraft(name)) return false;
    try {
      JSON.parse(readFileSync(join(docs, name), "utf8"));
      return false;
    } catch {
      return true;
    }
  });

const ENTRY = /^\d{12}\.json$/;

/** Entries are numbered without holes, and lie there themselves. */
export const ledgerFaults = (log: string): readonly HomeFault[] => {
  const folder = join(log, "entry");
  if (!existsSync(folder)) return [];
  const there = readdirSync(folder, { withFileTypes: true });
  const names = there.map(({ name }) => name).sort();
  const entries = names.filter((name) => ENTRY.test(name));
  const missing = entries.findIndex((name, index) => Number(name.slice(0, 12)) !== index);
  const fault = (what: string, remedy: string): HomeFault => ({ where: "ledger", caseId: null, what, remedy });
  return [
    ...(missing === -1 ? [] : [fault(`entry ${missing} is missing`, BACKUP)]),
    ...there
      .filter((one) => ENTRY.test(one.name) && !one.isFile())
      .map(({ name }) => fault(`${printed(name)} is a link, and what it leads to may change`, BACKUP)),
    ...names
      .filter((name) => !ENTRY.test(name))
      .map((name) => ({ ...fault(`${printed(name)} is no entry of the ledger`, ""), ...STRAY })),
  ];
};

/** Whatever runs removes its own drafts, and a new driver those of the dead; one that is left was left by something else. */
const drafts = (home: Home): readonly HomeFault[] =>
  [home.cases, home.vault, home.notices, home.keys].flatMap((folder) =>
    filesBelow(folder)
      .filter((name) => name.split("/").some(isDraft))
      .map((name) => ({
        where: "home",
        caseId: null,
        what: `${printed(name)} was never finished`,
        remedy: "the next step of its case removes it; of a case that has ended, remove it when nothing runs",
      })),
  );

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        // An archived case is a link to where it lies, whether that can be reached or not.
        .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
        .map(({ name }) => name)
    : [];

const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
        (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
      )
    : [];
