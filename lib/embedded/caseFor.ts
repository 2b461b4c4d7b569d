import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type CaseHead, caseIdOf } from "../case/case.ts";
import { parse } from "../case/document.ts";
import { FINDING } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import { isSameActor, type Reach } from "../core/finding/joined.ts";
import { readEvent } from "../response/receivedFindings.ts";
import { caseFolder } from "./cases.ts";
import { readIfThere } from "./files.ts";
import type { Journal } from "./journal.ts";

export interface CaseForOptions {
  readonly db: DatabaseSync;
  /** Folder of the cases. */
  readonly folder: string;
  readonly journal: Pick<Journal, "running">;
  readonly reach: Reach;
}

/** Cases that are looked at, newest first. */
const MOST_CASES = 200;

/**
 * The case that a finding belongs to: its own, or that of another finding of the same actor, which may still wait to be
 * opened. What was read once is kept: a burst of findings looks at the same cases again and again.
 */
export const createCaseFor = ({ db, folder, journal, reach }: CaseForOptions): ((finding: Finding) => string) => {
  const opened = new Map<string, { readonly version: number; readonly finding: Finding | null }>();
  const waiting = new Map<string, Finding | null>();

  const findingOf = ({ caseId, version }: CaseHead): Finding | null => {
    const known = opened.get(caseId);
    if (known?.version === version) return known.finding;
    const bytes = readIfThere(join(caseFolder(folder, caseId), "docs", FINDING.name));
    const finding = bytes === null ? null : orNull(() => parse(FINDING, bytes, caseId));
    opened.set(caseId, { version, finding });
    return finding;
  };
  const waitingFor = (name: string, input: string): Finding | null => {
    if (!waiting.has(name))
      waiting.set(
        name,
        orNull(() => readEvent(JSON.parse(input)).finding),
      );
    return waiting.get(name)!;
  };

  return (finding) => {
    const own = caseIdOf(finding);
    const heads = (db.prepare("SELECT body FROM heads").all() as { body: string }[])
      .map(({ body }) => JSON.parse(body) as CaseHead)
      .filter(({ accountId }) => accountId === finding.accountId)
      .toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
    if (heads.some(({ caseId }) => caseId === own)) return own;
    const isTheirs = (other: Finding | null): boolean => other !== null && isSameActor(other, finding, reach);
    const known = heads.slice(0, MOST_CASES).find((head) => isTheirs(findingOf(head)));
    if (known !== undefined) return known.caseId;
    const running = journal.running().filter(({ machine }) => machine === "respond");
    for (const name of waiting.keys()) if (!running.some((one) => one.name === name)) waiting.delete(name);
    return running.find(({ name, input }) => isTheirs(waitingFor(name, input)))?.caseId ?? own;
  };
};

const orNull = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch {
    return null;
  }
};
