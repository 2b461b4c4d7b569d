import type { CaseHead } from "../core/case.ts";
import { canonicalJson } from "../evidence/jcs.ts";
import { caseHistoryFiles } from "../evidence/ledgerProof.ts";
import type { Ports } from "../ports.ts";
import { buildReport } from "../report/report.ts";
import { caseView } from "./caseView.ts";
import { dossierOf } from "./dossier.ts";

/** Documents that serve the machine and are not evidence. */
const NOT_EVIDENCE = ["sealing/"];

/** The payload of a bundle: every document of the case, its audit trail, its machine view and the report. */
export const caseFiles = async (head: CaseHead, revision: number, kind: string, sealedAt: string, ports: Ports): Promise<ReadonlyMap<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  for (const name of await ports.cases.names(head.caseId, "")) {
    if (NOT_EVIDENCE.some((prefix) => name.startsWith(prefix))) continue;
    files.set(name, (await ports.cases.read(head.caseId, name))!);
  }
  const view = await caseView(head.caseId, ports);
  const report = buildReport(await dossierOf(head.caseId, { revision, kind, sealedAt }, ports));
  files.set("case.json", json({ head: { ...head, sealed: head.sealed.map(({ path: _path, ...rest }) => rest) }, view: { ...view, evidence: view.evidence.map(({ path: _path, ...rest }) => rest) } }));
  files.set("timeline.jsonl", Buffer.from((await ports.cases.events(head.caseId)).map((event) => `${canonicalJson(event)}\n`).join("")));
  for (const [name, bytes] of await caseHistoryFiles(ports.ledger, head.caseId)) files.set(name, bytes);
  files.set("report.html", Buffer.from(report.html));
  files.set("report.md", Buffer.from(report.markdown));
  return files;
};

const json = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value));
