import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { CordonError, TransientError } from "../base/errors.ts";
import type { Clock } from "../ports/ports.ts";
import type { Submission } from "../response/approve/decisions.ts";
import type { PlanRequest } from "../response/approve/requestPlan.ts";
import { type KeySource, signedHeaders } from "./sigv4.ts";

export interface DecisionDoor {
  /** `https://…` of the decision API, without a path. */
  readonly url: string;
  readonly region: string;
  readonly credentials: KeySource;
  readonly clock: Clock;
  /** From the request to the end of the answer. */
  readonly answerTimeoutMs: number;
  /** Before the second attempt; doubled before the third. */
  readonly pauseMs: number;
}

/** What the API said: on record, or refused with a code and a sentence. */
export type Answered =
  | z.output<typeof RecordedSchema>
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** A plan is being made, or was refused with a code and a sentence. */
export type Proposed =
  | z.output<typeof RequestedSchema>
  | { readonly requested: false; readonly code: string; readonly why: string };

const ActionSchema = z.object({ id: z.string(), state: z.string(), why: z.string() });
const RecordedSchema = z.object({
  recorded: z.literal(true),
  repeated: z.boolean(),
  state: z.string(),
  why: z.string(),
  actions: z.array(ActionSchema).default([]),
  note: z.string().optional(),
});
const RefusedSchema = z.object({ code: z.string(), why: z.string() });

const RequestedSchema = z.object({ requested: z.literal(true), planId: z.string(), repeated: z.boolean() });
const ATTEMPTS = 3;

/**
 * Hands a signed decision to the decision API. Throws STATE_UNKNOWN when no answer came at all, and DECISION_REFUSED when
 * API Gateway itself refused the caller.
 */
export const postDecision = async (submission: Submission, door: DecisionDoor): Promise<Answered> => {
  const answer = await post("v1/decisions", bodyOf(submission), door);
  const recorded = RecordedSchema.safeParse(answer.value);
  return recorded.success ? recorded.data : { recorded: false, ...refusalIn(answer) };
};

/** Asks the decision API for a new plan. Throws as `postDecision` does. */
export const postRequest = async (request: PlanRequest, door: DecisionDoor): Promise<Proposed> => {
  const answer = await post("v1/plans", JSON.stringify(request), door);
  const requested = RequestedSchema.safeParse(answer.value);
  return requested.success ? requested.data : { requested: false, ...refusalIn(answer) };
};

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

/** An answer that is lost, late or a fault of the service is asked for again: everything here counts once. */
const post = async (path: string, body: string, door: DecisionDoor): Promise<Answer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await attemptOnce(path, body, door);
    if (!("lost" in answer)) return answer;
    if (attempt === ATTEMPTS)
      throw new TransientError(
        "STATE_UNKNOWN",
        `the decision API gave no answer (${answer.lost}); whether it took this is not known: give the same command again, it counts once`,
      );
    await pause(door.pauseMs * 2 ** (attempt - 1));
  }
};

const bodyOf = ({ caseId, planId, envelope, publicKey }: Submission): string =>
  JSON.stringify({
    caseId,
    planId,
    envelope: Buffer.from(envelope).toString("base64"),
    publicKey: Buffer.from(publicKey).toString("base64"),
  });

/** Signed anew for every attempt: a signature is good for minutes only. */
const attemptOnce = async (
  path: string,
  body: string,
  { url, region, credentials, clock, answerTimeoutMs }: DecisionDoor,
): Promise<Answer | { readonly lost: string }> => {
  const target = new URL(path, url.endsWith("/") ? url : `${url}/`);
  const request = { method: "POST", url: target, headers: { "content-type": "application/json" }, body };
  const headers = await signedHeaders(request, { credentials, region, service: "execute-api" }, clock.now());
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const response = await fetch(target, { method: "POST", headers, body, signal, redirect: "error" });
    const value = parse(await response.text());
    return response.status === 429 || response.status >= 500
      ? { lost: `HTTP ${response.status}` }
      : { status: response.status, value };
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { lost: name === "TimeoutError" ? "timed out" : ((cause as Error | undefined)?.message ?? message) };
  }
};

const refusalIn = ({ status, value }: Answer): { readonly code: string; readonly why: string } => {
  const refused = RefusedSchema.safeParse(value);
  if (status >= 400 && refused.success) return refused.data;
  if (status === 403)
    throw new CordonError(
      "DECISION_REFUSED",
      `API Gateway does not let you in: ${gatewayMessage(value)}; you need execute-api:Invoke on this API (the stack's policy for responders has it)`,
    );
  throw new CordonError(
    "STATE_UNKNOWN",
    `the decision API answered HTTP ${status} in a way that cannot be read; look at the case`,
  );
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** `{"message": "Forbidden"}`, and the like. */
const gatewayMessage = (value: unknown): string => {
  const { message } = (value ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? message.slice(0, 300) : "no reason given";
};
