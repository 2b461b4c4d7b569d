import type { CredentialStore } from "../../lib/web/ceremony.ts";

/** Counters in memory, for one process. A deployment keeps them in a table. */
export const createCounters = (): CredentialStore["advance"] => {
  const used = new Map<string, { readonly signCount: number; readonly proof: string }>();
  return async (credentialId, signCount, proof) => {
    const before = used.get(credentialId) ?? { signCount: 0, proof: "" };
    if (proof === before.proof) return true;
    if (signCount <= before.signCount && (signCount !== 0 || before.signCount !== 0)) return false;
    used.set(credentialId, { signCount, proof });
    return true;
  };
};
