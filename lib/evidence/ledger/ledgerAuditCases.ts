import type { EntryType } from "../../base/ledger.ts";
import { opaqueCase, STATEMENT_TYPES } from "./ledger.ts";
import { type AuditedEntry, type AuditFault, type AuditInput, fault, type StoredBundle } from "./ledgerFaults.ts";

/** What the entries say case by case, held against the store. */
export function auditCases(entries: readonly AuditedEntry[], input: AuditInput): AuditFault[] {
  const cases = Map.groupBy(
    entries.filter(({ entry }) => entry.case !== null),
    ({ entry }) => entry.case!,
  );
  const faults = [...cases].flatMap(([subject, chain]) => [
    ...auditChain(subject, chain),
    ...auditOpening(subject, chain),
    ...auditSealing(subject, chain, input),
    ...auditRevisions(subject, chain, input.bundles),
  ]);
  return [...faults, ...auditForms(entries), ...auditStore(cases, input)];
}

/** Whoever writes sealings, or openings, that name their statements does not go back to ones that do not. */
const auditForms = (entries: readonly AuditedEntry[]): AuditFault[] =>
  STATEMENT_TYPES.flatMap((type) => auditForm(entries.filter(({ entry }) => entry.type === type)));

function auditForm(alike: readonly AuditedEntry[]): AuditFault[] {
  const first = alike.find(({ entry }) => entry.v === 2);
  if (first === undefined) return [];
  return alike
    .filter(({ index, entry }) => index > first.index && entry.v === 1)
    .map(({ index, entry }) =>
      fault("DOWNGRADE", index, entry.case, `names no statement, entry ${first.index} before it does`),
    );
}

/** Each entry of a case names the one before, so that none can be taken out or put in between. */
function auditChain(subject: string, chain: readonly AuditedEntry[]): AuditFault[] {
  return chain.flatMap(({ index, entry }, at) => {
    const before = chain[at - 1]?.hash ?? null;
    return entry.prevCase === before
      ? []
      : [fault("CHAIN", index, subject, `expected ${before}, got ${entry.prevCase}`)];
  });
}

/** Break-glass may come first: it acts without a case, and the case is made afterwards. */
function auditOpening(subject: string, chain: readonly AuditedEntry[]): AuditFault[] {
  const openings = chain.filter(({ entry }) => entry.type === "case-opened");
  const first = chain.find(({ entry }) => entry.type !== "break-glass");
  const [opened, again] = openings;
  if (again !== undefined) {
    return [fault("EQUIVOCATION", again.index, subject, `opened again, first at entry ${opened!.index}`)];
  }
  if (first === undefined || first.entry.type === "case-opened") return [];
  return [fault("UNOPENED", first.index, subject, `begins with ${first.entry.type}`)];
}

/** What must be in a sealed revision before long. A plan, or a review that finds nothing to do, changes nothing that was sealed. */
const TO_BE_SEALED: readonly EntryType[] = ["case-opened", "break-glass", "decision", "execution"];

/** What was opened, decided or carried out after the last sealing is in no bundle yet: for a while, and no longer. */
function auditSealing(subject: string, chain: readonly AuditedEntry[], { asOf, policy }: AuditInput): AuditFault[] {
  const sealed = chain.findLastIndex(({ entry }) => entry.type === "bundle-sealed");
  const first = chain.slice(sealed + 1).find(({ entry }) => TO_BE_SEALED.includes(entry.type));
  if (first === undefined) return [];
  const age = (Date.parse(asOf) - Date.parse(first.entry.at)) / 1000;
  if (age <= policy.sealWithinSeconds) return [];
  const what = sealed === -1 ? "never sealed" : "not sealed since";
  return [fault("UNSEALED", first.index, subject, `${first.entry.type} ${first.entry.at}, ${what}`)];
}

/** A case is sealed more than once, revision by revision; each must replace the one before, or there are two stories. */
function auditRevisions(
  subject: string,
  chain: readonly AuditedEntry[],
  bundles: readonly StoredBundle[] | null,
): AuditFault[] {
  if (bundles === null) return [];
  const seals = chain.filter(({ entry }) => entry.type === "bundle-sealed");
  return seals.flatMap(({ index, entry }, at) => {
    const bundle = bundles.find(({ digest }) => digest === entry.digest);
    if (bundle === undefined) return [fault("MISSING", index, subject, `bundle ${entry.digest} is not in the store`)];
    if (entry.statement !== undefined && entry.statement !== bundle.statement) {
      const detail = `statement ${entry.statement} was sealed, the one in the store is ${bundle.statement}`;
      return [fault("EQUIVOCATION", index, subject, detail)];
    }
    const before = seals[at - 1]?.entry.digest ?? null;
    if (bundle.supersedes === before) return [];
    const detail = `the bundle sealed here supersedes ${bundle.supersedes}, the one sealed before is ${before}`;
    return [fault("EQUIVOCATION", index, subject, detail)];
  });
}

function auditStore(
  cases: ReadonlyMap<string, readonly AuditedEntry[]>,
  { origin, bundles }: AuditInput,
): AuditFault[] {
  return (bundles ?? []).flatMap(({ caseId, digest }) => {
    const subject = opaqueCase(origin, caseId);
    const isListed = cases.get(subject)?.some(({ entry }) => entry.type === "bundle-sealed" && entry.digest === digest);
    return isListed ? [] : [fault("UNLISTED", null, subject, `bundle ${digest} of ${caseId} was never sealed`)];
  });
}
