/**
 * Whether two policies say the same, though they are spelt differently. S3, IAM and KMS store a document in a spelling
 * of their own: an account id comes back as the ARN of its root, a list of one as the one, lists in another order, a
 * text URL-encoded, a deleted principal as its id (IAM user guide, "IAM JSON policy elements: Principal"; S3 user guide,
 * "Bucket policies"). Merge, verification, drift, undo and release all compare here and nowhere else.
 */

import type { State } from "../../case/plan.ts";
import { decodedDocument, parseJson, type Statement, statementsOf, toList } from "./policyDocument.ts";

type Doc = Readonly<Record<string, unknown>>;

/** Policy texts or parsed documents; what cannot be read as a policy is the same only as itself. */
export const isSamePolicy = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  const [first, second] = [canonicalPolicy(a), canonicalPolicy(b)];
  return first !== null && first === second;
};

/** Two statements that allow or deny the same; their ids do not matter. */
export const isSameStatement = (a: Statement, b: Statement): boolean => grantOf(a) === grantOf(b);

/** Two captured states, policies in them compared by what they say and everything else by its value. */
export const isSameState = (a: State | null, b: State | null): boolean => canonicalState(a) === canonicalState(b);

/** A text that is equal for states that are the same. */
export const canonicalState = (state: State | null): string => JSON.stringify(canonicalIn(state));

const canonicalIn = (value: unknown): unknown => {
  if (typeof value === "string") return canonicalPolicy(value) ?? value;
  if (Array.isArray(value)) return value.map(canonicalIn);
  if (typeof value !== "object" || value === null) return value;
  return inOrder(Object.entries(value).map(([name, member]) => [name, canonicalIn(member)]));
};

/** Null where it is no policy document. A document without a version is one of 2008 (IAM user guide, Version). */
const canonicalPolicy = (value: unknown): string | null => {
  try {
    const policy = typeof value === "string" ? parseJson(decodedDocument(value)) : value;
    if (typeof policy !== "object" || policy === null || !("Statement" in policy)) return null;
    const { Version = "2008-10-17" } = policy as Doc;
    const statements = statementsOf(policy as Parameters<typeof statementsOf>[0]).map(
      (statement) => `${statement.Sid ?? ""} ${grantOf(statement)}`,
    );
    return JSON.stringify([Version, sortedSet(statements.filter((text) => !text.endsWith(NOBODY)))]);
  } catch {
    return null;
  }
};

const NOBODY = "nobody";

/** What a statement says, without its id. One that names only deleted principals speaks of nobody. */
const grantOf = (statement: Statement): string => {
  const { Sid: _, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition, ...rest } = statement;
  const principal = principalsOf(Principal);
  if (principal !== undefined && principal.length === 0) return NOBODY;
  return JSON.stringify(
    inOrder([
      ...Object.entries(rest).map(([name, value]) => [name, plainly(value)] as const),
      ["Principal", principal],
      ["NotPrincipal", principalsOf(NotPrincipal)],
      ["Action", textsOf(Action, (name) => name.toLowerCase())],
      ["NotAction", textsOf(NotAction, (name) => name.toLowerCase())],
      ["Resource", textsOf(Resource)],
      ["NotResource", textsOf(NotResource)],
      ["Condition", conditionsOf(Condition)],
    ]),
  );
};

const textsOf = (value: unknown, spell: (text: string) => string = (text) => text): readonly string[] | undefined =>
  value === undefined ? undefined : sortedSet(toList(value).map((one) => spell(textOf(one))));

/** Everybody may be written in two ways (IAM user guide, "AWS JSON policy elements: Principal"). */
const principalsOf = (principal: unknown): readonly string[] | undefined => {
  if (principal === undefined) return undefined;
  if (typeof principal !== "object" || principal === null) return [`AWS ${textOf(principal)}`];
  const names = Object.entries(principal).flatMap(([kind, values]) =>
    toList(values as unknown).map((name) => `${kind} ${kind === "AWS" ? accountAsRoot(textOf(name)) : textOf(name)}`),
  );
  return sortedSet(names.filter((name) => !isDeadPrincipal(name.slice("AWS ".length))));
};

const accountAsRoot = (name: string): string => {
  const account = /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1] ?? (/^\d{12}$/.test(name) ? name : null);
  return account === null ? name : `account ${account}`;
};

/** Services show a principal that was deleted by its unique id, and refuse to be given that (re:Post, invalid principal). */
export const isDeadPrincipal = (name: string): boolean => /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(name);

/** Names of condition keys do not depend on case, values are texts, and dates and truths have several spellings. */
const conditionsOf = (conditions: unknown): unknown => {
  if (typeof conditions !== "object" || conditions === null) return conditions;
  return inOrder(
    Object.entries(conditions).map(([operator, byKey]) => [
      operator,
      inOrder(
        Object.entries((byKey ?? {}) as Doc).map(([key, values]) => [
          key.toLowerCase(),
          textsOf(values, (text) => spelt(operator, text)),
        ]),
      ),
    ]),
  );
};

const spelt = (operator: string, text: string): string => {
  if (/^(?:Bool|Null)/.test(operator)) return text.toLowerCase();
  if (!/^Date/.test(operator) || Number.isNaN(Date.parse(text))) return text;
  return new Date(text).toISOString();
};

/** Numbers come as they are written: `parseJson` keeps what a double cannot hold. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(plainly(value)));

/** Members of an object sorted by name, all the way down. */
export const plainly = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== "object" || value === null || isRawNumber(value)) return value;
  return inOrder(Object.entries(value).map(([name, member]) => [name, plainly(member)]));
};

const isRawNumber = (value: object): boolean => "rawJSON" in value && Object.getPrototypeOf(value) === null;

const inOrder = (members: readonly (readonly [string, unknown])[]): Doc =>
  Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const sortedSet = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
