import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { CordonError, TransientError } from "../core/errors.ts";
import type { Clock } from "../ports.ts";
import type { Submission } from "../response/decisions.ts";
import { type Credentials, signedHeaders } from "./sigv4.ts";

export interface DecisionDoor {
  /** `https://…` of the decision API, without a path. */
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
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

const PATH = "v1/decisions";
const ATTEMPTS = 3;

/**
 * Hands a signed decision to the decision API. An answer that is lost, late or a fault of the service is asked for again:
 * the same decision a second time is the same decision. Throws STATE_UNKNOWN when no answer came at all, and
 * DECISION_REFUSED when API Gateway itself refused the caller.
 */
export const postDecision = async (submission: Submission, door: DecisionDoor): Promise<Answered> => {
  const body = bodyOf(submission);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await attemptOnce(body, door);
    if (!("lost" in answer)) return readAnswer(answer.status, answer.text);
    if (attempt === ATTEMPTS)
      throw new TransientError(
        "STATE_UNKNOWN",
        `the decision API gave no answer (${answer.lost}); whether the decision is on record is not known: give the same command again, a decision counts once`,
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

type Attempt = { readonly status: number; readonly text: string } | { readonly lost: string };

/** Signed anew for every attempt: a signature is good for minutes only. */
const attemptOnce = async (
  body: string,
  { url, region, credentials, clock, answerTimeoutMs }: DecisionDoor,
): Promise<Attempt> => {
  const target = new URL(PATH, url.endsWith("/") ? url : `${url}/`);
  const request = { method: "POST", url: target, headers: { "content-type": "application/json" }, body };
  const headers = await signedHeaders(request, { credentials, region, service: "execute-api" }, clock.now());
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const response = await fetch(target, { method: "POST", headers, body, signal, redirect: "error" });
    const text = await response.text();
    return response.status === 429 || response.status >= 500
      ? { lost: `HTTP ${response.status}` }
      : { status: response.status, text };
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { lost: name === "TimeoutError" ? "timed out" : ((cause as Error | undefined)?.message ?? message) };
  }
};

const readAnswer = (status: number, text: string): Answered => {
  const value = parse(text);
  const recorded = RecordedSchema.safeParse(value);
  if (status === 200 && recorded.success) return recorded.data;
  const refused = RefusedSchema.safeParse(value);
  if (status >= 400 && refused.success) return { recorded: false, ...refused.data };
  if (status === 403)
    throw new CordonError(
      "DECISION_REFUSED",
      `API Gateway does not let you in: ${gatewayMessage(value)}; you need execute-api:Invoke on this API (the policy for responders of the stack has it)`,
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
