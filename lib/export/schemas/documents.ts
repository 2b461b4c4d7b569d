/**
 * Documents of the case itself. Members may be added by later versions, so objects are open; what is named here is there.
 */
import { z } from "zod";
import { CASE_STATUSES } from "../../core/case.ts";
import { CaseViewSchema } from "../../response/caseViewSchema.ts";
import { Amount, Cell, Certainty, Count, Instant, Principal, Row, Sha256, Text, Texts } from "./parts.ts";

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
  view: CaseViewSchema.extend({ evidence: z.array(z.strictObject({ revision: z.int().min(1), digest: Sha256 })) }),
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

export const Finding = z.looseObject({
  id: z.string(),
  arn: Text,
  type: z.string(),
  severity: z.number().min(0).max(10),
  accountId: z.string(),
  region: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
  sample: z.boolean(),
  principals: z.array(Principal),
  buckets: z.array(z.looseObject({ name: z.string(), arn: z.string() })),
  addresses: z.array(z.looseObject({ ip: z.string(), country: Text, asn: Text, organisation: Text })),
  window: z.strictObject({ firstSeen: Instant, lastSeen: Instant }),
});

export const PrincipalDossiers = z.array(
  z.looseObject({
    principal: Principal,
    entity: z.enum(["user", "role", "none"]),
    arn: Text,
    attachedPolicies: Texts.nullable(),
    inlinePolicies: z.array(z.strictObject({ name: z.string(), document: Text })).nullable(),
    notKnown: z.array(z.strictObject({ what: z.string(), reason: z.string() })),
  }),
);

export const Discovered = z.looseObject({
  suspects: z.array(Principal),
  keys: z.array(z.looseObject({ accessKeyId: z.string(), status: z.string() })),
  addresses: Texts,
  buckets: Texts,
  changes: z.array(
    z.looseObject({
      eventId: z.string(),
      eventTime: Instant,
      eventName: z.string(),
      eventSource: z.string(),
      bucket: Text,
      request: z.record(z.string(), z.unknown()),
      response: z.record(z.string(), z.unknown()),
    }),
  ),
});

const QueryText = {
  name: z.string(),
  sql: z.string(),
  parameters: Texts.describe("bound to the `?` of the text, in order"),
  bytesScanned: Count,
} as const;

export const Query = z.looseObject({
  ...QueryText,
  engine: z.string(),
  rows: z.array(Row).describe("the first 1,000"),
  rowsTotal: Count,
  resultDigest: Sha256.describe("SHA-256 over the canonical JSON of all rows"),
});

export const Detections = z.array(
  z.looseObject({
    id: z.string(),
    title: z.string(),
    technique: Text,
    severity: z.enum(["low", "medium", "high", "critical"]),
    fired: Count,
    attempts: Count,
    rowsTotal: Count,
    rows: z.array(z.record(z.string(), Cell)),
    error: Text.describe("why it was not run; null when it was"),
    query: z.looseObject({ ...QueryText, engine: Text, resultDigest: Sha256.nullable() }),
  }),
);

export const Scan = z.looseObject({
  request: z.looseObject({
    caseId: z.string(),
    round: z.int().min(1),
    from: Instant,
    to: Instant,
    indicators: z.record(z.string(), Texts),
  }),
  result: z
    .looseObject({
      engine: z.string(),
      filesRead: Count,
      filesSetAside: z.array(z.looseObject({ file: z.string(), reason: z.string() })),
      bytesScanned: Count,
      eventsKept: Count,
      watermark: Instant.nullable(),
      earliest: Instant.nullable(),
    })
    .nullable(),
});

const Destination = z.looseObject({ bucket: z.string(), key: z.string() }).nullable();
const Taken = {
  bucket: z.string(),
  key: z.string(),
  versionId: Text,
  path: z.string(),
  certainty: Certainty,
  calls: Count,
  bytesOut: Count.nullable().describe("as S3 wrote it into its events; null where none is recorded"),
  size: Count.nullable().describe("stored size; null: not known"),
  whole: z.boolean().nullable().describe("every byte left; null: the log cannot tell"),
  firstAt: Instant,
  lastAt: Instant,
  principals: Texts,
  accessKeyIds: Texts,
  addresses: Texts,
  restoredFirst: z.boolean(),
  destination: Destination,
} as const;

