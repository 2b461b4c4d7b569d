import { sha256Hex } from "../../lib/base/jcs.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import { caseHistoryFiles, ledgerFiles } from "../../lib/evidence/ledger/ledgerProof.ts";
import type { BundlePredicate } from "../../lib/evidence/predicate.ts";
import { attachLedger, bundleDigest } from "../../lib/evidence/seal.ts";
import { createMemoryStore } from "../evidence/ledgerFixture.ts";
import { LEDGER_SIGNER, samplePredicate } from "../evidence/sample.ts";
import type { ConformanceCase } from "./case.ts";
import { type Files, forge, textOf, utf8 } from "./forge.ts";
import { trustRoot } from "./ledger.ts";

const { caseId, deployment, supersedes } = samplePredicate();
const at = (minute: number): string => `2026-11-20T23:${String(minute).padStart(2, "0")}:00.000Z`;

interface Story {
  /** What whoever holds the evidence key makes of the history before he signs. */
  readonly lines?: (lines: readonly string[]) => readonly string[];
  readonly predicate?: Partial<Omit<BundlePredicate, "payload">>;
  readonly ofCase?: string;
  /** Recorded after the history was read and before the sealing. */
  readonly meanwhile?: boolean;
  /** Made of the three files of the history, as they go into the bundle. */
  readonly files?: (history: Map<string, Uint8Array>) => void;
  /** Minute of the sealing's own entry. */
  readonly entered?: number;
}

/** Revision 2 of a case that was opened, sealed once, and decided about; with the history that says so. The same bytes on every run. */
const told = async ({ lines = (all) => all, predicate = {}, ofCase = caseId, meanwhile = false, files: remake = () => {}, entered = 21 }: Story = {}): Promise<Files> => {
  const store = createMemoryStore();
  const signer = { name: deployment.ledgerOrigin, ...LEDGER_SIGNER };
  const ledger = openLedger({ store, signed: store, signer, formerKeys: [] });
  const enter = (type: "case-opened" | "plan" | "decision" | "execution" | "bundle-sealed", minute: number, of = caseId) =>
    ledger.append({ type, caseId: of, digest: type === "bundle-sealed" ? supersedes!.digest : sha256Hex(`${type}`), at: at(minute) });
  for (const of of new Set([caseId, ofCase])) {
    await enter("case-opened", 1, of);
    await enter("bundle-sealed", 5, of);
    await enter("plan", 6, of);
    await enter("decision", 10, of);
  }
  const history = new Map(await caseHistoryFiles(ledger, ofCase));
  const entries = textOf(history.get("ledger/entries.jsonl")).trimEnd().split("\n");
  history.set("ledger/entries.jsonl", utf8(lines(entries).map((line) => `${line}\n`).join("")));
  remake(history);
  const head = await ledger.head();
  const files = await forge({
    predicate: { sealedAt: at(20), ledgerHead: { size: String(head.size), rootSha256: head.root }, ...predicate },
    payload: (payload) => history.forEach((bytes, name) => payload.set(`data/${name}`, bytes)),
  });
  if (meanwhile) await enter("execution", 20);
  const statement = sha256Hex(files.get(FILES.statement)!);
  const { seq } = await ledger.append({ type: "bundle-sealed", caseId, digest: bundleDigest(files), statement, at: at(entered) });
  return new Map(attachLedger(files, await ledgerFiles(ledger, { caseId, seq }, head, null)));
};

type Row = readonly [name: string, code: ConformanceCase["code"], story: Story, recipeAccepts?: string];
const LINES = "the recipe reads the dates and the sealings of a history, and not how its entries hang together";

export const HISTORY_CASES: readonly ConformanceCase[] = (
  [
    ["told", null, {}],
    ["with-an-entry-meanwhile", null, { meanwhile: true }],
    ["without-the-decision", "LEDGER", { lines: (all) => all.slice(0, -1) }, LINES],
    ["with-a-line-taken-out", "HISTORY", { lines: (all) => all.toSpliced(2, 1) }, LINES],
    ["with-lines-exchanged", "HISTORY", { lines: (all) => all.toSpliced(2, 2, all[3]!, all[2]!) }, LINES],
    ["without-its-opening", "HISTORY", { lines: (all) => all.slice(1) }, LINES],
    ["of-another-case", "HISTORY", { ofCase: "case-20261121-ffffffffff" }, LINES],
    ["with-a-line-that-is-none", "JSON", { lines: (all) => [...all, '{"not":"the ledger"}'] }, LINES],
    ["sealed-before-its-case-was-opened", "TIME", { predicate: { sealedAt: at(0) } }],
    ["sealed-before-its-predecessor", "TIME", { predicate: { sealedAt: at(4) } }],
    ["sealed-before-its-last-decision", "TIME", { predicate: { sealedAt: at(5) }, lines: (all) => all.map((line) => line.replace(at(10), at(11))) }, LINES],
    ["sealed-in-the-future", "TIME", { predicate: { sealedAt: "2099-01-01T00:00:00.000Z" } }],
    ["superseding-what-never-was", "HISTORY", { predicate: { supersedes: { revision: 1, digest: "ab".repeat(32) } } }],
    ["superseding-a-revision-ahead", "HISTORY", { predicate: { revision: 9, supersedes: { revision: 4, digest: supersedes!.digest } } }],
    ["superseding-nothing", "HISTORY", { predicate: { supersedes: null } }],
    ["without-its-lines", "HISTORY", { files: (history) => history.delete("ledger/entries.jsonl") }, LINES],
    ["without-its-proofs", "HISTORY", { files: (history) => ["opened", "latest"].forEach((name) => history.delete(`ledger/${name}.tlog-proof`)) }, LINES],
    ["with-a-last-line-that-does-not-end", "HISTORY", { files: (history) => history.set("ledger/entries.jsonl", history.get("ledger/entries.jsonl")!.subarray(0, -1)) }, LINES],
    ["of-no-line", "HISTORY", { lines: () => [] }, LINES],
    ["sealed-behind-its-entry", "TIME", { entered: 14 }, LINES],
    ["none-and-sealed-behind-its-entry", "TIME", { entered: 14, files: (history) => history.clear() }, LINES],
    ["calling-itself-the-first", "HISTORY", { predicate: { revision: 1, supersedes: null } }],
  ] satisfies readonly Row[] as readonly Row[]
).map(([name, code, story, recipeAccepts]) => ({
  name: `history-${name}${code === null ? "_ok" : "_fail"}`,
  exitCode: code === null ? 0 : 1,
  code,
  trust: "evidence",
  keys: trustRoot(),
  bundle: () => told(story),
  recipeAccepts: recipeAccepts ?? null,
}));
