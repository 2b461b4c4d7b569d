import { createHash } from "node:crypto";
import type { BundlePredicate } from "../../lib/evidence/predicate.ts";
import type { SealInput } from "../../lib/evidence/seal.ts";
import { fixedSigner } from "./rfc6979.ts";

/** Public, printed here, and worth nothing: SHA-256 of a sentence. */
const keyOf = (sentence: string): string => createHash("sha256").update(sentence).digest("hex");
export const EVIDENCE_SIGNER = fixedSigner(keyOf("cordon test evidence key, not a secret"));
export const LEDGER_SIGNER = fixedSigner(keyOf("cordon test ledger key, not a secret"));
export const ATTACKER_SIGNER = fixedSigner(keyOf("cordon test attacker key, not a secret"));

const text = (value: string): Uint8Array => Buffer.from(value, "utf8");

/** The predicate of the sample, all but the payload's size. */
export const samplePredicate = (): Omit<BundlePredicate, "payload"> => ({
  caseId: "case-20261121-0a1b2c3d4e",
  revision: 2,
  supersedes: { revision: 1, digest: keyOf("revision 1") },
  sealedAt: "2026-11-21T00:05:36.000Z",
  deployment: { accountId: "123456789012", region: "eu-central-1", ledgerOrigin: "cordon.example/ledger/test" },
  producer: { name: "cordon", version: "0.1.0", sourceDigest: "git:0000000000000000000000000000000000000000" },
  ledgerHead: null,
  result: { verdict: "confirmed", contained: true, openActions: 0 },
  exercise: false,
});

/** A bundle of a few kilobytes with everything a real one has. */
export function sampleInput(changes: Partial<SealInput<Uint8Array>> = {}): SealInput<Uint8Array> {
  return {
    ...samplePredicate(),
    payload: new Map([
      ["case.json", text('{"caseId":"case-20261121-0a1b2c3d4e"}')],
      ["timeline.jsonl", text('{"seq":1,"type":"case.opened"}\n{"seq":2,"type":"plan.proposed"}\n')],
      ["detections/0001.json", text('{"rule":"bulk-read"}')],
      ["empty.txt", text("")],
    ]),
    schemas: new Map([["case.json", '{"type":"object"}']]),
    tagFiles: new Map(),
    ledger: new Map(),
    signer: EVIDENCE_SIGNER,
    ...changes,
  };
}
