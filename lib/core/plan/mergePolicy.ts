/** Statements put into a document that AWS holds, and taken out again; those of others stay as they are. */
import {
  type PolicyDocument,
  type Principal,
  policyOf,
  readPolicy,
  type Statement,
  statementsOf,
  toList,
} from "./policyDocument.ts";
import { isDeadPrincipal, isSamePolicy, isSameStatement } from "./samePolicy.ts";

/**
 * Adds statements; one of ours with the same Sid is replaced in its place. The text comes back unchanged when it says
 * all of them already, however it is spelt, so that a repeated merge asks for no change.
 */
export const mergeStatements = (text: string | null, ours: readonly Statement[]): string => {
  if (text === null) return policyOf(ours);
  const policy = readPolicy(text);
  const present = statementsOf(policy);
  if (ours.every((statement) => present.some((other) => isSameWithId(statement, other)))) return text;
  const bySid = new Map(ours.map((statement) => [statement.Sid, statement]));
  const kept = present.map((statement) =>
    statement.Sid === undefined ? statement : (bySid.get(statement.Sid) ?? statement),
  );
  const added = ours.filter((statement) => !present.some((other) => other.Sid === statement.Sid));
  return written(policy, [...new Set([...kept, ...added])])!;
};

/** Takes statements out. Null when none is left; the text itself when nothing was taken out. */
export const removeStatements = (text: string, remove: (statement: Statement) => boolean): string | null =>
  changeStatements(text, (statement) => (remove(statement) ? null : statement));

/** Each statement as `change` wants it, null to take it out. Null when none is left; the text itself when nothing changed. */
export const changeStatements = (text: string, change: (statement: Statement) => Statement | null): string | null => {
  const policy = readPolicy(text);
  const present = statementsOf(policy);
  const changed = present.map(change);
  if (changed.every((statement, index) => statement === present[index])) return text;
  return written(
    policy,
    changed.filter((statement) => statement !== null),
  );
};

/**
 * The document without our statements: the text that was there before where nothing else changed since, else what others
 * made of it. Null when nothing is left.
 */
export const takenBack = (
  text: string,
  before: string | null,
  isOurs: (statement: Statement) => boolean,
): string | null => {
  const rest = removeStatements(text, isOurs);
  if (rest === text) return text;
  return before !== null && isSamePolicy(rest, before) ? withoutDead(before) : rest;
};

/** The text as a service will take it back: it refuses principals that were deleted since, and they are nobody's. */
export const withoutDead = (text: string): string | null => changeStatements(text, living);

const isSameWithId = (ours: Statement, other: Statement): boolean =>
  ours.Sid === other.Sid && isSameStatement(ours, other);

const written = (policy: PolicyDocument, statements: readonly Statement[]): string | null => {
  const kept = statements.map(living).filter((statement) => statement !== null);
  return kept.length === 0 ? null : JSON.stringify({ ...policy, Statement: kept });
};

/** The statement without deleted principals; null when it speaks of nobody then. All but nobody is everybody. */
const living = (statement: Statement): Statement | null => {
  const { NotPrincipal, ...rest } = statement;
  if (hasDead(NotPrincipal)) {
    const { Principal } = withPrincipals({ ...rest, Principal: NotPrincipal! }, alive(NotPrincipal)) ?? {};
    return Principal === undefined ? { ...rest, Principal: "*" } : { ...statement, NotPrincipal: Principal };
  }
  return hasDead(statement.Principal) ? withPrincipals(statement, alive(statement.Principal)) : statement;
};

const namesIn = (principal: Principal | undefined): readonly string[] =>
  principal === undefined || principal === "*" ? [] : toList(principal.AWS);
const hasDead = (principal: Principal | undefined): boolean => namesIn(principal).some(isDeadPrincipal);
const alive = (principal: Principal | undefined): readonly string[] =>
  namesIn(principal).filter((name) => !isDeadPrincipal(name));

/** The statement for these principals of AWS and no others of AWS; null when nobody is left. */
export const withPrincipals = (statement: Statement, names: readonly string[]): Statement | null => {
  const { AWS: _, ...others } = statement.Principal as Readonly<Record<string, string | readonly string[]>>;
  const principal: Principal = names.length === 0 ? others : { ...others, AWS: names.length === 1 ? names[0]! : names };
  return Object.keys(principal).length === 0 ? null : { ...statement, Principal: principal };
};
