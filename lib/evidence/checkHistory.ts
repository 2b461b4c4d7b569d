import { EvidenceError, faultOf } from "../base/evidenceError.ts";
import type { BundleStatement } from "./checkAttestation.ts";
import type { Inventory } from "./inventory.ts";
import { HISTORY_FILES, REDACTION } from "./layout.ts";
import { entryHash, type LedgerEntry, opaqueCase, parseEntry } from "./ledger/ledger.ts";
import { splitLines, verifyCaseHistory } from "./ledger/ledgerVerify.ts";
import type { Report } from "./report.ts";
import type { VerifyOptions } from "./verifyOptions.ts";

/** Clocks of the functions of one deployment may differ by so much. */
const SKEW_MS = 300_000;

/** Where the history lies: in a bundle of its own, or in a copy beside what is left of the original. */
type Form = "bundle" | "copy";

/**
 * What a bundle says of its case's history is held against the signed statement: an unbroken chain from the opening, every
 * revision before this one sealed and the last of them superseded, and no date out of order. Needs no key: where the sealing
 * itself names the last entry, its proof carries the whole chain; where it does not, the proofs of the history are judged.
 */
export function checkHistory(
  report: Report,
  inventory: Inventory,
  statement: BundleStatement,
  form: Form,
  { ledgerKeys }: Pick<VerifyOptions, "ledgerKeys">,
): void {
  const { held, digests } = inventory;
  const lines = held.get(form === "copy" ? `${REDACTION.copy}ledger/entries.jsonl` : HISTORY_FILES.entries);
  const sealing = held.get(form === "copy" ? `${REDACTION.original}ledger/entry.json` : "ledger/entry.json");
  const parts = Object.values(HISTORY_FILES).filter((path) => digests.has(path));
  if (form === "bundle" && parts.length > 0 && parts.length < Object.keys(HISTORY_FILES).length)
    report.record("HISTORY", [{ code: "HISTORY", detail: `of its files only ${parts.join(", ")}` }], "");
  const behind = faultOf(() => assertEntered(statement.predicate, sealing));
  if (behind !== null) report.record("TIME", [behind], "");
  if (lines === undefined) {
    report.record("HISTORY", [], "none here: an older or a bare form");
    return;
  }
  const received = form === "copy" ? null : receivedIn(inventory);
  const chain = report.attempt("HISTORY", () => chainOf(lines, statement, sealing, received), describe);
  if (chain === null || chain.isJoined) return;
  report.leave("HISTORY", NOT_JOINED);
  if (form === "copy") return;
  const { caseId, deployment } = statement.predicate;
  const { errors } = verifyCaseHistory(held, { caseId, origin: deployment.ledgerOrigin }, ledgerKeys ?? null);
  report.record("HISTORY", errors, "its opening and its latest entry are in the ledger");
}

interface Chain {
  readonly entries: number;
  readonly isJoined: boolean;
}

const describe = ({ entries, isJoined }: Chain): string =>
  `${entries} entries, each naming the one before${isJoined ? ", the last one named by the sealing" : ""}`;

const NOT_JOINED =
  "whether the case had more entries before the sealing, which does not name the last one here: they came while it was sealed, or were left out; a copy of the ledger tells (--ledger)";

/** SHA-256 of every finding of the case as it was received. */
const receivedIn = ({ digests }: Inventory): ReadonlySet<string> =>
  new Set(
    [...digests].flatMap(([path, { sha256 }]) => (/^data\/findings\/[0-9a-f]{16}\.json$/.test(path) ? [sha256] : [])),
  );

/** `received`: null where nobody can tell, of a copy that holds less. */
function chainOf(
  lines: Uint8Array,
  { predicate }: BundleStatement,
  sealing: Uint8Array | undefined,
  received: ReadonlySet<string> | null,
): Chain {
  const { caseId, deployment, sealedAt } = predicate;
  const leaves = splitLines(lines);
  const entries = leaves.map(parseEntry);
  const subject = opaqueCase(deployment.ledgerOrigin, caseId);
  for (const [at, entry] of entries.entries())
    assertLink(entry, subject, at === 0 ? null : leaves[at - 1]!, entries[at - 1]);
  assertReceived(entries, received);
  const seals = entries.filter(({ type }) => type === "bundle-sealed");
  assertSupersedes(predicate, seals);
  const end = sealing === undefined ? null : parseEntry(sealing);
  assertDates(sealedAt, entries, seals.at(-1));
  return { entries: entries.length, isJoined: end !== null && end.prevCase === entryHash(leaves.at(-1)!) };
}

function assertLink(
  entry: LedgerEntry,
  subject: string,
  before: Uint8Array | null,
  previous: LedgerEntry | undefined,
): void {
  const isFirst = previous === undefined;
  const follows = isFirst
    ? entry.prevCase === null && (entry.type === "case-opened" || entry.type === "break-glass")
    : entry.prevCase === entryHash(before!) && previous.seq < entry.seq;
  if (entry.case === subject && follows) return;
  throw new EvidenceError("HISTORY", `entry ${entry.seq} (${entry.type}) breaks the chain of the case`);
}

/** What opened the case is in the bundle as it was then; an opening of the first release does not name it. */
function assertReceived(entries: readonly LedgerEntry[], received: ReadonlySet<string> | null): void {
  const statement = entries.find(({ type }) => type === "case-opened")?.statement;
  if (statement === undefined || received === null || received.has(statement)) return;
  throw new EvidenceError(
    "HISTORY",
    `the case was opened on ${statement}, which is no finding under data/findings here`,
  );
}

/** Revision n replaces the n - 1st, and that one was sealed. */
function assertSupersedes({ revision, supersedes }: BundleStatement["predicate"], seals: readonly LedgerEntry[]): void {
  const last = seals.at(-1);
  const fits = seals.length === revision - 1 && (supersedes?.revision ?? 0) === seals.length;
  if (fits && (supersedes?.digest ?? null) === (last?.digest ?? null)) return;
  const said = supersedes === null ? "nothing" : `revision ${supersedes.revision}, ${supersedes.digest}`;
  throw new EvidenceError(
    "HISTORY",
    `revision ${revision} supersedes ${said}; sealed before it were ${seals.length}, the last ${last?.digest ?? "none"}`,
  );
}

/** Opening and revision before come first by minutes, on whatever clock; the rest may be as far apart as clocks are. */
function assertDates(sealedAt: string, entries: readonly LedgerEntry[], superseded: LedgerEntry | undefined): void {
  const tooEarly = [entries[0]!, ...(superseded === undefined ? [] : [superseded])].find(({ at }) => sealedAt < at);
  if (tooEarly !== undefined)
    throw new EvidenceError("TIME", `sealed at ${sealedAt}, before ${tooEarly.type} at ${tooEarly.at}`);
  const ahead = entries.find(({ at }) => late(at, sealedAt));
  if (ahead !== undefined)
    throw new EvidenceError("TIME", `sealed at ${sealedAt}, with a ${ahead.type} of ${ahead.at} in it`);
}

const late = (at: string, than: string): boolean => Date.parse(at) > Date.parse(than) + SKEW_MS;

/** What is no entry is the ledger check's to say. */
function assertEntered({ sealedAt }: BundleStatement["predicate"], sealing: Uint8Array | undefined): void {
  const entered: { at?: string } = {};
  if (sealing === undefined || faultOf(() => Object.assign(entered, parseEntry(sealing))) !== null) return;
  if (late(sealedAt, entered.at!))
    throw new EvidenceError("TIME", `sealed at ${sealedAt}, and in the ledger as of ${entered.at}`);
}
