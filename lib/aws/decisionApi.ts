import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { matchesArn } from "../core/plan/iamEvaluate.ts";
import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import type { Submission } from "../response/approve/decisions.ts";
import { noteRefusal } from "../response/approve/refusals.ts";
import { requestPlan } from "../response/approve/requestPlan.ts";
import { submitSigned } from "../response/approve/submitSigned.ts";

/** What API Gateway hands over (HTTP API, payload 2.0, IAM authorizer). The caller is proven by SigV4, not claimed. */
const EventSchema = z.object({
  routeKey: z.string().optional(),
  body: z.string().max(1_500_000).optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string().min(20) }) }) }),
});
const BodySchema = z.strictObject({
  caseId: z.string().max(80),
  planId: z.string().max(80),
  envelope: z.base64(),
  publicKey: z.base64(),
});

const RequestSchema = z.strictObject({
  caseId: z.string().max(80),
  purpose: z.enum(["contain", "release"]),
  humanId: z.string().max(80),
  actions: z.array(z.string().max(100)).max(500),
});

export interface ApiReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

type Event = z.output<typeof EventSchema>;
type Taker = (event: Event, ports: Ports) => Promise<ApiReply>;

/** What comes through the door: a decision, or a request for a plan. The route is API Gateway's word, not the caller's. */
export const takeCall = (event: unknown, ports: Ports): Promise<ApiReply> =>
  (event as { readonly routeKey?: unknown } | null)?.routeKey === "POST /v1/plans"
    ? takeRequest(event, ports)
    : takeDecision(event, ports);

/**
 * Takes one signed decision from a caller that API Gateway has identified. Two proofs must name the same human: the key
 * in the envelope, which the gate checks, and the caller's identity, which is checked here. Decides nothing itself.
 */
export const takeDecision = (event: unknown, ports: Ports): Promise<ApiReply> =>
  fromCaller(event, ports, async (parsed) => {
    const submission = readBody(parsed);
    if (submission !== null) return submit(submission, callerOf(parsed), ports);
    return unreadable("{caseId, planId, envelope, publicKey} as JSON, the last two base64");
  });

/** Takes a request for a plan: it changes nothing but what is asked, so the caller's identity is proof enough. */
export const takeRequest = (event: unknown, ports: Ports): Promise<ApiReply> =>
  fromCaller(event, ports, async (parsed) => {
    const request = RequestSchema.safeParse(jsonIn(parsed));
    if (!request.success) return unreadable("{caseId, purpose, humanId, actions} as JSON");
    await ports.cases.head(request.data.caseId);
    if (!humansOf(callerOf(parsed), ports.settings).includes(request.data.humanId))
      return reply(403, {
        code: "OTHER_IDENTITY",
        why: `${callerOf(parsed)} does not act for ${JSON.stringify(request.data.humanId)}`,
      });
    const asked = await requestPlan(request.data, ports);
    return asked.requested ? reply(200, asked) : reply(409, { code: asked.code, why: asked.why });
  });

const fromCaller = async (event: unknown, ports: Ports, take: Taker): Promise<ApiReply> => {
  const parsed = EventSchema.safeParse(event);
  if (!parsed.success) return reply(401, { code: "NO_IDENTITY", why: "the request does not say who signed it" });
  try {
    return await take(parsed.data, ports);
  } catch (error) {
    if (error instanceof CordonError && STATUS[error.code] !== undefined)
      return reply(STATUS[error.code]!, { code: error.code, why: error.message });
    throw error;
  }
};

const callerOf = ({ requestContext }: Event): string => requestContext.authorizer.iam.userArn;
const unreadable = (expected: string): ApiReply => reply(400, { code: "UNREADABLE", why: `expected ${expected}` });

const STATUS: Readonly<Partial<Record<CordonError["code"], number>>> = {
  INPUT_INVALID: 400,
  CASE_NOT_FOUND: 404,
  DOCUMENT_MISSING: 404,
  AUDIT_UNAVAILABLE: 503,
  STATE_UNKNOWN: 503,
};

const submit = async (submission: Submission, callerArn: string, ports: Ports): Promise<ApiReply> => {
  const { caseId, planId } = submission;
  await ports.cases.head(caseId);
  const humans = humansOf(callerArn, ports.settings);
  if (!humans.includes(claimedHuman(submission.envelope) ?? "")) {
    const why = `${callerArn} does not act for the human who signed`;
    await noteRefusal({ caseId, planId, actor: "api", source: callerArn, code: "OTHER_IDENTITY", why }, ports);
    return reply(403, { code: "OTHER_IDENTITY", why });
  }
  const taken = await submitSigned(submission, ports);
  if (taken.recorded) return reply(200, taken);
  return reply(taken.code === "LATE" ? 410 : 409, { code: taken.code, why: taken.why });
};

const reply = (statusCode: number, body: unknown): ApiReply => ({
  statusCode,
  headers: HEADERS,
  body: JSON.stringify(body),
});

/** Null where it is no JSON. */
const jsonIn = ({ body = "", isBase64Encoded }: Event): unknown => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body) as unknown;
  } catch {
    return null;
  }
};

const readBody = (event: Event): Submission | null => {
  const parsed = BodySchema.safeParse(jsonIn(event));
  if (!parsed.success) return null;
  const { caseId, planId, envelope, publicKey } = parsed.data;
  return { caseId, planId, envelope: Buffer.from(envelope, "base64"), publicKey: Buffer.from(publicKey, "base64") };
};

/** Humans whose principals in the settings match the caller: a user by ARN, a session by its own ARN (patterns may be used). */
export const humansOf = (callerArn: string, { approvers }: Pick<Settings, "approvers">): readonly string[] =>
  approvers
    .filter(({ principals }) => principals.some((pattern) => matchesArn(pattern, callerArn)))
    .map(({ humanId }) => humanId);

/** Whom the envelope claims to be from; whether that is true is for the gate and its keys. */
const claimedHuman = (envelope: Uint8Array): string | null => {
  try {
    const { payload } = JSON.parse(Buffer.from(envelope).toString("utf8")) as { payload: string };
    const { predicate } = JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as {
      predicate: { approver: { humanId: unknown } };
    };
    return typeof predicate.approver.humanId === "string" ? predicate.approver.humanId : null;
  } catch {
    return null;
  }
};
