import { TransientError } from "../../base/errors.ts";
import type { TimeStamps } from "../../ports/ports.ts";

/** Sealing does not wait longer for somebody else's server. */
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/**
 * A time stamp authority over HTTP (RFC 3161 section 3.4), the same in both kinds of deployment. The one call of an
 * embedded deployment that leaves the machine, and only if configured; in AWS made by the step that seals. It sends the
 * digest of a signature and nothing else. `http:` will do: the answer is signed and names our nonce.
 */
export const createTimeStamps = (url: string): TimeStamps => ({
  stamp: async (request) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
      body: Buffer.from(request),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok)
      throw new TransientError("SEAL_FAILED", `time stamp authority: expected status 200, got ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > MAX_BYTES)
      throw new TransientError(
        "SEAL_FAILED",
        `time stamp authority: expected at most ${MAX_BYTES} bytes, got ${bytes.length}`,
      );
    return bytes;
  },
});
