import { type Body, chunksOf, digestOfBody, lengthOf } from "../base/content.ts";
import { digestOf, sha256Hex } from "../base/jcs.ts";
import { DECISION, LOG_CUSTODY, QUERY, SCAN_ROUND } from "../case/documents.ts";
import type { CaseEvent } from "../case/events.ts";
import { REMOVED } from "../evidence/secrets.ts";
import { type CaseContents, documentOf } from "./contents.ts";
import type { CustodyLine } from "./schemas/record.ts";

/** One acquired item, in the terms of ISO/IEC 27037 and NIST SP 800-86: what, whence, when, by what, and its digest. */

interface Item {
  readonly file: string | null;
  readonly service: string;
  readonly api: string;
  readonly arn?: string | null;
  readonly query?: CustodyLine["source"]["query"];
  readonly acquiredAt: string;
  readonly requestIds?: readonly string[];
  readonly collector: string;
  /** Of what is named and not copied. */
  readonly digest?: { readonly bytes: number; readonly sha256: string } | null;
}

const NO_INTEGRITY = { cloudtrailDigest: null, s3ChecksumSHA256: null, versionId: null, etag: null } as const;
const NO_CLOCK = {
  offsetMs: null,
  source: "system clock of the collecting host; its offset was not measured",
} as const;

/** One deployment has one clock, which is held against a reference when it seals. */
const clockOf = ({ environment }: CaseContents): CustodyLine["clock"] => {
  if (environment?.clock === undefined) return NO_CLOCK;
  const { source, offsetMs, errorMs } = environment.clock;
  return {
    offsetMs: Math.round(offsetMs),
    source: `clock of the collecting host, held against ${source} at ${environment.measuredAt}; off by up to ${Math.ceil(errorMs)} ms more`,
  };
};

/** The chain of custody: one line for every item that came from outside, in the order of acquisition. */
export const custodyOf = (contents: CaseContents): readonly CustodyLine[] =>
  [
    ...findings(contents),
    ...scans(contents),
    ...logFiles(contents),
    ...answers(contents),
    ...snapshots(contents),
    ...decisions(contents),
  ]
    .toSorted((a, b) => (a.acquiredAt < b.acquiredAt ? -1 : a.acquiredAt > b.acquiredAt ? 1 : 0))
    .map((item, index) => lineOf(contents, item, index));

const lineOf = (contents: CaseContents, item: Item, index: number): CustodyLine => {
  const { dossier, documents, producer } = contents;
  const body = item.file === null ? undefined : documents.get(item.file);
  const copied = body === undefined ? null : digestOfBody(body);
  const { revision, sealedAt, head } = dossier;
  return {
    itemId: `${head.caseId}/i${String(index + 1).padStart(5, "0")}`,
    file: item.file,
    source: {
      service: item.service,
      api: item.api,
      region: head.region,
      account: head.accountId,
      arn: item.arn ?? null,
      query: item.query ?? null,
    },
    acquiredAt: item.acquiredAt,
    requestIds: item.requestIds ?? [],
    collector: { principal: item.collector },
    tool: { name: producer.name, version: producer.version, digest: producer.sourceDigest },
    clock: clockOf(contents),
    bytes: body === undefined ? (item.digest?.bytes ?? null) : lengthOf(body),
    sha256: copied ?? item.digest?.sha256 ?? null,
    nativeIntegrity: NO_INTEGRITY,
    redactions: body !== undefined && holdsRemoved(body) ? ["values of secret members, at acquisition"] : [],
    transfers:
      copied === null ? [] : [{ at: sealedAt, from: "case folder", to: `bundle r${revision}`, sha256: copied }],
  };
};

/** A mark may begin in one chunk and end in the next. */
const holdsRemoved = (body: Body): boolean => {
  let end: Buffer = Buffer.alloc(0);
  for (const chunk of chunksOf(body)) {
    const text = Buffer.concat([end, chunk]);
    if (text.includes(REMOVED)) return true;
    end = text.subarray(Math.max(0, text.length - REMOVED.length));
  }
  return false;
};

/** When something of this kind happened last, as the audit trail has it; the opening of the case where it does not say. */
const timeOf = ({ dossier }: CaseContents, isIt: (event: CaseEvent) => boolean): string =>
  dossier.events.findLast(isIt)?.at ?? dossier.head.openedAt;

const namesBelow = ({ documents }: CaseContents, folder: string, ending = ".json"): readonly string[] =>
  [...documents.keys()].filter((name) => name.startsWith(folder) && name.endsWith(ending)).sort();

const findings = (contents: CaseContents): readonly Item[] => {
  const { head, finding } = contents.dossier;
  return namesBelow(contents, "findings/").map((file) => {
    const digest = file.slice("findings/".length, -".json".length);
    const extended = contents.dossier.events.find(({ type }) => type === "case.extended")?.at;
    const isFirst = head.findings[0]?.digest.startsWith(digest) ?? true;
    return {
      file,
      service: "guardduty",
      api: "finding as delivered, or as handed in",
      arn: finding.arn,
      acquiredAt: isFirst ? head.openedAt : (extended ?? head.openedAt),
      collector: "openCase",
    };
  });
};

