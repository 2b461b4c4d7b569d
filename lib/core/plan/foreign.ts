/** Statements that let somebody outside the account in, and the policy without those that the actor let in. */
import { changeStatements, withPrincipals } from "./mergePolicy.ts";
import { type Conditions, type Principal, readPolicy, type Statement, statementsOf, toList } from "./policyDocument.ts";
import { isSameStatement } from "./samePolicy.ts";

/**
 * Allows everybody, another account, one of its principals, or a service that acts for another account. Conditions that
 * keep a grant inside the account make it no foreign one; of an organisation or an endpoint nobody here can say whose it is.
 */
export const isForeignGrant = (statement: Statement, accountId: string): boolean =>
  statement.Effect === "Allow" &&
  (isForEverybody(statement, accountId) || foreignNames(statement.Principal, accountId).length > 0);

/**
 * The text without those outsiders that the actor's statements let in, judged in the policy as it is now: only the
 * outsider goes out of a statement, whoever stands beside it stays. Null when nothing is left.
 */
export const withoutForeignGrants = (text: string, actors: readonly Statement[], accountId: string): string | null => {
  const theirs = new Set(actors.flatMap(({ Principal }) => foreignNames(Principal, accountId)));
  return changeStatements(text, (statement) => {
    if (statement.Effect !== "Allow") return statement;
    if (isForEverybody(statement, accountId))
      return actors.some((other) => isSameStatement(other, statement)) ? null : statement;
    const out = foreignNames(statement.Principal, accountId).filter((name) => theirs.has(name));
    return out.length === 0 ? statement : withoutNames(statement, new Set(out));
  });
};

/**
 * Lets logins of an identity provider in. The provider is the account's own, and whose logins a condition on a subject lets
 * through (a repository, an application) nobody here can tell.
 */
export const letsLoginsIn = ({ Effect, Principal }: Statement): boolean =>
  Effect === "Allow" && Principal !== undefined && Principal !== "*" && Principal.Federated !== undefined;

/**
 * Allows everybody whom a condition lets through of which nobody here can say whose it is: of one organisation, from one
 * network or endpoint. It may be the owner's, and it may be the actor's.
 */
export const isDoubtfulGrant = (statement: Statement, accountId: string): boolean =>
  statement.Effect === "Allow" &&
  !isForeignGrant(statement, accountId) &&
  isForAnybody(statement.Principal) &&
  limitsOf(statement.Condition ?? {}).includes(null);

/** Whom of the account itself a statement names: `account <id>` for all of it, ARNs for the others. */
export const insidersIn = ({ Effect, Principal, Condition }: Statement, accountId: string): readonly string[] => {
  if (Effect !== "Allow" || Principal === undefined) return [];
  const limits = limitsOf(Condition ?? {});
  if (isForAnybody(Principal))
    return limits.length > 0 && limits.every((one) => one === accountId) ? [`account ${accountId}`] : [];
  const names = Principal === "*" ? [] : toList(Principal.AWS).filter((name) => accountIn(name) === accountId);
  return [...new Set(names.map(nameOf))];
};

/** The text without this name of the account in any statement that allows. Null when nothing is left. */
export const withoutInsider = (text: string, insider: string, accountId: string): string | null =>
  changeStatements(text, (statement) => {
    if (!insidersIn(statement, accountId).includes(insider)) return statement;
    return isForAnybody(statement.Principal) ? null : withoutNames(statement, new Set([insider]));
  });

/** The text without the statements that say the same as these of the actor's. Null when nothing is left. */
export const withoutTheSame = (text: string, actors: readonly Statement[]): string | null =>
  changeStatements(text, (statement) =>
    statement.Effect === "Allow" && actors.some((other) => isSameStatement(other, statement)) ? null : statement,
  );

const withoutNames = (statement: Statement, out: ReadonlySet<string>): Statement | null => {
  const { CanonicalUser, ...principal } = statement.Principal as Readonly<Record<string, string | readonly string[]>>;
  const users = toList(CanonicalUser).filter((name) => !out.has(`canonical ${name}`));
  const kept = users.length === 0 ? principal : { ...principal, CanonicalUser: users };
  return withPrincipals(
    { ...statement, Principal: kept },
    toList(principal.AWS).filter((name) => !out.has(nameOf(name))),
  );
};

/** No name can be taken out of such a statement: it stands or goes as a whole. */
const isForEverybody = (statement: Statement, accountId: string): boolean => {
  const { Principal, NotPrincipal, Condition } = statement;
  if (NotPrincipal !== undefined) return true;
  if (Principal === undefined) return false;
  const isOpen = isForAnybody(Principal);
  const isService = Principal !== "*" && Principal.Service !== undefined;
  const limits = limitsOf(Condition ?? {});
  const isOthers = limits.some((account) => account !== null && account !== accountId);
  if (isOpen) return limits.length === 0 || isOthers;
  return isService && (isOthers || (limits.length === 0 && servesAnybody(statement)));
};

