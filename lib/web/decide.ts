import * as z from "zod";
import { PLAN, read } from "../case/documents.ts";
import type { Plan } from "../case/plan.ts";
import {
  BREAK_GLASS_REASON,
  type Choice,
  type Decision,
  DecisionSchema,
  decidesNothing,
} from "../core/plan/decision.ts";
import { fingerprintOf, planDigestOf, shownDigestOf } from "../core/plan/renderPlan.ts";
import type { Ports } from "../ports/ports.ts";
import type { Receipt } from "../response/approve/decisions.ts";
import { noteRefusal } from "../response/approve/refusals.ts";

const HEX_64 = z.string().regex(/^[0-9a-f]{64}$/);

/** What the page sends. The digests are of what it showed, computed by the browser from the text in the document. */
export const AnswerSchema = z
  .strictObject({
    kind: DecisionSchema.shape.kind,
    choices: DecisionSchema.shape.choices,
    reason: DecisionSchema.shape.reason,
    /** The last group of the fingerprint, typed by hand; empty for a withdrawal and for a stop. */
    fingerprint: z.string().max(20),
    planDigest: HEX_64,
    shownDigest: HEX_64,
  })
  .refine(({ kind, reason }) => kind !== "break-glass" || reason.length >= BREAK_GLASS_REASON, {
    path: ["reason"],
    message: `expected at least ${BREAK_GLASS_REASON} characters to break the glass`,
  });
export type PageAnswer = z.infer<typeof AnswerSchema>;

/** What is handed on to be signed by the approver's own key. */
export interface ToSign {
  readonly humanId: string;
  readonly kind: Decision["kind"];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly reason: string;
}

/** Signs and submits; the same answer again must give the same receipt. */
export type Decide = (caseId: string, planId: string, answer: ToSign) => Promise<Receipt>;

export interface Place {
  readonly caseId: string;
  readonly planId: string;
}

export const toSign = ({ kind, choices, reason }: PageAnswer, humanId: string): ToSign => ({
  humanId,
  kind,
  choices,
  reason,
});

/**
 * An answer of the page about a plan: checked against the plan as it is stored now, then signed and submitted. Every
 * refusal is a line of the audit trail. Throws CASE_NOT_FOUND or DOCUMENT_MISSING.
 */
export const answerPlan = async (
  place: Place,
  humanId: string,
  answer: PageAnswer,
  decide: Decide,
  ports: Ports,
): Promise<Receipt> =>
  (await refuseAnswer(place, humanId, answer, ports)) ?? decide(place.caseId, place.planId, toSign(answer, humanId));

/** The refusal of an answer that cannot even be signed, or null. */
export const refuseAnswer = async (
  { caseId, planId }: Place,
  humanId: string,
  answer: PageAnswer,
  ports: Ports,
): Promise<Extract<Receipt, { recorded: false }> | null> => {
  const plan = await read(ports.cases, caseId, PLAN.at(planId));
  const fault = faultOf(plan, answer);
  if (fault === null) return null;
  await noteRefusal({ caseId, planId, actor: "page", source: `human:${humanId}`, ...fault }, ports);
  return { recorded: false, ...fault };
};

interface PageFault {
  readonly code: string;
  readonly why: string;
}

/** The whole digests are compared, whatever a person compared by eye. */
const faultOf = (plan: Plan, { kind, choices, fingerprint, planDigest, shownDigest }: PageAnswer): PageFault | null => {
  const digest = planDigestOf(plan);
  const unknown = Object.keys(choices).find((id) => !plan.actions.some((action) => action.id === id));
  if (planDigest !== digest)
    return { code: "PLAN_CHANGED", why: "The page showed another plan than the one stored now. Load it again." };
  if (shownDigest !== shownDigestOf(plan))
    return { code: "NOT_SHOWN", why: "What the page showed is not what this plan says. Load it again." };
  if (unknown !== undefined) return { code: "UNKNOWN_ACTION", why: `The plan has no action ${unknown}.` };
  if (decidesNothing(kind)) return null;
  if (Object.keys(choices).length === 0) return { code: "EMPTY", why: "There is no answer about any action." };
  const isTyped = fingerprint.trim().toLowerCase() === fingerprintOf(digest).split("-").at(-1);
  return isTyped
    ? null
    : { code: "FINGERPRINT", why: "The last group of the fingerprint was not typed correctly. Nothing was decided." };
};
