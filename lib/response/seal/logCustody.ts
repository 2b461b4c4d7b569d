import type { CaseHead } from "../../case/case.ts";
import { LOG_CUSTODY, LOG_FILES, linesIn, namesOf, write } from "../../case/documents.ts";
import type { NewCaseEvent } from "../../case/events.ts";
import type { LogCustody, LogFileRead } from "../../case/scan.ts";
import type { Ports } from "../../ports/ports.ts";
import { compareTable } from "../investigate/tableDigest.ts";

type Digest = { readonly bytes: number; readonly sha256: string };

/** What every log file was when it was first read: custody begins there. A baseline is read once and is not held against anything. */
export const filesAsRead = async (
  caseId: string,
  { cases }: Pick<Ports, "cases">,
): Promise<ReadonlyMap<string, LogFileRead>> => {
  const files = new Map<string, LogFileRead>();
  for (const name of await namesOf(cases, caseId, LOG_FILES)) {
    if (name.startsWith("log-files/baseline-")) continue;
    for (const one of linesIn(LOG_FILES, await cases.read(caseId, name)))
      if (one.sha256 !== null && !files.has(one.file)) files.set(one.file, one);
  }
  return files;
};

/**
 * Holds every log file as it lies there now against what it was when it was read. A difference is in the bundle, in the audit
 * trail and among what the case does not know: figures rest on the files as they were read, and whoever checks them now reads others.
 */
export const compareLogs = async (head: CaseHead, ports: Ports): Promise<CaseHead> => {
  const { caseId } = head;
  const read = await filesAsRead(caseId, ports);
  const table = await compareTable(caseId, ports);
  if (read.size === 0 && table === null) return head;
  const here = read.size === 0 ? new Map() : await ports.trail.digests([...read.keys()]);
  const custody = { ...judge(read, here, ports.clock.now()), ...(table === null ? {} : { table }) };
  await write(ports.cases, caseId, LOG_CUSTODY, custody);
  const told = table === null ? head : await tellOfTable(head, table, ports);
  return custody.changed.length === 0 ? told : tellOf(told, custody, ports);
};

const judge = (read: ReadonlyMap<string, LogFileRead>, here: ReadonlyMap<string, Digest>, at: string): LogCustody => {
  const differing = [...read.values()].filter(({ file, sha256 }) => here.get(file)?.sha256 !== sha256);
  return {
    at,
    files: read.size,
    same: read.size - differing.length,
    changed: differing.map(({ file, bytes, sha256 }) => ({
      file,
      read: { bytes, sha256: sha256! },
      here: here.get(file) ?? null,
    })),
    compared: read.size > 0,
  };
};

const STEP = "sealEvidence";

const tellOf = async (head: CaseHead, { changed, files }: LogCustody, { cases }: Ports): Promise<CaseHead> => {
  const gone = changed.filter(({ here }) => here === null).length;
  const reason = `${changed.length} of ${files} log files are not as they were when they were read (${gone} gone or not readable): the figures rest on the files as they were read, whose digests are in log-files/ and log-custody.json`;
  return noted(
    head,
    reason,
    { type: "logs.changed", actor: STEP, data: { changed: changed.length, gone, files } },
    cases,
  );
};

const tellOfTable = async (
  head: CaseHead,
  { round, read, here }: NonNullable<LogCustody["table"]>,
  { cases }: Ports,
): Promise<CaseHead> => {
  if (read === null || here === null) {
    const when = read === null ? "before the first question" : "at sealing";
    const unasked = `whether the case table of round ${round} is as it was at the first question: it could not be asked what it holds ${when}`;
    return noted(head, unasked, { type: "table.not-compared", actor: STEP, data: { round } }, cases);
  }
  if (here.sha256 === read.sha256) return head;
  const reason = `the case table of round ${round} is not as it was when the first question was asked of it (${read.rows} rows then, ${here.rows} now): figures taken since rest on other rows; log-custody.json has both digests`;
  return noted(head, reason, { type: "table.changed", actor: STEP, data: { round, rows: read.rows } }, cases);
};

/** Once for the same reason. */
const noted = async (head: CaseHead, reason: string, event: NewCaseEvent, cases: Ports["cases"]): Promise<CaseHead> => {
  if (head.notKnown.some((one) => one.step === STEP && one.reason === reason)) return head;
  await cases.append(head.caseId, event);
  return cases.update(head.caseId, (before) => ({
    ...before,
    notKnown: [...before.notKnown, { step: STEP, reason }],
  }));
};
