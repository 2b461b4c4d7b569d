import { type Bodies, type Body, wholeOf } from "../../base/content.ts";
import { canonicalJson } from "../../base/jcs.ts";
import type { Spools } from "../../base/spool.ts";
import type { CaseHead } from "../../case/case.ts";
import { CLASSIFICATION, isDeclared, namesOf, OBJECTS, SCAN_ROUND } from "../../case/documents.ts";
import type { CaseEvent } from "../../case/events.ts";
import type { LogFileRead } from "../../case/scan.ts";
import { caseHistoryFiles } from "../../evidence/ledger/ledgerProof.ts";
import type { BundlePredicate } from "../../evidence/predicate.ts";
import { clockFileOf } from "../../export/clockFile.ts";
import { type CaseContents, documentOf, type SourceFile } from "../../export/contents.ts";
import { controlsFile, derivedFiles } from "../../export/derivedFiles.ts";
import { inventoryOf } from "../../export/inventory.ts";
import type { CaseReading } from "../../ports/cases.ts";
import type { Ports } from "../../ports/ports.ts";
import { buildReport } from "../../report/report.ts";
import { ask } from "../investigate/queries.ts";
import { dossierOf } from "./dossier.ts";
import { filesAsRead } from "./logCustody.ts";
import { producer } from "./producer.ts";

/** The payload of a bundle: every document of the case, its audit trail, and what is worked out from both for people and other tools. */
export const caseFiles = async (
  head: CaseHead,
  meta: Meta,
  ports: Ports,
  spools: Spools,
): Promise<{ readonly payload: Bodies; readonly result: BundlePredicate["result"] }> => {
  const contents = await readContents(head, meta, ports, spools);
  const { dossier, documents } = contents;
  const report = buildReport(dossier);
  const files = new Map<string, Body>([
    ...documents,
    ...derivedFiles(contents, spools),
    ["case.json", json(caseRecord(contents))],
    ["timeline.jsonl", Buffer.from(dossier.events.map((event) => `${canonicalJson(event)}\n`).join(""))],
    ...(await caseHistoryFiles(ports.ledger, head.caseId)),
    ["report.html", Buffer.from(report.html)],
    ["report.md", Buffer.from(report.markdown)],
  ]);
  return { payload: files.set("controls.json", controlsFile(files.keys())), result: resultOf(contents) };
};

/** How the case stands, as every view of it tells: what was due and is not in force, and doors that nothing has closed, are open. */
const resultOf = ({ dossier }: CaseContents): BundlePredicate["result"] => {
  const { is, due, made, doors } = dossier.view.state;
  return {
    verdict: dossier.kind,
    contained: is === "contained" || is === "watched",
    openActions: Math.max(0, due - made) + doors.length,
  };
};

type Meta = { readonly revision: number; readonly kind: string; readonly sealedAt: string };

/** Reads the case once; everything else is worked out from what is returned. */
export const readContents = async (head: CaseHead, meta: Meta, ports: Ports, spools: Spools): Promise<CaseContents> => {
  const sources = await sourcesOf(head.caseId, ports);
  // Trail and head before the documents, once, and all else from these: what comes in between belongs to the next revision.
  const [now, events] = [await ports.cases.head(head.caseId), await ports.cases.events(head.caseId)];
  const documents = await documentsOf(head.caseId, ports, spools);
  const cases = readingOf({ head: now, events, documents }, ports.cases);
  const dossier = await dossierOf(head.caseId, meta, { ...ports, cases });
  return {
    ...sources,
    documents,
    dossier: { ...dossier, clocks: clockFileOf(dossier).candidates },
    objects: inventoryOf(documents.get(OBJECTS.name), documentOf({ documents }, CLASSIFICATION)),
    environment: (await ports.environment?.()) ?? null,
    producer: producer(),
    ledgerOrigin: ports.ledger.origin,
  };
};

const documentsOf = async (caseId: string, { cases }: Ports, spools: Spools): Promise<Bodies> => {
  // Drafts of bundles serve the machine; what else Cordon does not write is named by `noteForeign`.
  const names = (await cases.names(caseId, "")).filter(isDeclared);
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await cases.readLarge(caseId, name, spools))!] as const)),
  );
};

interface Moment {
  readonly head: CaseHead;
  readonly events: readonly CaseEvent[];
  readonly documents: Bodies;
}

/** Named one by one: a port that is loaded with its first call cannot be copied. */
const readingOf = ({ head, events, documents }: Moment, cases: CaseReading): CaseReading => ({
  head: async () => head,
  list: () => cases.list(),
  events: async () => events,
  read: async (_, name) => {
    const body = documents.get(name);
    return body === undefined ? null : wholeOf(body);
  },
  names: async (_, prefix) => [...documents.keys()].filter((name) => name.startsWith(prefix)).sort(),
});

/** Asked at sealing and never again; a case without a case table, or an engine that fails, is sealed without them and says so. */
const sourcesOf = async (caseId: string, ports: Ports): Promise<Pick<CaseContents, "sources" | "sourcesNote">> => {
  if ((await namesOf(ports.cases, caseId, SCAN_ROUND)).length === 0)
    return { sources: null, sourcesNote: "no log was read" };
  try {
    const rows = await ask<{ source_file: string; events: number; first_at: string; last_at: string }>(
      caseId,
      "source-files",
      [],
      ports,
    );
    const read = await filesAsRead(caseId, ports);
    const unhashed = rows.map(({ source_file }) => source_file).filter((file) => !read.has(file));
    const digests = unhashed.length === 0 ? undefined : await ports.trail.digests(unhashed);
    const sources = rows.map(
      ({ source_file: file, events, first_at, last_at }): SourceFile => ({
        file,
        events,
        firstAt: first_at,
        lastAt: last_at,
        digest: digestOf(read.get(file)) ?? digests?.get(file) ?? null,
        asRead: read.has(file),
      }),
    );
    return { sources, sourcesNote: "files with at least one event in the case table" };
  } catch (error) {
    return { sources: null, sourcesNote: `the case table could not be asked: ${(error as Error).message}` };
  }
};

const digestOf = (read: LogFileRead | undefined): SourceFile["digest"] =>
  read === undefined ? null : { bytes: read.bytes, sha256: read.sha256! };

/** The head and the machine's view, without paths of the machine that sealed, and all else that a report needs beside the documents. */
const caseRecord = ({ dossier, sourcesNote, sources }: CaseContents) => ({
  head: { ...dossier.head, sealed: dossier.head.sealed.map(({ path: _path, ...rest }) => rest) },
  view: { ...dossier.view, evidence: dossier.view.evidence.map(({ path: _path, ...rest }) => rest) },
  sources: { note: sourcesNote, files: sources?.length ?? null },
  spending: dossier.spending ?? null,
  judged: Object.fromEntries(
    dossier.plans.map(({ plan, verdict, decisions }) => [plan.planId, { verdict, decisions }]),
  ),
});

const json = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value));
