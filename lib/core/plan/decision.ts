import * as z from "zod";

export const CHOICES = ["approve", "deny"] as const;
export type Choice = (typeof CHOICES)[number];

const HEX_64 = z.string().regex(/^[0-9a-f]{64}$/);

/** Ids of people in the approval policy; they become document names. */
export const HUMAN_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The least a reason may say; an audit reader a year later needs a sentence, not a dot. */
export const MINIMUM_REASON = 10;
export const MAXIMUM_REASON = 2000;
/** One person alone answers for more, and says more. */
export const BREAK_GLASS_REASON = 20;

/**
 * What an approver signs, the predicate of an in-toto statement whose one subject is the plan. `choices` names every
 * action decided upon; an action that is not named is not approved. `withdraw` takes an earlier decision back; `stop` ends the execution before
 * its next change, for good; `break-glass` approves alone what a quorum would have to approve. Unknown members are refused, and the statement is
 * parsed strictly (no duplicate members) before this schema sees it.
 */
export const DecisionSchema = z
  .strictObject({
    kind: z.enum(["decide", "withdraw", "stop", "break-glass"]),
    caseId: z.string().min(1).max(80),
    planId: z.string().min(1).max(80),
    planNonce: z.string().regex(/^[0-9a-f]{32}$/),
    /** SHA-256 of the text that `renderPlan` gave the approver. */
    shownDigest: HEX_64,
    choices: z.record(z.string().regex(/^a\d{1,3}$/), z.enum(CHOICES)),
    reason: z
      .string()
      .trim()
      .min(MINIMUM_REASON)
      .max(MAXIMUM_REASON)
      .regex(/[\p{L}\p{N}].*[\p{L}\p{N}]/su, "expected words"),
    approver: z.strictObject({ humanId: z.string().regex(HUMAN_ID) }),
    channel: z.enum(["cli", "page", "api", "demo"]),
    assurance: z.enum(["key-file", "kms-key", "webauthn"]),
    decidedAt: z.iso.datetime(),
  })
  .refine(({ kind, choices }) => !decidesNothing(kind) || Object.keys(choices).length === 0, {
    path: ["choices"],
    message: "expected no choices: to withdraw or to stop decides about no action",
  })
  .refine(({ kind, reason }) => kind !== "break-glass" || reason.length >= BREAK_GLASS_REASON, {
    path: ["reason"],
    message: `expected at least ${BREAK_GLASS_REASON} characters to break the glass`,
  });
/** What speaks about the plan as a whole. */
export const decidesNothing = (kind: string): boolean => kind === "withdraw" || kind === "stop";
export type Decision = z.infer<typeof DecisionSchema>;

/** A decision whose signature was checked: who signed, with which key, over which plan. */
export interface SignedDecision {
  readonly decision: Decision;
  /** SHA-256 (hex) of the signer's SubjectPublicKeyInfo. */
  readonly keyFingerprint: string;
  /** The statement's subject: SHA-256 (hex) of the plan's canonical JSON. */
  readonly planDigest: string;
  /** When this deployment recorded it (server time); the approver's own clock is not trusted. */
  readonly receivedAt: string;
}
