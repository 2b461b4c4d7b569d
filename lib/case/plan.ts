/** What is proposed, and what became of it. */
import * as z from "zod";
import { ApiRequest } from "./apiRequest.ts";
import { LIKELIHOODS } from "./opinion.ts";
import { Count, Instant, Json, type Known, LogTime, Sha256, Text, Texts } from "./schema.ts";

/**
 * How hard a change is to take back.
 * `reversible`: we restore exactly what was captured. `externally-reversible`: somebody else must help (a key to hand
 * out again, a provider). `irreversible`: cannot be undone. `instruction`: nothing is called; a person is told what to do.
 */
export const REVERSIBILITIES = ["reversible", "externally-reversible", "irreversible", "instruction"] as const;
export type Reversibility = (typeof REVERSIBILITIES)[number];

/** What an action is applied to: one principal, key or bucket. All members are strings so that a plan can show them. */
export const Target = z.object({ label: z.string() }).catchall(z.string());
export type Target = Known<typeof Target>;

/** Observed settings, as plain JSON, exactly what is needed to put them back. */
export type State = Known<typeof Json>;

/** One change of a plan: exact requests, the state they were computed from, and the way back. */
export const PlannedAction = z.looseObject({
  id: z.string().describe("`a1`, `a2`, … in the order of execution"),
  kind: z.string().describe("id of the action, `lib/actions/<kind>.ts`"),
  title: z.string(),
  reversibility: z.enum(REVERSIBILITIES),
  recommended: z.boolean().describe("false: offered, and off unless the approver switches it on"),
  advice: z.string().exactOptional().describe("why it is recommended, or only offered; absent in cases of 0.1.0"),
  target: Target,
  requests: z.array(ApiRequest),
  before: Json,
  beforeDigest: Sha256.describe("SHA-256 over the canonical JSON of `before`"),
  atExecution: z
    .string()
    .exactOptional()
    .describe("what is computed again from what is found when it is carried out; absent: `before` must hold still"),
  rollback: z.array(ApiRequest),
  restores: Sha256.nullable().describe(
    "for a release that puts a whole setting back: SHA-256 of the captured state; else null",
  ),
  restored: Json.exactOptional().describe("that captured state"),
  blastRadius: Texts.describe("who else this hurts, in sentences computed from the logs"),
  warnings: Texts.exactOptional().describe("what is dangerous about it, beyond what its kind always does"),
  requires: Texts.describe("ids of actions of this plan that must have succeeded first"),
});
export type PlannedAction = Known<typeof PlannedAction>;

/** What was known of the case when a plan was made. */
export const PlanBasis = z.looseObject({
  logs: z
    .enum(["not read", "read"])
    .describe("`not read`: asked at once, before the logs; brought up to date when they are"),
  until: Text.describe("up to when the logs go; null: not known"),
  verdict: z.enum(LIKELIHOODS).nullable().describe("null: none yet, or it could not be weighed"),
  overruledBy: Text.describe("who put another verdict in place of the computed one, with a signed reason; else null"),
  suspicion: z
    .boolean()
    .exactOptional()
    .describe(
      "a person opened the case on a suspicion, and no detector has alarmed: nothing is recommended without a person's word",
    ),
  ordinary: Texts.exactOptional().describe(
    "ordinary explanations that the logs do not speak against, where no sign of theft speaks for it either",
  ),
  sharedWithOwner: z.boolean().describe("the owner uses the same key or session from the same place"),
  reasons: Texts.describe("why the verdict is what it is"),
});
export type PlanBasis = Known<typeof PlanBasis>;

/** The plan whose place one takes because more is known: what was decided about that one counts for nothing here. */
export const Replaced = z.looseObject({
  planId: z.string(),
  digest: Sha256,
  difference: Texts.describe("what this plan says that the other did not"),
  void: Texts.describe("people who had approved something of it"),
});
export type Replaced = Known<typeof Replaced>;

/** An immutable proposal. Its digest, SHA-256 over its canonical JSON (RFC 8785), is what is approved. */
export const Plan = z.looseObject({
  schema: z.literal("cordon/plan/v1"),
  caseId: z.string(),
  planId: z.string(),
  version: Count,
  purpose: z.enum(["contain", "follow-up", "release"]),
  mode: z.enum(["dry-run", "enforce"]),
  deployment: z
    .string()
    .describe("that proposes it, by the origin of its ledger: approved elsewhere is not approved here"),
  createdAt: Instant,
  expiresAt: Instant,
  words: z
    .literal(2)
    .exactOptional()
    .describe("in which words it is shown, which a decision signs; absent: in those of 0.1.0"),
  nonce: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe("claimed once, before the first call"),
  accountId: z.string(),
  region: z.string(),
  partition: z.string(),
  suspects: z.array(
    z.looseObject({
      arn: Text,
      principalId: Text,
      accessKeyId: Text,
      identities: Texts.describe(
        "canonical names under which the suspect acts; an approver who shares one may not decide",
      ),
    }),
  ),
  basis: PlanBasis.exactOptional().describe("absent for a release, and in cases of 0.1.0"),
  replaces: Replaced.exactOptional().describe("absent for a plan that was not brought up to date"),
  policyDigest: Sha256.describe("over the canonical JSON of the approvers, quorum and protected lists in force"),
  actions: z.array(PlannedAction),
  remains: Texts.exactOptional().describe(
    "ways that stay open though everything recommended is done; absent in plans before 0.2",
  ),
  leftOut: z
    .array(z.looseObject({ kind: z.string(), target: z.string(), reason: z.string() }))
    .describe("actions that were considered and left out, with the reason"),
});
export type Plan = Known<typeof Plan>;

