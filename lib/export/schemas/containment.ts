/** Plans, decisions, what was done, and what the ledger has of it. Members may be added by later versions, so objects are open; what is named here is there. */
import { z } from "zod";
import { Count, Instant, Sha256 } from "./parts.ts";

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
    evaluated: z
      .array(
        z.looseObject({
          principal: z.string(),
          actions: z.array(z.string()).describe("ids of the changes that must deny it"),
          by: z.string().describe("who evaluated the policies, and with what limits"),
          answer: z.enum(["denied", "allowed", "not-known"]),
          why: z.string(),
        }),
      )
      .optional(),
  }),
);

export const Watch = z.looseObject({
  schema: z.literal("cordon/watch/v1"),
  planId: z.string(),
  from: Instant.describe("from when on the changes were in force"),
  until: Instant,
  settledUntil: Instant.nullable().describe("up to when the logs are known; null: not for any time after the cut"),
  rounds: z.array(
    z.looseObject({ round: Count, to: Instant, state: z.enum(["running", "done", "failed"]), why: z.string() }),
  ),
  breaches: z.array(
    z.looseObject({
      is: z.enum(["through", "around", "removed", "rewritten"]),
      actions: z.array(z.string()),
      call: z.string(),
      by: z.string(),
      calls: Count,
      firstAt: Instant,
      lastAt: Instant,
    }),
  ),
  notKnown: z.array(z.string()),
});

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
