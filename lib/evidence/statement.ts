import { EvidenceError, printable } from "../base/evidenceError.ts";
import { parseCanonicalJson } from "../base/jcs.ts";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPES = {
  evidenceBundle: "https://cordon.dev/evidence-bundle/v1",
  redactedCopy: "https://cordon.dev/redacted-copy/v1",
  plan: "https://cordon.dev/plan/v1",
  approval: "https://cordon.dev/approval/v1",
  review: "https://cordon.dev/review/v1",
  mark: "https://cordon.dev/mark/v1",
  trustRoot: "https://cordon.dev/trust-root/v1",
} as const;
export type PredicateType = (typeof PREDICATE_TYPES)[keyof typeof PREDICATE_TYPES];

const HEX_256 = /^[0-9a-f]{64}$/;

/** An in-toto Statement v1 about exactly one thing, by its SHA-256: cosign refuses many subjects, and one is enough. */
export interface Statement<Predicate = unknown> {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly sha256: string } }];
  readonly predicateType: PredicateType;
  readonly predicate: Predicate;
}

/** A statement of one subject. `sha256` is hex. */
export function makeStatement<Predicate>(
  predicateType: PredicateType,
  subject: { readonly name: string; readonly sha256: string },
  predicate: Predicate,
): Statement<Predicate> {
  const { name, sha256 } = subject;
  return { _type: STATEMENT_TYPE, subject: [{ name, digest: { sha256 } }], predicateType, predicate };
}

/**
 * Parses the signed bytes of a statement of the type wanted. Faults: JSON when the bytes are not canonical or the
 * shape is another; TYPE for a statement about something else; VERSION for another version of the wanted type;
 * DOWNGRADE for a subject not named by one whole SHA-256. The predicate itself is left to the caller.
 */
export function parseStatement(bytes: Uint8Array, wanted: PredicateType): Statement {
  const value = parseCanonicalJson(bytes);
  assertMembers(value, ["_type", "predicate", "predicateType", "subject"], "statement");
  assertType(value._type, STATEMENT_TYPE);
  assertType(value.predicateType, wanted);
  return makeStatement(wanted, parseSubject(value.subject), value.predicate);
}

/** Narrows to an object with exactly these members; `code` JSON unless told otherwise. */
export function assertMembers(
  value: unknown,
  names: readonly string[],
  where: string,
  code: "JSON" | "PREDICATE" | "DOWNGRADE" = "JSON",
): asserts value is Readonly<Record<string, unknown>> {
  const got = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value).sort() : [];
  if (got.join() !== [...names].sort().join()) {
    throw new EvidenceError(
      code,
      printable(`${where}: expected exactly the members ${names.join(", ")}, got ${got.join(", ")}`),
    );
  }
}

/** Type URIs end in `/v<number>`: the same URI of another version is a VERSION fault, any other a TYPE fault. */
function assertType(got: unknown, wanted: string): void {
  if (got === wanted) return;
  const family = wanted.replace(/[0-9]+$/, "");
  const isOtherVersion = typeof got === "string" && got.startsWith(family);
  throw new EvidenceError(isOtherVersion ? "VERSION" : "TYPE", printable(`expected ${wanted}, got ${String(got)}`));
}

function parseSubject(subject: unknown): { readonly name: string; readonly sha256: string } {
  const [only, ...others] = Array.isArray(subject) ? subject : [];
  if (only === undefined || others.length > 0) throw new EvidenceError("JSON", "expected exactly one subject");
  assertMembers(only, ["digest", "name"], "subject");
  assertMembers(only.digest, ["sha256"], "subject digest", "DOWNGRADE");
  const { name, digest } = only as { name: unknown; digest: { sha256: unknown } };
  if (typeof name !== "string" || name === "") throw new EvidenceError("JSON", "expected a subject name");
  if (typeof digest.sha256 !== "string" || !HEX_256.test(digest.sha256)) {
    throw new EvidenceError("DOWNGRADE", "expected 64 lower-case hex digits of SHA-256 as the subject's digest");
  }
  return { name, sha256: digest.sha256 };
}
