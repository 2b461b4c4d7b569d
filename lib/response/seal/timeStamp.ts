import { plainResponse, readTimeStamp, timeStampRequest } from "../../evidence/timestamp.ts";
import type { Ports } from "../../ports/ports.ts";

/** RFC 3161 asks for a large number; 64 bits. */
const NONCE_BYTES = 8;

/**
 * Stamps signature bytes and checks the answer before it is used: it names these bytes and answers this request. Null
 * without an authority, and when it cannot be had: sealing goes on, and the case says so.
 */
export const stamp =
  (caseId: string, { timeStamps, ids, cases }: Ports) =>
  async (signature: Uint8Array): Promise<Uint8Array | null> => {
    if (timeStamps === undefined) return null;
    const nonce = ids.random(NONCE_BYTES);
    try {
      const response = plainResponse(await timeStamps.stamp(timeStampRequest(signature, nonce)));
      const { at, policy } = readTimeStamp(response, signature, nonce);
      await cases.append(caseId, { type: "evidence.stamped", actor: "sealEvidence", data: { at, policy } });
      return response;
    } catch (error) {
      await cases.append(caseId, {
        type: "evidence.not-stamped",
        actor: "sealEvidence",
        data: { reason: String((error as Error).message) },
      });
      return null;
    }
  };
