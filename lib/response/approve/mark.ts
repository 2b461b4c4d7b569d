import type { Signer } from "../../base/signer.ts";
import {
  COVERAGE_SUMMARY,
  find,
  LOG_FILES,
  MARK,
  namesOf,
  readLines,
  THEFT_SUMMARY,
  write,
} from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { SetAside } from "../../case/scan.ts";
import { inputSentences } from "../../core/logs/input.ts";
import {
  MarkSchema,
  type MarkStatement,
  type MetFile,
  markSentences,
  subjectOf,
  withMarks,
} from "../../core/logs/mark.ts";
import { makeStatement, PREDICATE_TYPES } from "../../evidence/statement.ts";
import { KIND_NAMES } from "../../logs/index.ts";
import type { Ports } from "../../ports/ports.ts";
import { plansLike } from "../contain/planRecords.ts";
import { fileMarks } from "../investigate/fileMarks.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import type { Submission } from "./decisions.ts";
import {
  keepWord,
  type OpenedWord,
  openWord,
  refuseWord,
  signWord,
  speakerFault,
  type WordReceipt,
  type WordRefusal,
} from "./signedWord.ts";

export type MarkAnswer = Omit<MarkStatement, "caseId" | "file" | "verdict" | "approver"> & { readonly humanId: string };

/** Marks are about no plan; the door wants a name in its place. */
const NO_PLAN = "input";

/** Files that were set aside and that nobody has called irrelevant, with their digests. */
export const setAsideOf = async (caseId: string, { cases }: Pick<Ports, "cases">): Promise<readonly MetFile[]> => {
  const setAside = (await find(cases, caseId, COVERAGE_SUMMARY))?.setAside ?? [];
  return setAside.length === 0 ? [] : withDigests(caseId, setAside, cases);
};

const withDigests = async (
  caseId: string,
  setAside: readonly SetAside[],
  cases: Ports["cases"],
): Promise<readonly MetFile[]> => {
  const newest = (await namesOf(cases, caseId, LOG_FILES))
    .filter((name) => name.includes("/round-"))
    .sort()
    .at(-1);
  const read = newest === undefined ? [] : await readLines(cases, caseId, { ...LOG_FILES, name: newest });
  const digests = new Map(read.map(({ file, sha256 }) => [file, sha256]));
  return setAside.map((one) => ({ ...one, sha256: digests.get(one.file) ?? null }));
};

export const signMark = (
  caseId: string,
  met: MetFile,
  { humanId, ...answer }: MarkAnswer,
  signer: Signer,
): Promise<Submission> => {
  const said: MarkStatement = { ...answer, caseId, file: met.file, verdict: "irrelevant", approver: { humanId } };
  const statement = makeStatement(PREDICATE_TYPES.mark, { name: "set-aside", sha256: subjectOf(met) }, said);
  return signWord({ caseId, planId: NO_PLAN }, statement, signer);
};

/**
 * Records a signed mark of somebody who may decide about the case: on the ledger and in the audit trail, and the figures are
 * told anew without that hole. The same again is the same; a refusal is a line of the audit trail.
 */
export const submitMark = (submission: Submission, ports: Ports): Promise<WordReceipt> =>
  oneAtATime(ports.cases, `mark ${submission.caseId}`, () => submit(submission, ports));

type Opened = OpenedWord<MarkStatement>;

const MARKS = { name: "mark", type: PREDICATE_TYPES.mark, schema: MarkSchema } as const;

const submit = async (submission: Submission, ports: Ports): Promise<WordReceipt> => {
  const { caseId } = submission;
  const opened = openWord(submission, MARKS, ports);
  const refuse = (refused: WordRefusal): Promise<WordReceipt> => refuseWord(submission, refused, "mark", ports);
  if ("code" in opened) return refuse(opened);
  const given = ofType(await ports.cases.events(caseId), "input.marked");
  if (given.some(({ data }) => data.envelope === opened.digest)) {
    await tellAnew(caseId, ports);
    return { recorded: true, repeated: true };
  }
  const newest = (await plansLike(caseId, "contain-1", ports.cases)).at(-1) ?? null;
  const fault = await speakerFault(opened, newest, ports);
  if (fault !== null) return refuse(fault);
  const met = (await setAsideOf(caseId, ports)).find(
    (one) => one.file === opened.said.file && subjectOf(one) === opened.subject,
  );
  if (met === undefined) return refuse({ code: "NOT_DUE", why: "no such file is set aside, or it is not as it was" });
  await record(submission, opened, met, ports);
  return { recorded: true, repeated: false };
};

/** The figures follow from the record; the same mark once more makes up for what a crash left out of them. */
const record = async (submission: Submission, { said, digest }: Opened, met: MetFile, ports: Ports): Promise<void> => {
  const { caseId } = submission;
  const { humanId } = said.approver;
  await keepWord(submission, MARK.at(digest.slice(0, 16)), digest, ports);
  await tell(ports, caseId, "decided", 3, "An approver called 1 file irrelevant that was not understood.");
  await ports.cases.append(caseId, {
    type: "input.marked",
    actor: `human:${humanId}`,
    data: { file: met.file, reason: met.reason, because: said.reason, humanId, envelope: digest },
  });
  await tellAnew(caseId, ports);
};

const tellAnew = async (caseId: string, ports: Ports): Promise<void> => {
  const theft = await find(ports.cases, caseId, THEFT_SUMMARY);
  const coverage = await find(ports.cases, caseId, COVERAGE_SUMMARY);
  if (theft === null || coverage === null) return;
  const told = withMarks({ theft, coverage }, await fileMarks(caseId, ports));
  const { input, marked = [] } = told.coverage;
  const says =
    input === undefined
      ? {}
      : { input: { ...input, says: [...inputSentences(input, KIND_NAMES), ...markSentences(marked)] } };
  // The hole leaves the coverage last: until then the same mark once more does all of this again.
  await write(ports.cases, caseId, THEFT_SUMMARY, told.theft);
  await write(ports.cases, caseId, COVERAGE_SUMMARY, { ...told.coverage, ...says });
};