const scans = (contents: CaseContents): readonly Item[] =>
  namesBelow(contents, "scans/").map((file) => {
    const scan = documentOf(contents, { ...SCAN_ROUND, name: file })!;
    const query = { sha256: digestOf(scan.request), parameters: [], resultDigest: digestOf(scan.result) };
    const acquiredAt = timeOf(
      contents,
      ({ type, data }) => type === "scan.finished" && data.round === scan.request.round,
    );
    return {
      file,
      service: "cloudtrail",
      api: `scan of the log lake (${scan.result?.engine ?? "not finished"})`,
      query,
      acquiredAt,
      collector: "checkScan",
    };
  });

const logFiles = (contents: CaseContents): readonly Item[] => {
  const acquiredAt = timeOf(contents, ({ type }) => type === "scan.finished");
  const changed = new Set(documentOf(contents, LOG_CUSTODY)?.changed.map(({ file }) => file));
  const lists = namesBelow(contents, "log-files/", ".jsonl").map((file) => ({
    file,
    service: "cloudtrail",
    api: "every file that a scan read or met, with its digest as it was read",
    acquiredAt,
    collector: "checkScan",
  }));
  const files = (contents.sources ?? []).map(({ file, digest, asRead }) => ({
    file: null,
    service: "cloudtrail",
    api: `log file, read in place; digest taken ${asRead ? "as it was read" : "at sealing"}${changed.has(file) ? "; ANOTHER FILE lies there now" : ""}`,
    arn: file,
    digest,
    acquiredAt,
    collector: "startScan",
  }));
  return [...lists, ...files];
};

/** Which step asked a query: its answer was there when the step left its line in the audit trail. */
const STEP_OF: Readonly<Record<string, string>> = {
  actors: "theft.scoped",
  minted: "theft.scoped",
  changes: "theft.scoped",
  detections: "detections.run",
};

const answers = (contents: CaseContents): readonly Item[] => [
  ...namesBelow(contents, "queries/").map((file) => {
    const run = documentOf(contents, { ...QUERY, name: file })!;
    const step = STEP_OF[run.name] ?? "theft.quantified";
    const query = { sha256: sha256Hex(run.sql), parameters: run.parameters, resultDigest: run.resultDigest };
    return {
      file,
      service: run.engine,
      api: `query ${run.name}`,
      query,
      acquiredAt: timeOf(contents, ({ type }) => type === step),
      collector: "quantify",
    };
  }),
  ...namesBelow(contents, "queries/", ".rows.jsonl").map((file) => ({
    file,
    service: "case table",
    api: `every row of query ${file.slice("queries/".length, -".rows.jsonl".length)}`,
    acquiredAt: timeOf(contents, ({ type }) => type === "theft.quantified"),
    collector: "quantify",
  })),
  ...present(contents, "detections.json", {
    service: "case table",
    api: "detections",
    acquiredAt: timeOf(contents, ({ type }) => type === "detections.run"),
    collector: "detect",
  }),
  ...present(contents, "classification.json", {
    service: "classifier",
    api: "classification job",
    acquiredAt: timeOf(contents, ({ type }) => type.startsWith("classification.")),
    collector: "checkClassification",
  }),
];

const present = (contents: CaseContents, file: string, item: Omit<Item, "file">): readonly Item[] =>
  contents.documents.has(file) ? [{ file, ...item }] : [];

/** What the account answered: who the principal is, and settings before and after every change. */
const snapshots = (contents: CaseContents): readonly Item[] => [
  ...present(contents, "principal.json", {
    service: "iam",
    api: "read calls of scopePrincipal",
    acquiredAt: timeOf(contents, ({ type }) => type === "principal.scoped"),
    collector: "scopePrincipal",
  }),
  ...contents.dossier.plans.flatMap(({ plan, records }) => [
    {
      file: `plans/${plan.planId}.json`,
      service: "account",
      api: "settings before, captured for the plan",
      acquiredAt: plan.createdAt,
      collector: "planContainment",
    },
    ...records.map((record) => ({
      file: `actions/${record.planId}/${record.id}.json`,
      service: "account",
      api: `settings before and after ${record.kind}`,
      acquiredAt: record.at,
      requestIds: record.calls.map(({ requestId }) => requestId),
      collector: "applyContainment",
    })),
  ]),
];

/** A spoilt decision is a file like any other here. */
const receivedAt = (contents: CaseContents, file: string): string | null => {
  try {
    return documentOf(contents, { ...DECISION, name: file })?.receivedAt ?? null;
  } catch {
    return null;
  }
};

const decisions = (contents: CaseContents): readonly Item[] =>
  namesBelow(contents, "decisions/").map((file) => ({
    file,
    service: "cordon",
    api: "signed decision as received",
    acquiredAt: receivedAt(contents, file) ?? contents.dossier.head.openedAt,
    collector: "submitDecision",
  }));
