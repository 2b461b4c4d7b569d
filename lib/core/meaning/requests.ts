/** Reading a recorded request, which is the caller's own text: anything may be missing, or be of another kind. */
import { readPolicy, type Statement, statementsOf, toList } from "../plan/policyDocument.ts";

export type Doc = Readonly<Record<string, unknown>>;

export const isDoc = (value: unknown): value is Doc =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at `a.b.c`; a list on the way is looked into at its first element. */
export const at = (doc: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => {
    const one = Array.isArray(value) ? value[0] : value;
    return isDoc(one) ? one[name] : undefined;
  }, doc);

/** The first of the paths that holds a text or a number; null where none does. */
export const textAt = (doc: unknown, ...paths: readonly string[]): string | null => {
  const found = paths
    .map((path) => at(doc, path))
    .find((value) => typeof value === "string" || typeof value === "number");
  return found === undefined || found === "" ? null : String(found);
};

/** Every element of the list at a path, or the one value there. */
export const listAt = (doc: unknown, path: string): readonly unknown[] => {
  const value = at(doc, path);
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
};

/** What stands after the last `/` or `:` of an ARN; other texts as they are. */
export const shortName = (name: string): string =>
  name.startsWith("arn:") ? (name.split(/[/:]/).at(-1) ?? name) : name;

/** Whom Allow statements let in, and to what. Accounts are 12 digits, sorted; `own` is left out. */
export interface Grantees {
  readonly everybody: boolean;
  /** Everybody, but only under a condition of the policy's own. */
  readonly conditional: boolean;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

const NO_GRANTEES: Grantees = { everybody: false, conditional: false, accounts: [], actions: [] };

/** Reads a policy, parsed or as text; what is no policy grants nothing to anybody that we could name. */
export const granteesOf = (policy: unknown, own: string | null): Grantees => {
  const allows = statementsIn(policy).filter(({ Effect }) => Effect === "Allow");
  const everybody = allows.filter(isForEverybody);
  const accounts = allows.flatMap(({ Principal, Condition }) => accountsIn([Principal, Condition]));
  return allows.length === 0
    ? NO_GRANTEES
    : {
        everybody: everybody.some(({ Condition }) => Condition === undefined),
        conditional: everybody.some(({ Condition }) => Condition !== undefined),
        accounts: [...new Set(accounts)].filter((account) => account !== own).sort(),
        actions: [...new Set(allows.flatMap(({ Action }) => textsIn(Action)))].sort(),
      };
};

export const statementsIn = (policy: unknown): readonly Statement[] => {
  if (policy === undefined || policy === null) return [];
  try {
    return statementsOf(readPolicy(typeof policy === "string" ? policy : JSON.stringify(policy)));
  } catch {
    return [];
  }
};

const isForEverybody = ({ Principal, NotPrincipal }: Statement): boolean =>
  NotPrincipal !== undefined ||
  Principal === "*" ||
  (isDoc(Principal) && toList(Principal.AWS as string | readonly string[] | undefined).includes("*"));

const textsIn = (value: string | readonly string[] | undefined): readonly string[] =>
  toList(value).filter((one) => typeof one === "string");

/** Account ids standing alone or in an IAM or STS ARN, anywhere below. */
export const accountsIn = (value: unknown): readonly string[] =>
  [...(JSON.stringify(value) ?? "").matchAll(/"(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?=[":])/g)].map(
    ([, account]) => account!,
  );

/** What the Allow statements of an identity's policy permit: `*:*`, or the actions, a few at most. */
export const permitted = (policy: unknown): string | null => {
  const allows = statementsIn(policy).filter(({ Effect }) => Effect === "Allow");
  if (allows.length === 0) return null;
  const all = allows.some(
    ({ Action, NotAction, Resource }) =>
      (textsIn(Action).includes("*") || NotAction !== undefined) && textsIn(Resource).includes("*"),
  );
  const actions = [...new Set(allows.flatMap(({ Action }) => textsIn(Action)))].sort();
  return all ? "*:*" : few(actions, 4);
};

/** `a, b, c and 4 more`. */
export const few = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
