import { sha256Hex } from "../base/jcs.ts";

/** What the page may load: its own files. No inline script or style, no frame, no form to elsewhere, no HTML from text. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

const TWO_YEARS_SECONDS = 63_072_000;

/** Every answer carries these, errors included. */
export const withSecurityHeaders = (response: Response, secure: boolean, now: string): Response => {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (secure) response.headers.set("strict-transport-security", `max-age=${TWO_YEARS_SECONDS}`);
  response.headers.set("cordon-now", now);
  return response;
};

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", ...headers } });

/** A refusal as the page shows it: a code for machines, a sentence for people. */
export const refusal = (
  status: number,
  code: string,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): Response => json(status, { code, why }, headers);

export const file = (type: string, bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(Buffer.from(bytes), {
    status: 200,
    headers: { "content-type": type, "content-length": String(bytes.length), ...headers },
  });

/** What may be too large to hold: sent as it is made. `onEnd` is called once, however it ends. */
export const download = (
  type: string,
  chunks: Iterator<Uint8Array>,
  onEnd: () => void,
  headers: Readonly<Record<string, string>>,
): Response => {
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    try {
      const { done, value } = chunks.next();
      // A chunk may be a buffer that is used again.
      if (done !== true) {
        controller.enqueue(Buffer.from(value));
        return;
      }
      controller.close();
    } catch (error) {
      controller.error(error);
    }
    onEnd();
  };
  return new Response(new ReadableStream({ pull, cancel: onEnd }), {
    status: 200,
    headers: { "content-type": type, ...headers },
  });
};

/** JSON with an entity tag over its bytes: a poll that finds nothing new costs a header. */
export const taggedJson = (request: Request, value: unknown): Response => {
  const body = JSON.stringify(value);
  const etag = `"${sha256Hex(body).slice(0, 32)}"`;
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: { etag } });
  return new Response(body, { status: 200, headers: { "content-type": "application/json", etag } });
};
