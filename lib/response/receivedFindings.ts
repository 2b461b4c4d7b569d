import * as z from "zod";
import { CordonError, FindingRefused } from "../base/errors.ts";
import { digestOf, sha256Hex } from "../base/jcs.ts";
import { type CaseHead, caseIdOf } from "../case/case.ts";
import { FINDING, findSound, keep, RECEIVED_FINDING, read, write } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import { parseFindings } from "../core/finding/finding.ts";
import { identitiesOf, isSameActor, joinFindings } from "../core/finding/joined.ts";
import { withoutSecrets } from "../evidence/secrets.ts";
import type { Ports } from "../ports/ports.ts";

const CASE_ID = /^case-\d{8}-[0-9a-f]{10}$/;

/** What our own doors put around a finding. */
const HandedIn = z
  .object({
    finding: z.unknown(),
    manual: z.literal(true).optional(),
    exercise: z.literal(true).optional(),
    joins: z.string().regex(CASE_ID).optional(),
  })
  .refine(({ manual, joins }) => manual === true || joins !== undefined);

/** A finding as a door hands it in. Throws FindingRefused. */
export const readEvent = (
  event: unknown,
): { finding: Finding; manual: boolean; exercise: boolean; joins: string | null } => {
  const handed = HandedIn.safeParse(event);
  const { manual = false, exercise = false, joins = null } = handed.success ? handed.data : {};
  const findings = findingsIn(handed.success ? handed.data.finding : event);
  if (findings.length === 1) return { finding: findings[0]!, manual, exercise: manual && exercise, joins };
  throw new FindingRefused("INPUT_INVALID", `expected one finding per event, got ${findings.length}`);
};

/** Cases that are looked at for another finding of the same actor, newest first. */
const MOST_CASES = 200;

/** The case that a finding belongs to: its own, or that of another finding of the same actor. */
export const caseOf = async (finding: Finding, { cases, settings }: Ports): Promise<string> => {
  const own = caseIdOf(finding);
  const heads = (await cases.list()).filter(
    ({ accountId, sample }) => accountId === finding.accountId && sample === finding.sample,
  );
  if (heads.some(({ caseId }) => caseId === own)) return own;
  for (const { caseId } of heads.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1)).slice(0, MOST_CASES)) {
    const known = await findSound(cases, caseId, FINDING);
    if (known !== null && isSameActor(known, finding, settings)) return caseId;
  }
  return claimed(finding, own, { cases, settings });
};

/** Of findings that arrive at the same moment nobody has seen another's case yet: whoever claims the actor first has it. */
const claimed = async (
  finding: Finding,
  own: string,
  { cases, settings }: Pick<Ports, "cases" | "settings">,
): Promise<string> => {
  const actors = identitiesOf(finding).map((identity) => sha256Hex(identity));
  for (const actor of actors) {
    const first = await cases.claim(actor, own, null);
    const known = first === own ? null : await findSound(cases, first, FINDING);
    // A case without its finding is being opened this moment, or will be by us.
    const isOver = known !== null && !isSameActor(known, finding, settings);
    const holder = isOver ? await cases.claim(actor, own, first) : first;
    if (holder === own) continue;
    for (const one of actors) await cases.claim(one, holder, own);
    return holder;
  }
  return own;
};

const findingsIn = (event: unknown): readonly Finding[] => {
  try {
    return parseFindings(event);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    throw new FindingRefused(error.code, error.message, { cause: error, faults: error.faults });
  }
};

/** Every copy is kept as it came, secrets apart; of all of them together the case is about what they say as one. */
export const keepFinding = async (
  caseId: string,
  finding: Finding,
  received: unknown,
  { cases }: Ports,
): Promise<void> => {
  const event = withoutSecrets(received);
  const digest = digestOf(event);
  await keep(cases, caseId, RECEIVED_FINDING.at(digest.slice(0, 16)), event);
  await cases.update(caseId, (before) =>
    before.findings.some((known) => known.digest === digest)
      ? before
      : { ...before, findings: [...before.findings, { id: finding.id, updatedAt: finding.updatedAt, digest }] },
  );
  await writeJoined(caseId, cases);
};

/** In order of arrival, so that the first one names the case; again if another one came meanwhile. */
const writeJoined = async (caseId: string, cases: Ports["cases"]): Promise<void> => {
  const { findings } = await cases.head(caseId);
  await write(cases, caseId, FINDING, await joinedOf(caseId, findings, cases));
  if ((await cases.head(caseId)).findings.length !== findings.length) await writeJoined(caseId, cases);
};

/** What copies say as one. */
export const joinedOf = async (
  caseId: string,
  findings: CaseHead["findings"],
  cases: Ports["cases"],
): Promise<Finding> => {
  const copies = await Promise.all(
    findings.map(({ digest }) => read(cases, caseId, RECEIVED_FINDING.at(digest.slice(0, 16)))),
  );
  return joinFindings(copies.map((copy) => readEvent(copy).finding));
};
