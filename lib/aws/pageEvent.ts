import * as z from "zod";
import { MAXIMUM_BODY_BYTES } from "../web/body.ts";
import { refusal } from "../web/reply.ts";

/** A function answers with at most 6 MB (Lambda quotas), and base64 makes four bytes of three. */
const MAXIMUM_REPLY_BYTES = 4_400_000;

/** What API Gateway hands over (HTTP API, payload format 2.0). Several headers of one name come joined by commas. */
const EventSchema = z.object({
  rawPath: z.string().startsWith("/").max(2048),
  rawQueryString: z.string().max(8192).default(""),
  cookies: z.array(z.string()).default([]),
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

export interface PageReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The request as the page takes it, or null: not from API Gateway, or nothing a browser of ours would send. */
export const toRequest = (event: unknown, origin: string): Request | null => {
  const parsed = EventSchema.safeParse(event);
  if (!parsed.success) return null;
  const { rawPath, rawQueryString, cookies, headers, requestContext, body, isBase64Encoded } = parsed.data;
  const { method } = requestContext.http;
  const bytes = body === undefined ? null : Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if ((bytes?.length ?? 0) > MAXIMUM_BODY_BYTES) return null;
  try {
    // Concatenated and not resolved: `//evil` as a path would be another host.
    const url = new URL(`${origin}${rawPath}${rawQueryString === "" ? "" : `?${rawQueryString}`}`);
    const hasBody = bytes !== null && method !== "GET" && method !== "HEAD";
    const all = { ...headers, ...(cookies.length > 0 ? { cookie: cookies.join("; ") } : {}) };
    return new Request(url, { method, headers: all, ...(hasBody ? { body: bytes } : {}) });
  } catch {
    return null;
  }
};

/** Bodies go as base64: an evidence bundle is no text. One that is too large is said to be, with the other way to it. */
export const toReply = async (response: Response): Promise<PageReply> => {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length > MAXIMUM_REPLY_BYTES) return toReply(refusal(413, "TOO_LARGE", TOO_LARGE));
  return {
    statusCode: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie")),
    cookies: response.headers.getSetCookie(),
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
};

const TOO_LARGE = "This is too large for the page. Fetch it with the command line: cordon evidence get.";
