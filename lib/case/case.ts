import { createHash } from "node:crypto";
import * as z from "zod";
import { Count, Instant, type Known, Sha256 } from "./schema.ts";

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
export const CaseHead = z.looseObject({
  caseId: z.string(),
  status: z.enum(CASE_STATUSES),
  version: Count.describe("compare-and-set counter"),
  openedAt: Instant,
  openedBy: z.string().describe("name of the execution that opened it"),
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  accountId: z.string(),
  region: z.string(),
  sample: z.boolean().describe("GuardDuty made the finding up; nothing in it exists"),
  exercise: z.boolean().describe("a drill or a replay"),
  findings: z
    .array(z.looseObject({ id: z.string(), updatedAt: Instant, digest: Sha256 }))
    .describe("every copy of the finding seen, in order of arrival; the last is the current one"),
  revisions: z.record(z.string(), Count).describe("current revision number per kind of document"),
  notKnown: z
    .array(z.looseObject({ step: z.string(), reason: z.string() }))
    .describe("what failed and is therefore not known, newest last"),
  sealed: z.array(z.looseObject({ revision: z.int().min(1), path: z.string(), digest: Sha256, at: Instant })),
});
export type CaseHead = Known<typeof CaseHead>;

/**
 * The case a finding belongs to: the same finding always gives the same id, whichever copy of it arrives
 * (account + region + finding id; GuardDuty keeps the id over updates and in the administrator's copy).
 */
export const caseIdOf = (finding: { accountId: string; region: string; id: string; createdAt: string }): string => {
  const key = `${finding.accountId}|${finding.region}|${finding.id}`;
  const short = createHash("sha256").update(key).digest("hex").slice(0, 10);
  return `case-${finding.createdAt.slice(0, 10).replaceAll("-", "")}-${short}`;
};
