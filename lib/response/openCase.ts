import { CordonError, FindingRefused } from "../base/errors.ts";
import { digestOf } from "../base/jcs.ts";
import { type CaseHead, caseIdOf } from "../case/case.ts";
import { FINDING, find, keep, RECEIVED_FINDING, write } from "../case/documents.ts";
import type { Finding } from "../case/finding.ts";
import { opensCase, parseFindings } from "../core/finding/finding.ts";
import { withoutSecrets } from "../evidence/secrets.ts";
import type { Ports } from "../ports/ports.ts";

export interface OpenCaseInput {
  /** What EventBridge delivered, or what a person handed in: `{finding, manual: true}`. */
  readonly event: unknown;
  /** Name of this execution: a repeated attempt of the same one goes on, another one does not start a second response. */
  readonly execution: string;
}

export type OpenCaseOutput =
  | { readonly next: "ignore"; readonly reason: string }
  | { readonly next: "extend"; readonly caseId: string }
  | {
      readonly next: "respond";
      readonly caseId: string;
      readonly executions: Readonly<Record<"contain" | "investigate" | "followUp", string>>;
    };

/**
 * Opens the case of a finding, or adds one more copy of it to a case that is open already (same id with a later
 * `updatedAt`, or the delegated administrator's copy): that never starts a second response.
 */
export const openCase = async ({ event, execution }: OpenCaseInput, ports: Ports): Promise<OpenCaseOutput> => {
  const { finding, manual } = readEvent(event);
  if (!manual && !opensCase(finding, ports.settings))
    return { next: "ignore", reason: `${finding.type} with severity ${finding.severity} opens no case here` };
  const caseId = caseIdOf(finding);
  const opened = await ports.cases.open(newHead(caseId, finding, execution, ports));
  const head = opened ? null : await ports.cases.head(caseId);
  const before = head === null ? null : await find(ports.cases, caseId, FINDING);
  await keepFinding(caseId, finding, event, ports);
  if (head !== null && head.openedBy !== execution) return extend(caseId, { finding, before, head }, ports);
  await announce(caseId, finding, ports);
  return {
    next: "respond",
    caseId,
    executions: { contain: `${caseId}-contain`, investigate: `${caseId}-investigate`, followUp: `${caseId}-follow-up` },
  };
};

const readEvent = (event: unknown): { finding: Finding; manual: boolean } => {
  const manual = typeof event === "object" && event !== null && "manual" in event && event.manual === true;
  const findings = findingsIn(manual ? (event as unknown as { finding: unknown }).finding : event);
  if (findings.length === 1) return { finding: findings[0]!, manual };
  throw new FindingRefused("INPUT_INVALID", `expected one finding per event, got ${findings.length}`);
};

const findingsIn = (event: unknown): readonly Finding[] => {
  try {
    return parseFindings(event);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    throw new FindingRefused(error.code, error.message, { cause: error, faults: error.faults });
  }
};

const newHead = (caseId: string, finding: Finding, execution: string, ports: Ports): CaseHead => {
  const at = ports.clock.now();
  return {
    caseId,
    status: "open",
    version: 1,
    openedAt: at,
    openedBy: execution,
    updatedAt: at,
    closedAt: null,
    accountId: finding.accountId,
    region: finding.region,
    sample: finding.sample,
    exercise: false,
    findings: [],
    revisions: {},
    notKnown: [],
    sealed: [],
  };
};

/** Every copy of the finding is kept as it came, secrets apart; the newest is the one the case works with. */
const keepFinding = async (caseId: string, finding: Finding, received: unknown, { cases }: Ports): Promise<void> => {
  const event = withoutSecrets(received);
  const digest = digestOf(event);
  await keep(cases, caseId, RECEIVED_FINDING.at(digest.slice(0, 16)), event);
  const head = await cases.update(caseId, (before) =>
    before.findings.some((known) => known.digest === digest)
      ? before
      : { ...before, findings: [...before.findings, { id: finding.id, updatedAt: finding.updatedAt, digest }] },
  );
  const newest = head.findings.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1)).at(-1);
  if (newest?.digest === digest) await write(cases, caseId, FINDING, finding);
};

interface Copy {
  readonly finding: Finding;
  /** The finding as the case knew it. */
  readonly before: Finding | null;
  readonly head: CaseHead;
}

/** One more copy: with news it goes to people, for nothing of this case looks again by itself once it has ended. */
const extend = async (caseId: string, { finding, before, head }: Copy, ports: Ports): Promise<OpenCaseOutput> => {
  const news = before === null ? [] : newsIn(finding, before);
  await ports.cases.append(caseId, {
    type: "case.extended",
    actor: "openCase",
    data: { findingId: finding.id, updatedAt: finding.updatedAt, lastSeen: finding.window.lastSeen },
  });
  if (news.length > 0) {
    const ended =
      head.closedAt === null
        ? ""
        : " The case had ended: what happened since is in no figure of it, and nothing of it was asked.";
    await tell(ports, caseId, "attention", finding.severity, `News of the finding: ${news.join(", ")}.${ended}`);
  }
  return { next: "extend", caseId };
};

/** What a later copy says more than the case knew. */
const newsIn = (now: Finding, before: Finding): readonly string[] => [
  ...(now.window.lastSeen > before.window.lastSeen ? [`seen again until ${now.window.lastSeen}`] : []),
  ...(now.count > before.count ? [`counted ${now.count} times, not ${before.count}`] : []),
  ...(now.severity > before.severity ? [`severity ${now.severity}, not ${before.severity}`] : []),
];

/** The opening is on the ledger, and under a signature, before anything is analysed: a case that vanishes later leaves its entry behind. */
const announce = async (caseId: string, finding: Finding, ports: Ports): Promise<void> => {
  const events = await ports.cases.events(caseId);
  if (events.some(({ type }) => type === "case.opened")) return;
  await ports.ledger.append({ type: "case-opened", caseId, digest: digestOf(finding), at: ports.clock.now() });
  await ports.ledger.head();
  await ports.cases.append(caseId, {
    type: "case.opened",
    actor: "openCase",
    data: { findingId: finding.id, type: finding.type, severity: finding.severity, sample: finding.sample },
  });
  await tell(
    ports,
    caseId,
    "opened",
    finding.severity,
    `Case opened for ${finding.sample ? "a SAMPLE finding; nothing can be contained" : "a finding"} of severity ${finding.severity}.`,
  );
};

/** Sends a notice from a fixed template and records whether it was delivered. */
export const tell = async (
  ports: Ports,
  caseId: string,
  kind: Parameters<Ports["notifier"]["notify"]>[0]["kind"],
  severity: number,
  text: string,
): Promise<void> => {
  const answer = await ports.notifier.notify({ caseId, kind, severity, text });
  await ports.cases.append(caseId, { type: "notice.sent", actor: "notifier", data: { kind, text, ...answer } });
};
