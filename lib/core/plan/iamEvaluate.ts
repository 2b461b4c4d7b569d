/**
 * Does this document deny this request? A small evaluator for the statements that Cordon writes, used to prove that a
 * cut holds. It looks at explicit denies only: it never says that something is allowed. What it does not understand
 * makes the answer `unknown`, never `not-denied`. Limits: no policy variables, no `NotPrincipal`, no set operators
 * (`ForAnyValue:`), no numeric, binary or null operators, no `NotIpAddress`; nothing of SCPs, RCPs or session policies.
 * Source of the rules: IAM user guide, "IAM JSON policy elements: Condition operators" and "Policy evaluation logic".
 */
import { BlockList, isIP } from "node:net";
import {
  type Conditions,
  type PolicyDocument,
  type Principal,
  readPolicy,
  type Statement,
  statementsOf,
  toList,
} from "./policyDocument.ts";

/** One request. `context` holds condition keys (`aws:PrincipalArn`, `aws:userid`, …) that the request would carry. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

export type DenyAnswer =
  | { readonly is: "denied"; readonly sid: string | null }
  | { readonly is: "not-denied" }
  | { readonly is: "unknown"; readonly why: string };

type Truth = boolean | "unknown";
type Compare = (wanted: string, actual: string) => Truth;

const negated =
  (compare: Compare): Compare =>
  (wanted, actual) => {
    const truth = compare(wanted, actual);
    return truth === "unknown" ? truth : !truth;
  };

const equalText: Compare = (wanted, actual) => wanted === actual;
const likeText: Compare = (wanted, actual) => matches(wanted, actual);
const likeArn: Compare = (wanted, actual) => matchesArn(wanted, actual);
const inRange: Compare = (wanted, actual) => inCidr(wanted, actual);
const sameBool: Compare = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();
const byDate =
  (holds: (actual: number, wanted: number) => boolean): Compare =>
  (wanted, actual) =>
    Number.isNaN(Date.parse(wanted)) || Number.isNaN(Date.parse(actual))
      ? "unknown"
      : holds(Date.parse(actual), Date.parse(wanted));

const OPERATORS: Readonly<Record<string, { readonly compare: Compare; readonly negative: boolean }>> = {
  StringEquals: { compare: equalText, negative: false },
  StringNotEquals: { compare: negated(equalText), negative: true },
  StringLike: { compare: likeText, negative: false },
  StringNotLike: { compare: negated(likeText), negative: true },
  ArnEquals: { compare: likeArn, negative: false },
  ArnLike: { compare: likeArn, negative: false },
  ArnNotEquals: { compare: negated(likeArn), negative: true },
  ArnNotLike: { compare: negated(likeArn), negative: true },
  IpAddress: { compare: inRange, negative: false },
  Bool: { compare: sameBool, negative: false },
  DateLessThan: { compare: byDate((actual, wanted) => actual < wanted), negative: false },
  DateLessThanEquals: { compare: byDate((actual, wanted) => actual <= wanted), negative: false },
  DateGreaterThan: { compare: byDate((actual, wanted) => actual > wanted), negative: false },
  DateGreaterThanEquals: { compare: byDate((actual, wanted) => actual >= wanted), negative: false },
};

/** The answer over all statements: one that certainly denies decides; else one that is not understood leaves it open. */
export const explicitDeny = (policyText: string, request: AccessRequest): DenyAnswer => denierOf(policyText)(request);

/** The same for many requests: the document is read once. */
export const denierOf = (policyText: string): ((request: AccessRequest) => DenyAnswer) => {
  const policy = readableOrNull(policyText);
  if (policy === null) return () => ({ is: "unknown", why: "the document cannot be read" });
  const denies = statementsOf(policy).filter((statement) => statement.Effect === "Deny");
  return (request) => answerOf(denies, request);
};

const answerOf = (denies: readonly Statement[], request: AccessRequest): DenyAnswer => {
  const verdicts = denies.map((statement) => ({ statement, applies: applies(statement, request) }));
  const denying = verdicts.find(({ applies }) => applies === true);
  if (denying !== undefined) return { is: "denied", sid: denying.statement.Sid ?? null };
  const open = verdicts.find(({ applies }) => applies === "unknown");
  if (open === undefined) return { is: "not-denied" };
  return { is: "unknown", why: `statement ${open.statement.Sid ?? "without id"} is not understood` };
};