export const Verdict = z.looseObject({ ok: z.boolean(), why: z.string() });
export type Verdict = Known<typeof Verdict>;

/** What became of one action of a plan. */
export const ActionRecord = z.looseObject({
  planId: z.string(),
  id: z.string(),
  kind: z.string(),
  target: z.string(),
  status: z.enum(["applied", "would-have-applied", "instructed", "not-approved", "skipped", "drifted", "failed"]),
  why: z.string(),
  calls: z.array(z.looseObject({ request: ApiRequest, requestId: z.string(), at: Instant })),
  before: Json,
  after: Json.nullable(),
  afterDigest: Sha256.nullable(),
  verdict: Verdict.nullable(),
  at: Instant,
  stampedAt: Instant.exactOptional().describe(
    "when it was carried out: what depends on time, as the end of sessions, is dated so; absent before 0.2",
  ),
  wasBegun: z
    .boolean()
    .exactOptional()
    .describe("calls may have been made that are not listed, before a crash or in an answer that was lost"),
});
export type ActionRecord = Known<typeof ActionRecord>;

/** What was found before the first call of a change, written before that call and never again. */
export const Begun = z.looseObject({ planId: z.string(), id: z.string(), at: Instant, before: Json });
export type Begun = Known<typeof Begun>;

/** What the evaluation of the account's policies says about one contained principal, beside the re-read settings. */
export const Evaluation = z.looseObject({
  principal: z.string().describe("ARN of the user or role; a session goes by its role"),
  actions: Texts.describe("ids of the changes that must deny it"),
  by: z.string().describe("`iam:SimulatePrincipalPolicy`, or the limits that the evaluator itself names"),
  answer: z.enum(["denied", "allowed", "not-known"]),
  why: z.string(),
});
export type Evaluation = Known<typeof Evaluation>;

export const Hold = z.looseObject({ id: z.string(), ok: z.boolean(), why: z.string() });
export type Hold = Known<typeof Hold>;

/** One look at every applied change. */
export const Look = z.looseObject({
  at: Instant,
  during: z.enum(["verify", "watch"]),
  holds: z.array(Hold),
  evaluated: z
    .array(Evaluation)
    .exactOptional()
    .describe("only where changes are in force that policies show, and only when they are verified"),
});
export type Look = Known<typeof Look>;
export const Verification = z.array(Look);

/**
 * `through`: a change in force should have stopped it. `around`: the actor succeeded where no change reaches.
 * `removed`: a change was taken away. `rewritten`: the setting was written by somebody; whether it still holds is read.
 */
export const Breach = z.looseObject({
  is: z.enum(["through", "around", "removed", "rewritten"]),
  actions: Texts.describe("ids of the plan's actions that it concerns"),
  call: z.string(),
  by: z.string(),
  accessKeyId: Text,
  address: Text,
  bucket: Text,
  calls: Count,
  firstAt: LogTime,
  lastAt: LogTime,
  eventKey: z.string().describe("an event of it, by its key in the case table"),
});
export type Breach = Known<typeof Breach>;

export const WatchRound = z.looseObject({
  round: Count,
  startedAt: Instant,
  to: Instant,
  ticket: z.string(),
  state: z.enum(["running", "done", "failed"]),
  why: z.string(),
  result: z
    .looseObject({
      engine: z.string(),
      filesRead: Count,
      bytesScanned: Count,
      eventsKept: Count,
      watermark: LogTime.nullable(),
    })
    .nullable(),
});
export type WatchRound = Known<typeof WatchRound>;

/** What the logs say after the cut, and up to when they can say it. */
export const Watch = z.looseObject({
  schema: z.literal("cordon/watch/v1"),
  planId: z.string(),
  from: Instant.describe("from when on the changes were in force"),
  until: Instant.describe("until when the watch lasts"),
  rounds: z.array(WatchRound),
  settledUntil: LogTime.nullable().describe(
    "no success before this time can still be missing from what was read; null: not known for any time after the cut",
  ),
  breaches: z.array(Breach),
  notKnown: Texts,
});
export type Watch = Known<typeof Watch>;
