/** Who and what a case is about, and its audit trail. Members may be added by later versions, so objects are open; what is named here is there. */

import { z } from "zod";
import { CASE_STATUSES } from "../../case/case.ts";
import { CaseView } from "../../case/caseView.ts";
import { Count, Instant, Sha256 } from "./parts.ts";

const Head = z.looseObject({
  caseId: z.string(),
  status: z.enum(CASE_STATUSES),
  openedAt: Instant,
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  accountId: z.string().regex(/^\d{12}$/),
  region: z.string(),
  sample: z.boolean().describe("GuardDuty made the finding up; nothing in it exists"),
  exercise: z.boolean().describe("a drill or a replay"),
  findings: z.array(z.looseObject({ id: z.string(), updatedAt: Instant, digest: Sha256 })),
  notKnown: z.array(z.looseObject({ step: z.string(), reason: z.string() })),
  sealed: z.array(z.strictObject({ revision: z.int().min(1), digest: Sha256, at: Instant })),
});

export const CaseRecord = z.strictObject({
  head: Head,
  view: CaseView.extend({ evidence: z.array(z.strictObject({ revision: z.int().min(1), digest: Sha256 })) }),
  sources: z.strictObject({ note: z.string(), files: Count.nullable() }),
});

export const TimelineLine = z.strictObject({
  seq: z.int().min(1),
  at: Instant,
  type: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  previous: Sha256.describe("digest of the line before; 64 zeros for the first"),
  digest: Sha256.describe("SHA-256 of this line without `digest`, as canonical JSON (RFC 8785)"),
});

export const ReceivedFinding = z.unknown().describe("the finding as it was delivered; secret members replaced");
