import { sha256Hex } from "../../base/jcs.ts";
import type { Signer } from "../../base/signer.ts";
import { visible } from "../../base/visible.ts";
import {
  COVERAGE_SUMMARY,
  find,
  keep,
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
import { ineligible } from "../../core/plan/eligibility.ts";
import { proofFault } from "../../core/plan/proof.ts";
import { signStatement } from "../../evidence/dsse.ts";
import { makeStatement, PREDICATE_TYPES } from "../../evidence/statement.ts";
import { KIND_NAMES } from "../../logs/index.ts";
import type { Ports } from "../../ports/ports.ts";
import { gateInputOf, plansLike, readPlan } from "../contain/planRecords.ts";
import { openProven } from "../contain/storedDecisions.ts";
import { fileMarks } from "../investigate/fileMarks.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { tell } from "../tell.ts";
import type { Submission } from "./decisions.ts";
import { noteRefusal } from "./refusals.ts";

export type MarkAnswer = Omit<MarkStatement, "caseId" | "file" | "verdict" | "approver"> & { readonly humanId: string };

export type MarkReceipt =
  | { readonly recorded: true; readonly repeated: boolean }
  | { readonly recorded: false; readonly code: string; readonly why: string };

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

export const signMark = async (
  caseId: string,
  met: MetFile,
  { humanId, ...answer }: MarkAnswer,
  signer: Signer,
): Promise<Submission> => {
  const publicKey = await signer.publicKey();
  const statement = makeStatement(PREDICATE_TYPES.mark, { name: "set-aside", sha256: subjectOf(met) }, {
    ...answer,
    caseId,
    file: met.file,
    verdict: "irrelevant",
    approver: { humanId },
  } satisfies MarkStatement);
  const { envelope } = await signStatement({ statement, sign: signer.sign, publicKey });
  return { caseId, planId: NO_PLAN, envelope, publicKey };
};

/**
 * Records a signed mark of somebody who may decide about the case: on the ledger and in the audit trail, and the figures are
 * told anew without that hole. The same again is the same; a refusal is a line of the audit trail.
 */
export const submitMark = (submission: Submission, ports: Ports): Promise<MarkReceipt> =>
  oneAtATime(ports.cases, `mark ${submission.caseId}`, () => submit(submission, ports));

const submit = async (submission: Submission, ports: Ports): Promise<MarkReceipt> => {
  const { caseId } = submission;
  const digest = sha256Hex(submission.envelope);
  if (ofType(await ports.cases.events(caseId), "input.marked").some(({ data }) => data.envelope === digest)) {
    await tellAnew(caseId, ports);
    return { recorded: true, repeated: true };
  }
  const opened = open(submission, ports);
  if ("code" in opened) return refuse(submission, opened, ports);
  const fault = await suspectFault(caseId, opened.statement.approver.humanId, ports);
  if (fault !== null) return refuse(submission, fault, ports);
  const met = (await setAsideOf(caseId, ports)).find(
    (one) => one.file === opened.statement.file && subjectOf(one) === opened.subject,
  );
  if (met === undefined)
    return refuse(submission, { code: "NOT_DUE", why: "no such file is set aside, or it is not as it was" }, ports);
  await record(submission, { ...opened, met, digest }, ports);
  return { recorded: true, repeated: false };
};

interface Opened {
  readonly statement: MarkStatement;
  readonly subject: string;
}

type Refusal = { readonly code: string; readonly why: string; readonly claimedBy?: string };

const open = (submission: Submission, { settings }: Ports): Opened | Refusal => {
  try {
    const { statement, key, asserted } = openProven(submission, settings.webauthn, PREDICATE_TYPES.mark);
    const mark = MarkSchema.parse(statement.predicate);
    if ((mark.assurance === "webauthn") !== asserted) throw new Error(`it claims ${mark.assurance} and is not`);
    if (mark.caseId !== submission.caseId) throw new Error("it is about another case");
    const { humanId } = mark.approver;
    const approver = settings.approvers.find((one) => one.humanId === humanId && one.keys.includes(key.fingerprint));
    const why =
      approver === undefined
        ? "no approver of the policy has this name and key"
        : proofFault(approver, key.fingerprint, mark.assurance);
    if (why !== null) return { code: "INELIGIBLE", why, claimedBy: humanId };
    return { statement: mark, subject: statement.subject[0].digest.sha256 };
  } catch (error) {
    return { code: "UNREADABLE", why: visible(`not a signed mark: ${(error as Error).message}`).slice(0, 300) };
  }
};

/** Whoever shares an identity with a suspect does not say what may be overlooked. */
const suspectFault = async (caseId: string, humanId: string, ports: Ports): Promise<Refusal | null> => {
  const newest = (await plansLike(caseId, "contain-1", ports.cases)).at(-1);
  const approver = ports.settings.approvers.find((one) => one.humanId === humanId);
  if (newest === undefined || approver === undefined) return null;
  const input = await gateInputOf(await readPlan(caseId, newest, ports), [], ports);
  const why = ineligible(approver, input, ports.settings, input.detectedAt);
  return why === null ? null : { code: "INELIGIBLE", why, claimedBy: humanId };
};

/** First the document, then the ledger, which does not forget, then the line; the figures follow from these. */
const record = async (
  { caseId, envelope, publicKey }: Submission,
  { statement, met, digest }: Opened & { readonly met: MetFile; readonly digest: string },
  ports: Ports,
): Promise<void> => {
  const at = ports.clock.now();
  const stored = {
    envelope: Buffer.from(envelope).toString("base64"),
    publicKey: Buffer.from(publicKey).toString("base64"),
    receivedAt: at,
  };
  const { humanId } = statement.approver;
  await keep(ports.cases, caseId, MARK.at(digest.slice(0, 16)), stored);
  await ports.ledger.append({ type: "review", caseId, digest, at });
  await ports.cases.append(caseId, {
    type: "input.marked",
    actor: `human:${humanId}`,
    data: { file: met.file, reason: met.reason, because: statement.reason, humanId, envelope: digest },
  });
  await tellAnew(caseId, ports);
  await tell(ports, caseId, "decided", 3, `${humanId} called 1 file irrelevant that was not understood.`);
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
  await write(ports.cases, caseId, COVERAGE_SUMMARY, { ...told.coverage, ...says });
  await write(ports.cases, caseId, THEFT_SUMMARY, told.theft);
};

const refuse = async (
  { caseId, planId, envelope }: Submission,
  refused: Refusal,
  ports: Ports,
): Promise<MarkReceipt> => {
  const content = sha256Hex(envelope);
  await noteRefusal({ ...refused, caseId, planId, actor: "mark", source: "unproven", content }, ports);
  return { recorded: false, code: refused.code, why: refused.why };
};
