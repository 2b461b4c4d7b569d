import { visibleJson } from "../base/visible.ts";
import type { CaseHead } from "../case/case.ts";
import type { CaseState } from "../case/caseState.ts";
import type { CaseView } from "../case/caseView.ts";
import { FINDING, findSound } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import type { Ports, ReadPorts } from "../ports/ports.ts";
import { caseView } from "../response/caseView.ts";

/** One line of the list of cases. */
export interface CaseLine {
  readonly caseId: string;
  readonly openedAt: string;
  readonly type: string;
  readonly severity: number | null;
  readonly sample: boolean;
  /** Whom the case is about, or null where nobody is named. */
  readonly who: string | null;
  readonly buckets: readonly string[];
  /** What is certain, or the upper bound; null: not known. */
  readonly amount: { readonly objects: number; readonly bytes: number | null; readonly atMost: boolean } | null;
  /** Null: the case cannot be read, and `unreadable` says why. */
  readonly state: Pick<CaseState, "is" | "tone" | "word" | "sentence"> | null;
  readonly unreadable: string | null;
  /** Deadline of the question that waits, or null. */
  readonly deadline: string | null;
}

export interface CaseList {
  readonly cases: readonly CaseLine[];
  readonly total: number;
}

/** More lines than this help nobody; the command line lists them all. */
const MAXIMUM_LISTED = 200;

/** Newest first; those that wait for a decision before all others. */
export const caseList = async (ports: Ports): Promise<CaseList> => {
  const heads = await ports.cases.list();
  const open = await ports.decisions.open();
  const waits = (caseId: string): string | null =>
    open.find((question) => question.caseId === caseId)?.deadline ?? null;
  const sorted = heads.toSorted(
    (a, b) => Number(waits(b.caseId) !== null) - Number(waits(a.caseId) !== null) || (a.openedAt < b.openedAt ? 1 : -1),
  );
  const cases: CaseLine[] = [];
  for (const head of sorted.slice(0, MAXIMUM_LISTED)) cases.push(await lineOf(head, waits(head.caseId), ports));
  return visibleJson({ cases, total: heads.length }) as CaseList;
};

/** Lines of cases that nothing moves any more, by store: a list that is looked at every two seconds reads them once. */
const settled = new WeakMap<Ports["cases"], Map<string, CaseLine>>();

const lineOf = async (head: CaseHead, deadline: string | null, ports: Ports): Promise<CaseLine> => {
  const known = settled.get(ports.cases) ?? new Map<string, CaseLine>();
  settled.set(ports.cases, known);
  const name = `${head.caseId} ${head.version}`;
  const line = known.get(name) ?? { ...(await describeCase(head, ports)), deadline };
  if (head.closedAt !== null && deadline === null && line.unreadable === null) known.set(name, line);
  return line;
};

/** One case that cannot be read hides no other, and is said to be so. */
export const describeCase = async (head: CaseHead, ports: ReadPorts): Promise<Omit<CaseLine, "deadline">> => {
  const { caseId, openedAt, sample } = head;
  try {
    const view = await caseView(caseId, ports);
    const finding = await findSound(ports.cases, caseId, FINDING);
    const { is, tone, word, sentence } = view.state;
    return {
      ...{ caseId, openedAt, sample, type: view.finding.type, severity: view.finding.severity },
      who: whoOf(view.principal, finding),
      buckets: [...new Set([...(finding?.buckets ?? []).map(({ name }) => name), ...view.theft.buckets])],
      amount: amountOf(view.theft),
      state: { is, tone, word, sentence },
      unreadable: null,
    };
  } catch (error) {
    const nothing = { type: "unknown", severity: null, who: null, buckets: [], amount: null, state: null };
    return { ...{ caseId, openedAt, sample }, ...nothing, unreadable: (error as Error).message };
  }
};

/** The shortest name that a person knows it by. */
export const whoOf = (principal: CaseView["principal"], finding: Finding | null): string | null =>
  principal === null
    ? null
    : (principal.arn?.split(/[:/]/).at(-1) ??
      finding?.principals[0]?.userName ??
      principal.roleSession ??
      principal.principalId ??
      principal.accessKeyIds[0] ??
      principal.type);

const amountOf = ({ certain, upperBound }: CaseView["theft"]): CaseLine["amount"] => {
  const amount = certain ?? upperBound;
  return amount === null ? null : { objects: amount.objects, bytes: amount.bytes, atMost: certain === null };
};