export const ObjectLine = z.looseObject({
  ...Taken,
  sensitivity: z.strictObject({
    state: z.enum(["found", "nothing-found", "not-classified"]),
    severity: z.enum(["Low", "Medium", "High"]).nullable(),
    categories: z.record(z.string(), Count).nullable(),
    source: Text,
  }),
});

export const TheftSummary = z.looseObject({
  certain: Amount,
  likely: Amount,
  upperBound: Amount,
  notKnown: Texts,
  firstAt: Instant.nullable(),
  lastAt: Instant.nullable(),
  buckets: Texts,
  addresses: Texts,
});

export const CoverageSummary = z.looseObject({
  watermark: Instant.nullable(),
  filesRead: Count,
  filesSetAside: Count,
  buckets: z.array(
    z.strictObject({ name: z.string(), dataEvents: z.enum(["covered", "partly", "absent", "unknown"]) }),
  ),
  holes: Texts,
});

export const ReportData = z.looseObject({
  hours: z.array(z.looseObject({ hour: Instant, calls: Count, objects: Count, bytes: Count.nullable() })),
  objects: z.array(z.looseObject({ bucket: z.string(), key: z.string() })),
  objectsTotal: Count,
  story: z.array(z.looseObject({ at: Instant, phase: z.string(), text: z.string() })),
});

export const Stolen = z.looseObject({
  revision: Count,
  bytes: Count,
  items: z.array(z.looseObject({ bucket: z.string(), key: z.string(), bytes: Count.nullable() })),
});

export const Classification = z.looseObject({
  state: z.enum(["running", "paused", "unavailable", "done"]),
  reason: z.string(),
  complete: z.boolean().optional(),
  findings: z
    .array(
      z.looseObject({
        bucket: z.string(),
        key: z.string(),
        severity: z.enum(["Low", "Medium", "High"]),
        categories: z.record(z.string(), Count),
        source: z.string(),
      }),
    )
    .optional(),
});

const Request = z.looseObject({
  service: z.string(),
  operation: z.string(),
  region: z.string(),
  accountId: z.string(),
  input: z.record(z.string(), z.unknown()),
});
const State = z.record(z.string(), z.unknown());

export const Plan = z.looseObject({
  schema: z.literal("cordon/plan/v1"),
  caseId: z.string(),
  planId: z.string(),
  purpose: z.enum(["contain", "follow-up", "release"]),
  mode: z.enum(["dry-run", "enforce"]),
  createdAt: Instant,
  expiresAt: Instant,
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  policyDigest: Sha256,
  actions: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      requests: z.array(Request),
      rollback: z.array(Request),
      before: State,
      beforeDigest: Sha256,
    }),
  ),
});

export const StoredDecision = z.looseObject({
  envelope: z.base64().describe("DSSE envelope of an in-toto statement over the plan's digest"),
  publicKey: z.base64().describe("DER SubjectPublicKeyInfo"),
  receivedAt: Instant,
});

export const ActionRecord = z.looseObject({
  planId: z.string(),
  id: z.string(),
  kind: z.string(),
  target: z.string(),
  status: z.string(),
  why: z.string(),
  calls: z.array(z.looseObject({ request: Request, requestId: z.string(), at: Instant })),
  before: State,
  after: State.nullable(),
  at: Instant,
});

export const Verification = z.array(
  z.looseObject({
    at: Instant,
    during: z.string(),
    holds: z.array(z.looseObject({ id: z.string(), ok: z.boolean(), why: z.string() })),
  }),
);

export const LedgerEntryLine = z.strictObject({
  v: z.union([z.literal(1), z.literal(2)]),
  seq: Count,
  type: z.string(),
  case: Sha256.nullable().describe("opaque name of the case in the ledger"),
  digest: Sha256,
  statement: Sha256.optional().describe("of a sealing: SHA-256 of the signed statement; exactly where v is 2"),
  at: Instant,
  prevCase: Sha256.nullable(),
});