const readableOrNull = (text: string): PolicyDocument | null => {
  try {
    return readPolicy(text);
  } catch {
    return null;
  }
};

/**
 * IAM's wildcards: `*` any characters, `?` one. Written out, not as a regular expression, because patterns come from
 * policies that an actor may have written: this takes at most pattern × text steps.
 */
export const matches = (pattern: string, text: string): boolean => {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
};

/** Wildcards in an ARN do not reach across its first five colons. */
export const matchesArn = (pattern: string, arn: string): boolean => {
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  return wanted.length === actual.length && wanted.every((part, index) => matches(part, actual[index]!));
};

const inCidr = (range: string, address: string): Truth => {
  const [base = "", bits = isIP(base) === 6 ? "128" : "32"] = range.split("/");
  if (isIP(base) === 0 || isIP(address) === 0 || !/^\d{1,3}$/.test(bits)) return "unknown";
  if (isIP(base) !== isIP(address) || Number(bits) > (isIP(base) === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isIP(base) === 6 ? "ipv6" : "ipv4");
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
};

const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
};

const applies = (statement: Statement, request: AccessRequest): Truth =>
  all([
    () => principalApplies(statement, request),
    () =>
      listed(statement.Action, statement.NotAction, (pattern) =>
        matches(pattern.toLowerCase(), request.action.toLowerCase()),
      ),
    () =>
      listed(statement.Resource, statement.NotResource, (pattern) =>
        hasVariable(pattern) ? "unknown" : matches(pattern, request.resource),
      ),
    () => conditionsHold(statement.Condition ?? {}, request.context),
  ]);

const listed = (
  positive: string | readonly string[] | undefined,
  negative: string | readonly string[] | undefined,
  test: (pattern: string) => Truth,
): Truth => {
  if (positive !== undefined) return any(toList(positive).map(test));
  const hit = any(toList(negative).map(test));
  return hit === "unknown" ? hit : !hit;
};

/** Identity policies have no principal: they are attached to it. */
const principalApplies = (statement: Statement, request: AccessRequest): Truth => {
  if (statement.NotPrincipal !== undefined) return "unknown";
  return statement.Principal === undefined ? true : namesPrincipal(statement.Principal, request);
};

const namesPrincipal = (principal: Principal, request: AccessRequest): boolean => {
  if (principal === "*") return true;
  const arn = contextValue(request.context, "aws:PrincipalArn");
  const account = contextValue(request.context, "aws:PrincipalAccount") ?? arn?.split(":")[4];
  return toList(principal.AWS).some(
    (name) =>
      name === "*" ||
      name === arn ||
      (account !== undefined && (name === account || /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1] === account)),
  );
};

const conditionsHold = (conditions: Conditions, context: AccessRequest["context"]): Truth =>
  all(
    Object.entries(conditions).flatMap(([operator, byKey]) =>
      Object.entries(byKey).map(
        ([key, wanted]) =>
          () =>
            conditionHolds(operator, key, toList(wanted as string | readonly string[]).map(String), context),
      ),
    ),
  );

/** A key that the request does not carry fails a positive operator, passes a negative one and one with `IfExists`. */
const conditionHolds = (
  name: string,
  key: string,
  wanted: readonly string[],
  context: AccessRequest["context"],
): Truth => {
  const ifExists = name.endsWith("IfExists");
  const operator = OPERATORS[ifExists ? name.slice(0, -"IfExists".length) : name];
  if (operator === undefined || wanted.some(hasVariable)) return "unknown";
  const actual = contextValue(context, key);
  if (actual === undefined) return ifExists || operator.negative;
  const results = wanted.map((value) => operator.compare(value, actual));
  return operator.negative ? all(results.map((result) => () => result)) : any(results);
};

const hasVariable = (text: string): boolean => text.includes("${");

/** Names of condition keys are case-insensitive. */
const contextValue = (context: AccessRequest["context"], key: string): string | undefined =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];

const all = (tests: readonly (() => Truth)[]): Truth => {
  const results = tests.map((test) => test());
  if (results.includes(false)) return false;
  return results.includes("unknown") ? "unknown" : true;
};

const any = (results: readonly Truth[]): Truth => {
  if (results.includes(true)) return true;
  return results.includes("unknown") ? "unknown" : false;
};
