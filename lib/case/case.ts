import { createHash } from "node:crypto";

/** Where a case stands. `attention` means that a person must look: a step failed or containment is incomplete. */
export const CASE_STATUSES = [
  "open",
  "awaiting-decision",
  "containing",
  "contained",
  "not-contained",
  "released",
  "denied",
  "expired",
  "attention",
  "closed",
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** The small mutable record of a case; everything else is append-only or write-once. */
export interface CaseHead {
  readonly caseId: string;
  readonly status: CaseStatus;
  /** Compare-and-set counter. */
  readonly version: number;
  readonly openedAt: string;
  /** Name of the execution that opened it. */
  readonly openedBy: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly accountId: string;
  readonly region: string;
  readonly sample: boolean;
  readonly exercise: boolean;
  /** Digests of every copy of the finding seen, in order of arrival; the last is the current one. */
  readonly findings: readonly { readonly id: string; readonly updatedAt: string; readonly digest: string }[];
  /** Current revision number per kind of document, for example `theft: 2`. */
  readonly revisions: Readonly<Record<string, number>>;
  /** What failed and is therefore not known, newest last. */
  readonly notKnown: readonly { readonly step: string; readonly reason: string }[];
  readonly sealed: readonly {
    readonly revision: number;
    readonly path: string;
    readonly digest: string;
    readonly at: string;
  }[];
}

/** One line of the audit trail of a case. Each line commits to the one before it. */
export interface CaseEvent {
  readonly seq: number;
  readonly at: string;
  /** Dotted verb, for example `case.opened`, `plan.proposed`, `action.applied`. */
  readonly type: string;
  /** Who or what did it: a handler name, `human:<id>`, `host`. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256 (hex) of the line before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 (hex) of this line without `digest`, as canonical JSON. */
  readonly digest: string;
}

/**
 * The case a finding belongs to: the same finding always gives the same id, whichever copy of it arrives
 * (account + region + finding id; GuardDuty keeps the id over updates and in the administrator's copy).
 */
export const caseIdOf = (finding: { accountId: string; region: string; id: string; createdAt: string }): string => {
  const key = `${finding.accountId}|${finding.region}|${finding.id}`;
  const short = createHash("sha256").update(key).digest("hex").slice(0, 10);
  return `case-${finding.createdAt.slice(0, 10).replaceAll("-", "")}-${short}`;
};
