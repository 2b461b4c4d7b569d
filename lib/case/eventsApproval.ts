/** What is written into the audit trail of plans, questions and decisions. */

import * as z from "zod";
import { counted, minute } from "../base/figures.ts";
import { type EventKind, event } from "./eventKind.ts";
import { Count, Instant, Text, Texts } from "./schema.ts";

const planId = z.string();
/** A question that is closed for good. `code` is the gate's word for why. */
const closed = z.looseObject({ planId, code: Text, why: z.string(), denials: Texts.exactOptional() });
/** Somebody reviewed what one person did alone, or what stays cut off. */
const review = z.looseObject({
  planId,
  humanId: Text,
  verdict: z.string(),
  reason: z.string(),
  subject: z.string(),
  envelope: z.string(),
  keyFingerprint: z.string(),
  channel: z.string(),
  assurance: z.string(),
});

const SAID = {
  decide: "Decision recorded",
  withdraw: "Decision taken back",
  stop: "STOPPED: no further change is made;",
  "break-glass": "Decision recorded",
} as const;

export const APPROVAL = [
  event(
    "plan.proposed",
    z.looseObject({
      planId,
      digest: z.string(),
      actions: z.array(z.looseObject({ id: z.string(), kind: z.string(), target: z.string() })),
      leftOut: Count,
    }),
    "plain",
    (data) => `Plan ${data.planId} is proposed, with ${counted(data.actions.length, "action")}`,
  ),
  event(
    "plan.requested",
    z.looseObject({ planId, purpose: z.string(), humanId: z.string(), actions: Texts }),
    "ask",
    (data) => `${data.humanId} asked for ${data.purpose === "release" ? "a release" : "a new plan"}: ${data.planId}`,
  ),
  event(
    "plan.updated",
    z.looseObject({ planId, replaces: z.string(), difference: Texts, void: Texts }),
    "ask",
    (data) =>
      `The question about ${data.replaces} was brought up to date: ${data.planId} takes its place${data.void.length === 0 ? "" : `; what ${data.void.join(", ")} approved is void`}`,
  ),
  event("plan.empty", z.looseObject({ planId, why: z.string() }), "plain", ({ why }) => `No plan: ${why}`),
  event("plan.denied", closed, "bad", (data) => `Plan ${data.planId} was denied; nothing was changed`),
  event("plan.expired", closed, "bad", (data) => `Nobody decided about ${data.planId} in time; nothing was changed`),
  event("plan.closed", closed, "plain", (data) => `Plan ${data.planId} was closed: ${data.why}`),
  event(
    "approval.asked",
    z.looseObject({ planId, round: Count, tier: Count.exactOptional(), deadline: Instant }),
    "ask",
    ({ round, ...data }) => `Approvers were ${round === 1 ? "asked" : "reminded"} about ${data.planId}`,
  ),
  event(
    "decision.recorded",
    z.looseObject({
      planId,
      kind: z.enum(["decide", "withdraw", "stop", "break-glass"]),
      choices: z.record(z.string(), z.string()),
      reason: z.string(),
      channel: z.string(),
      assurance: z.string(),
      envelope: z.string(),
      keyFingerprint: z.string(),
      receivedAt: Instant,
    }),
    "ask",
    ({ kind, reason, ...data }) => `${SAID[kind]} about ${data.planId}: ${reason}`,
  ),
  event(
    "decision.refused",
    z.looseObject({
      planId,
      source: z.string(),
      code: z.string(),
      why: z.string(),
      content: z.string().exactOptional(),
      claimedBy: z.string().exactOptional(),
    }),
    "bad",
    ({ code, why, ...data }) => `A decision about ${data.planId} was refused (${code}): ${why}`,
  ),
  event(
    "decision.refused.flood",
    z.looseObject({ planId, source: z.string(), total: Count }),
    "bad",
    ({ total, ...data }) => `${total} decisions of one source about ${data.planId} were refused today`,
  ),
  event(
    "decision.checked",
    z.looseObject({ planId, state: z.string(), closed: Text, why: z.string() }),
    "plain",
    ({ why, ...data }) => `The gate about ${data.planId}: ${why}`,
  ),
  event(
    "break-glass.used",
    z.looseObject({ planId, humanId: z.string(), actions: Texts, envelope: z.string(), reviewDueAt: Instant }),
    "bad",
    (data) =>
      `BREAK GLASS: ${data.humanId} alone approved ${counted(data.actions.length, "action")} of ${data.planId}; review due by ${minute(data.reviewDueAt)}`,
  ),
  event(
    "break-glass.reviewed",
    review,
    ({ verdict }) => (verdict === "justified" ? "good" : "bad"),
    (data) => `Breaking the glass for ${data.planId} was reviewed: ${data.verdict}: ${data.reason}`,
  ),
  event("quarantine.reviewed", review, "good", ({ reason }) => `What is cut off stays cut off: ${reason}`),
  event(
    "review.overdue",
    z.looseObject({ about: z.enum(["break-glass", "quarantine"]), planId, dueAt: Instant }),
    "bad",
    ({ about, dueAt, ...data }) => `Overdue since ${minute(dueAt)}: review of ${data.planId} (${about})`,
  ),
] as const satisfies readonly EventKind[];
