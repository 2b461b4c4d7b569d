import { parseTrustRoot, trustRootDigest } from "../../evidence/trustRoot.ts";
import type { Ports } from "../../ports/ports.ts";

/**
 * Sees to it that `keys.json` is where auditors find it and notes which version counted when this case was sealed. When it
 * cannot be published sealing goes on and the case says so: the bundle can be judged as soon as the file is there.
 */
export const publishKeys = async (caseId: string, { trustRoots, cases }: Ports): Promise<void> => {
  if (trustRoots === undefined) return;
  try {
    const bytes = await trustRoots.publish();
    const { version } = parseTrustRoot(bytes);
    const data = { version, sha256: trustRootDigest(bytes) };
    await cases.append(caseId, { type: "keys.published", actor: "sealEvidence", data });
  } catch (error) {
    const data = { reason: (error as Error).message };
    await cases.append(caseId, { type: "keys.not-published", actor: "sealEvidence", data });
  }
};
