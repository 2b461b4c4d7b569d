/**
 * Policy documents (IAM user guide, "Grammar of the IAM JSON policy language"). A document is handled as parsed JSON
 * and never normalised: statements that are not ours come out exactly as they went in. Putting a document back does
 * not go through here at all: captured state keeps the original text.
 */
import { CordonError, type Fault } from "../../base/errors.ts";

export type PolicyKind = "identity" | "trust" | "resource";

export type Principal = "*" | Readonly<Record<string, string | readonly string[]>>;
export type Conditions = Readonly<
  Record<string, Readonly<Record<string, string | boolean | number | readonly string[]>>>
>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Conditions;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

const VERSIONS: readonly unknown[] = [undefined, "2008-10-17", "2012-10-17"];
const STATEMENT_MEMBERS = new Set(
  "Sid,Effect,Principal,NotPrincipal,Action,NotAction,Resource,NotResource,Condition".split(","),
);

/** Parses a policy text of one kind; all faults at once. Throws INPUT_INVALID. */
export const parsePolicy = (text: string, kind: PolicyKind): PolicyDocument => {
  const value = parseJson(text);
  const faults = policyFaults(value, kind);
  if (faults.length > 0) {
    const first = faults[0]!;
    throw new CordonError("INPUT_INVALID", `policy: ${first.path}: expected ${first.expected}, got ${first.got}`, {
      faults,
    });
  }
  return value as unknown as PolicyDocument;
};

/**
 * Reads a document that AWS holds already. Only its outline is checked: what AWS accepted is not ours to refuse.
 * Throws INPUT_INVALID.
 */
export const readPolicy = (text: string): PolicyDocument => {
  const value = parseJson(text);
  if (isObject(value) && toList(value.Statement).every(isObject)) return value as unknown as PolicyDocument;
  throw new CordonError("INPUT_INVALID", `policy: expected an object with statements, got ${shown(value)}`);
};

export const toList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export const statementsOf = (policy: PolicyDocument): readonly Statement[] => toList(policy.Statement);

/** A compact document of these statements alone. */
export const policyOf = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Characters that IAM counts against its limits: white space between tokens is free (IAM quotas). */
export const countedLength = (text: string): number => {
  try {
    return JSON.stringify(JSON.parse(text)).length;
  } catch {
    return text.length;
  }
};

/** The text of a document as IAM returns it: URL-encoded (RFC 3986), or already decoded by a client. */
export const decodedDocument = (value: unknown): string => {
  const text = String(value ?? "");
  try {
    return text.trimStart().startsWith("{") ? text : decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Equal as JSON values; the order of members does not matter, the order of lists does. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Every fault of a value taken for a policy document of this kind; empty when AWS would take it. */
export const policyFaults = (value: unknown, kind: PolicyKind): readonly Fault[] => {
  if (!isObject(value)) return [{ path: "$", expected: "a JSON object", got: shown(value) }];
  const statements = toList(value.Statement);
  const sids = statements.filter(isObject).flatMap((statement) => (statement.Sid === undefined ? [] : [statement.Sid]));
  return [
    ...expectThat(VERSIONS.includes(value.Version), "$.Version", "2012-10-17 or 2008-10-17", value.Version),
    ...expectThat(statements.length > 0, "$.Statement", "at least one statement", value.Statement),
    ...expectThat(new Set(sids).size === sids.length, "$.Statement[*].Sid", "unique statement ids", sids),
    ...statements.flatMap((statement, index) => statementFaults(statement, `$.Statement[${index}]`, kind)),
  ];
};

const statementFaults = (value: unknown, path: string, kind: PolicyKind): readonly Fault[] => {
  if (!isObject(value)) return [{ path, expected: "a statement", got: shown(value) }];
  const strange = Object.keys(value).filter((key) => !STATEMENT_MEMBERS.has(key));
  const one = (a: string, b: string) => (value[a] === undefined) !== (value[b] === undefined);
  const principals = value.Principal !== undefined || value.NotPrincipal !== undefined;
  return [
    ...expectThat(strange.length === 0, path, "only members of a statement", strange),
    ...expectThat(value.Effect === "Allow" || value.Effect === "Deny", `${path}.Effect`, "Allow or Deny", value.Effect),
    ...expectThat(one("Action", "NotAction"), `${path}.Action`, "either Action or NotAction", value.Action),
    ...expectThat(
      kind === "trust" ? value.Resource === undefined : one("Resource", "NotResource"),
      `${path}.Resource`,
      kind === "trust" ? "no Resource" : "either Resource or NotResource",
      value.Resource,
    ),
    ...expectThat(
      kind === "identity" ? !principals : one("Principal", "NotPrincipal"),
      `${path}.Principal`,
      kind === "identity" ? "no Principal" : "either Principal or NotPrincipal",
      value.Principal,
    ),
    ...["Action", "NotAction", "Resource", "NotResource"].flatMap((member) =>
      textFaults(value[member], `${path}.${member}`),
    ),
    ...expectThat(isSid(value.Sid, kind), `${path}.Sid`, "a statement id", value.Sid),
    ...expectThat(
      value.Condition === undefined || isObject(value.Condition),
      `${path}.Condition`,
      "an object",
      value.Condition,
    ),
  ];
};

/** IAM allows letters and digits in a Sid; S3 and other resource policies also take spaces and marks. */
const isSid = (sid: unknown, kind: PolicyKind): boolean =>
  sid === undefined || (typeof sid === "string" && (kind === "resource" || /^[A-Za-z0-9]*$/.test(sid)));

const textFaults = (value: unknown, path: string): readonly Fault[] =>
  expectThat(
    toList(value).every((item) => typeof item === "string"),
    path,
    "a string or a list of strings",
    value,
  );

const expectThat = (holds: boolean, path: string, expected: string, got: unknown): readonly Fault[] =>
  holds ? [] : [{ path, expected, got: shown(got) }];

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 120);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([k, v]) => [k, sorted(v)]),
  );
};

/**
 * JSON in which numbers that a double cannot hold keep their spelling (`JSON.rawJSON`), so that a statement of somebody
 * else is written back as it was. Throws INPUT_INVALID.
 */
export const parseJson = (text: string): unknown => {
  try {
    return parseWith(text, keepNumber);
  } catch (cause) {
    const faults = [{ path: "$", expected: "JSON", got: text.slice(0, 120) }];
    throw new CordonError("INPUT_INVALID", "policy: expected JSON", { cause, faults });
  }
};

/** ES2026, "JSON.parse source text access"; the types of the language do not have it yet. */
type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

const keepNumber: Reviver = (_name, value, { source }) =>
  typeof value === "number" && source !== undefined && String(value) !== source ? rawJSON(source) : value;
