import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { EvidenceError } from "../../lib/base/evidenceError.ts";
import type { LedgerStore } from "../../lib/evidence/ledger/ledgerStore.ts";
import { type EvidenceKey, parsePublicKey } from "../../lib/evidence/publicKey.ts";

export const ORIGIN = "example.test/ledger/one";
export const AT = "2026-11-21T08:00:00.000Z";

export interface TestKey {
  readonly spki: Uint8Array;
  readonly key: EvidenceKey;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
  readonly publicKey: () => Promise<Uint8Array>;
}

export function makeKey(): TestKey {
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const spki = pair.publicKey.export({ type: "spki", format: "der" });
  return {
    spki,
    key: parsePublicKey(spki),
    sign: async (message) => sign("sha256", message, pair.privateKey),
    publicKey: async () => spki,
  };
}

/** A store in memory, open to tampering. */
export function createMemoryStore(): LedgerStore & { readonly documents: Map<string, Uint8Array> } {
  const documents = new Map<string, Uint8Array>();
  return {
    documents,
    create: async (name, bytes) => {
      if (documents.has(name)) return false;
      documents.set(name, Uint8Array.from(bytes));
      return true;
    },
    has: async (name) => documents.has(name),
    read: async (name) => documents.get(name) ?? null,
    list: async (folder) => [...documents.keys()].filter((name) => name.startsWith(folder)).sort(),
  };
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
export const asBytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** The code of the finding a check ends in, or `accepted`. Any other error passes through. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error.fault.code;
    throw error;
  }
  return "accepted";
}
