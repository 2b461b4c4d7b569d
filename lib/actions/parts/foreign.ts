/** Statements that let somebody outside the account in. */
import {
  isSame,
  type Principal,
  readPolicy,
  removeStatements,
  type Statement,
  statementsOf,
  toList,
} from "../../core/plan/policyDocument.ts";

/** Allows everybody, another account, or one of its principals. Services and federated logins are not judged. */
export const isForeignGrant = (statement: Statement, accountId: string): boolean =>
  statement.Effect === "Allow" &&
  (statement.NotPrincipal !== undefined || namesForeigner(statement.Principal, accountId));

const namesForeigner = (principal: Principal | undefined, accountId: string): boolean => {
  if (principal === undefined) return false;
  if (principal === "*") return true;
  return (
    toList(principal.AWS).some((name) => name === "*" || accountIn(name) !== accountId) ||
    principal.CanonicalUser !== undefined
  );
};

/** `123456789012` or the account of an ARN. What is neither is a deleted principal's id: nobody's any more. */
const accountIn = (name: string): string | null =>
  /^\d{12}$/.test(name) ? name : (/^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(name)?.[1] ?? null);

/** The text without those foreign grants that the thief put there, word for word; null when nothing is left. */
export const withoutForeignGrants = (text: string, thiefs: readonly Statement[], accountId: string): string | null =>
  removeStatements(
    text,
    (statement) => isForeignGrant(statement, accountId) && thiefs.some((theirs) => isSame(theirs, statement)),
  );

/** Statements of a document in an event: an object, or JSON text; none where it is neither. */
export const statementsIn = (document: unknown): readonly Statement[] => {
  try {
    return statementsOf(readPolicy(typeof document === "string" ? document : JSON.stringify(document)));
  } catch {
    return [];
  }
};
