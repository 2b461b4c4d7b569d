import { EvidenceError, printable } from "../../base/evidenceError.ts";
import { canonicalBytes, parseCanonicalJson, sha256Hex } from "../../base/jcs.ts";
import { CASE_ENTRY_TYPES, ENTRY_TYPES, type EntryType } from "../../base/ledger.ts";
import { assertMembers } from "../statement.ts";
import { leafHash } from "./merkle.ts";

const MEMBERS = ["at", "case", "digest", "prevCase", "seq", "type", "v"] as const;
/**
 * Version 2 is a sealing that fixes the signed statement too, or an opening that fixes what was received too; of the first release
 * are version 1 ones, which fix the tag manifest, and what was read of the finding, alone.
 */
const STATEMENT_MEMBERS = [...MEMBERS, "statement"] as const;
export const STATEMENT_TYPES: readonly EntryType[] = ["case-opened", "bundle-sealed"];
const MAX_ENTRY_BYTES = 1024;
const HEX_256 = /^[0-9a-f]{64}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * One leaf of the ledger. It names things by digest only, so that the whole ledger can be handed to any auditor.
 * The entries of one case form a chain: `prevCase` commits to the case's entry before, back to `case-opened`.
 */
export interface LedgerEntry {
  readonly v: 1 | 2;
  /** Index in the tree, from 0. */
  readonly seq: number;
  readonly type: EntryType;
  /** `opaqueCase` of the case; null for what concerns the deployment as a whole. */
  readonly case: string | null;
  /** SHA-256 (hex) of the thing recorded; of a sealed bundle, its `bundleDigest`. */
  readonly digest: string;
  /** SHA-256 (hex) of the sealed bundle's `attestation/statement.json`, or of the finding as it was received (`data/findings/` of the bundles); exactly where `v` is 2. */
  readonly statement?: string;
  /** ISO 8601 UTC with milliseconds, as the writer's clock had it. */
  readonly at: string;
  /** Leaf hash (hex) of the case's entry before this one; null for its first, and where `case` is null. */
  readonly prevCase: string | null;
}

/** The leaf's bytes: canonical JSON (RFC 8785). */
export const entryBytes = (entry: LedgerEntry): Uint8Array => canonicalBytes(entry);

export const entryHash = (bytes: Uint8Array): string => Buffer.from(leafHash(bytes)).toString("hex");

/**
 * The name of a case in the ledger. Salted with the log's origin, so that two deployments' ledgers cannot be joined,
 * and without a secret, so that whoever holds a bundle can compute it offline.
 */
export const opaqueCase = (origin: string, caseId: string): string => sha256Hex(`cordon/case\n${origin}\n${caseId}`);

/** Parses a leaf. Faults: LIMIT over 1 KiB; JSON for bytes that are not canonical or not exactly an entry. */
export function parseEntry(bytes: Uint8Array): LedgerEntry {
  if (bytes.length > MAX_ENTRY_BYTES) throw new EvidenceError("LIMIT", `ledger entry over ${MAX_ENTRY_BYTES} bytes`);
  const value = parseCanonicalJson(bytes);
  const hasStatement = typeof value === "object" && value !== null && "v" in value && value.v === 2;
  assertMembers(value, hasStatement ? STATEMENT_MEMBERS : MEMBERS, "ledger entry");
  const wrong = faultsOf(value);
  if (wrong.length > 0)
    throw new EvidenceError("JSON", printable(`ledger entry: not as expected: ${wrong.join(", ")}`));
  return value as unknown as LedgerEntry;
}

export const isInstant = (value: unknown): value is string =>
  typeof value === "string" && INSTANT.test(value) && toIso(value) === value;

function faultsOf(entry: Readonly<Record<string, unknown>>): readonly string[] {
  const isHash = (value: unknown): boolean => typeof value === "string" && HEX_256.test(value);
  const ofCase = (CASE_ENTRY_TYPES as readonly unknown[]).includes(entry.type);
  const right: Record<(typeof MEMBERS)[number], boolean> = {
    v:
      entry.v === 1 ||
      (entry.v === 2 && (STATEMENT_TYPES as readonly unknown[]).includes(entry.type) && isHash(entry.statement)),
    seq: Number.isSafeInteger(entry.seq) && (entry.seq as number) >= 0,
    type: (ENTRY_TYPES as readonly unknown[]).includes(entry.type),
    case: ofCase ? isHash(entry.case) : entry.case === null || (entry.type === "break-glass" && isHash(entry.case)),
    digest: isHash(entry.digest),
    at: isInstant(entry.at),
    prevCase: entry.prevCase === null || (entry.case !== null && isHash(entry.prevCase)),
  };
  return MEMBERS.filter((name) => !right[name]);
}

function toIso(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? "" : new Date(time).toISOString();
}
