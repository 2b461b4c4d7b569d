import { bytes, counted } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { CaseView } from "../case/caseView.ts";
import { DISCOVERED, find, LIKELIHOOD } from "../case/documents.ts";
import { ofType } from "../case/events.ts";
import type { NoticeFacts } from "../case/notice.ts";
import { changesSince } from "../core/notice.ts";
import { overruling, verdictTold } from "../core/theft/overruling.ts";
import type { ReadPorts } from "../ports/ports.ts";
import { caseView } from "./caseView.ts";

/** What is known of the case for a notice; where it could not be read, why. */
export type ReadFacts = { readonly facts: NoticeFacts } | { readonly facts: null; readonly unread: string };

/**
 * What a notice says of the case. Names of the identity and its buckets only where the settings ask for them: the actor
 * may have chosen them, and a message goes where the case does not. Never throws: a notice goes out whatever is unreadable.
 */
export const noticeFactsOf = async (caseId: string, ports: ReadPorts): Promise<ReadFacts> => {
  try {
    return { facts: await readFacts(caseId, ports) };
  } catch (error) {
    return { facts: null, unread: visible((error as Error).message).slice(0, MOST_SAID) };
  }
};

const MOST_SAID = 300;
/** A notice names nobody. */
const BY = "an approver";

const readFacts = async (caseId: string, ports: ReadPorts): Promise<NoticeFacts> => {
  const view = await caseView(caseId, ports);
  const opinion = await find(ports.cases, caseId, LIKELIHOOD);
  const events = await ports.cases.events(caseId);
  const overruled = overruling(events);
  const before = ofType(events, "notice.sent").findLast(({ data }) => data.facts != null);
  const { question, sentence, doors } = view.state;
  const now = {
    state: sentence,
    verdict: opinion === null ? "not weighed yet" : (verdictTold(opinion.likelihood, overruled, BY) ?? "not known"),
    taken: takenOf(view),
    doors: (await find(ports.cases, caseId, DISCOVERED)) === null ? null : doors.length,
  };
  return {
    ...now,
    deadline: question?.deadline ?? null,
    fingerprint: view.plans.find(({ planId }) => planId === question?.planId)?.fingerprint ?? null,
    who: ports.settings.notices?.names === true ? namesOf(view) : null,
    changed: [...changesSince(before?.data.facts ?? null, now)],
  };
};

const takenOf = (view: CaseView): string =>
  `${amountOf(view)}${view.finding.sensitiveData === undefined ? "" : "; GuardDuty knew of sensitive data in it"}`;

const amountOf = ({ theft: { certain, upperBound } }: CaseView): string => {
  const told = (amount: NonNullable<typeof certain>): string =>
    `${counted(amount.objects, "object")}, ${amount.bytes === null ? "size not known" : bytes(amount.bytes)}`;
  if (certain === null) return upperBound === null ? "not known yet" : `at most ${told(upperBound)}`;
  if (upperBound === null) return `at least ${told(certain)}`;
  return certain.objects === upperBound.objects && certain.bytes === upperBound.bytes
    ? told(certain)
    : `${told(certain)}, at most ${told(upperBound)}`;
};

const namesOf = ({ principal, theft }: CaseView): string =>
  [principal?.arn ?? principal?.principalId ?? "nobody named", ...theft.buckets].join(", ");