const isForAnybody = (principal: Principal | undefined): boolean =>
  principal === "*" || (principal !== undefined && toList(principal.AWS).includes("*"));

/** Reads for everybody who has a distribution, unless a condition says for whose (CloudFront guide, Origin access control). */
const SERVES_ANYBODY = "cloudfront.amazonaws.com";

const servesAnybody = ({ Principal }: Statement): boolean =>
  Principal !== undefined && Principal !== "*" && toList(Principal.Service).includes(SERVES_ANYBODY);

/**
 * Condition keys that say for whom a call is (IAM user guide, "AWS global condition context keys"; S3 user guide, delegating
 * access control to access points; KMS developer guide, kms:CallerAccount).
 */
const LIMITS =
  /^(?:aws:(?:principalaccount|principalarn|principalorgid|principalorgpaths|sourceaccount|sourcearn|sourcevpce|sourcevpc|sourceorgid)|s3:dataaccesspoint(?:account|arn)|kms:calleraccount)$/;

/** Operators that hold for one of the values only: a key that is missing, or merely present, limits nobody. */
const LIMITING = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/i;

/** The accounts that conditions limit a grant to; null for a limit whose owner cannot be told from it. */
const limitsOf = (conditions: Conditions): readonly (string | null)[] =>
  Object.entries(conditions).flatMap(([operator, byKey]) =>
    !LIMITING.test(operator)
      ? []
      : Object.entries(byKey).flatMap(([key, values]) =>
          LIMITS.test(key.toLowerCase()) ? limitsIn(values as string | readonly string[]) : [],
        ),
  );

/** One value that fits everybody makes the others no limit. */
const limitsIn = (values: string | readonly string[]): readonly (string | null)[] => {
  const texts = toList(values).map(String);
  return texts.some(fitsAnybody) ? [] : texts.map(limitOf);
};

/** A pattern that leaves open whose it is: the account of an ARN, or the id of an organisation, an endpoint, a network. */
const fitsAnybody = (value: string): boolean =>
  /[*?]/.test((value.startsWith("arn:") ? value.split(":")[4] : value.split("/")[0]) ?? "*");

const limitOf = (value: string): string | null =>
  /^\d{12}$/.test(value) ? value : (/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(value)?.[1] ?? null);

/** Outsiders by one name each, whichever way they are spelt. */
const foreignNames = (principal: Principal | undefined, accountId: string): readonly string[] => {
  if (principal === undefined || principal === "*") return [];
  const names = toList(principal.AWS).filter((name) => name !== "*" && isForeign(name, accountId));
  return [...names.map(nameOf), ...toList(principal.CanonicalUser).map((name) => `canonical ${name}`)];
};

/**
 * `123456789012` or the account of an ARN. What is neither is a deleted principal's id, nobody's any more, or an origin
 * access identity of CloudFront, which says of no account whose it is.
 */
const isForeign = (name: string, accountId: string): boolean => {
  const account = accountIn(name);
  return account !== null && account !== accountId;
};

const nameOf = (name: string): string => (isAccount(name) ? `account ${accountIn(name)}` : name);
const isAccount = (name: string): boolean => /^\d{12}$/.test(name) || /^arn:[^:]+:iam::\d{12}:root$/.test(name);
const accountIn = (name: string): string | null =>
  /^\d{12}$/.test(name) ? name : (/^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(name)?.[1] ?? null);

/** Statements of a document in an event: an object, or JSON text. Throws where it is neither, or one has no form that AWS takes. */
export const readStatements = (document: unknown): readonly Statement[] => {
  const statements = statementsOf(readPolicy(typeof document === "string" ? document : JSON.stringify(document)));
  if (!statements.every(isWellFormed)) throw new TypeError("a principal or a condition has no form that AWS takes");
  return statements;
};

/** The same; none where it is neither, and without those that AWS would never have taken: a log can hold anything. */
export const statementsIn = (document: unknown): readonly Statement[] => {
  try {
    const policy = readPolicy(typeof document === "string" ? document : JSON.stringify(document));
    return statementsOf(policy).filter(isWellFormed);
  } catch {
    return [];
  }
};

const isWellFormed = ({ Principal, NotPrincipal, Condition }: Statement): boolean =>
  [Principal, NotPrincipal].every((one) => typeof one === "string" || isMap(one, isTexts)) &&
  isMap(Condition, (byKey) => isMap(byKey, () => true));

const isMap = (value: unknown, holds: (member: unknown) => boolean): boolean =>
  value === undefined ||
  (typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(holds));

const isTexts = (value: unknown): boolean => [value].flat().every((one) => typeof one === "string");
