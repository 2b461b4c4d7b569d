/** How a bucket policy can name the suspects. Names come from logs: only what has the exact form of one is used. */

import type { Target } from "../../case/plan.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { Scene, Stamp } from "../../core/plan/action.ts";
import { identitiesOf } from "../../core/plan/eligibility.ts";
import type { AccessRequest } from "../../core/plan/iamEvaluate.ts";
import type { Conditions, Statement } from "../../core/plan/policyDocument.ts";
import { isListedAs } from "../../core/plan/protectedPrincipals.ts";
import { roleArnOf, stableIdOf } from "../../core/principal/principal.ts";
import { isExempt } from "./exempt.ts";
import { isReassumable } from "./reassumable.ts";

/** `ArnEquals` takes wildcards and every value takes `${…}`: neither may come in through a name. */
const ARN = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+$/;
const USER_ID = /^(?:[A-Z0-9]{16,128}|\d{12})(?::[\w+=,.@-]{2,64})?$/;
const ROLE_ID = /^AROA[A-Z0-9]{12,124}$/;
const ACCOUNT_ID = /^\d{12}$/;

/** Ways to name the suspects, space-separated as they stand in a target; no name holds a space. */
export interface ActorNames {
  readonly principalArns: string;
  readonly userIds: string;
  /** Stable ids of roles that are denied whole, under whatever session name. */
  readonly roleIds: string;
  readonly accounts: string;
  /** `yes` where nobody signed: then everybody who does not sign. */
  readonly anonymous: string;
}

/** Suspects that the deployment does not spare; what it spares is never named in a deny. */
export const deniable = (scene: Scene): readonly PrincipalRef[] =>
  scene.suspects.filter((suspect) => {
    const names = [...identitiesOf(suspect), suspect.userName];
    const isListed = scene.protected.principals.some((entry) => isListedAs(entry, names));
    return (
      !isListed && ![suspect.arn, suspect.issuerArn].some((arn) => arn !== null && isExempt(arn, scene.exemptArns))
    );
  });

/** The narrowest name of each suspect that still covers all it can do; empty strings where there is none. */
export const actorNames = (scene: Scene, suspects: readonly PrincipalRef[]): ActorNames => {
  const of = (name: (suspect: PrincipalRef) => string | null, form: RegExp): string =>
    [...new Set(suspects.map(name))]
      .filter((value): value is string => value !== null && form.test(value))
      .sort()
      .join(" ");
  const isWhole = (suspect: PrincipalRef): boolean => isReassumable(scene, suspect);
  return {
    principalArns: of((suspect) => principalArnOf(suspect, scene), ARN),
    userIds: of((suspect) => (isWhole(suspect) ? null : userIdOf(suspect)), USER_ID),
    roleIds: of((suspect) => (isWhole(suspect) ? roleIdOf(suspect) : null), ROLE_ID),
    accounts: of((suspect) => foreignAccountOf(suspect, scene.accountId), ACCOUNT_ID),
    anonymous: suspects.some(({ type }) => type === "Anonymous") ? "yes" : "",
  };
};

/** `aws:userid` of the suspects' sessions of one role, space-separated. */
export const sessionIds = (scene: Scene, roleName: string): string => {
  const own = scene.suspects.filter(
    (suspect) =>
      suspect.type === "AssumedRole" && (suspect.userName === roleName || suspect.arn?.split("/")[1] === roleName),
  );
  const ids = own.map(userIdOf).filter((id) => id !== null);
  return [...new Set(ids)].sort().join(" ");
};

export const isNamed = (names: ActorNames): boolean => Object.values(names).some((value) => value !== "");

export const listed = (names: string | undefined): readonly string[] =>
  (names ?? "").split(" ").filter((name) => name !== "");

/** What is denied: on a resource, or, in a trust policy, of the role itself (no `Resource` there). */
export interface DeniedUse {
  readonly Action: string | readonly string[];
  readonly Resource?: readonly string[];
}

/** One statement for each way of naming, because the conditions of one statement must all hold. */
export const denyStatements = (names: Target, use: DeniedUse, stamp: Stamp): readonly Statement[] => {
  const spare: Conditions =
    stamp.exemptArns.length === 0 ? {} : { ArnNotEquals: { "aws:PrincipalArn": stamp.exemptArns } };
  const people: Conditions = { ...spare, BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
  const deny = (suffix: string, values: readonly string[], condition: Conditions): readonly Statement[] =>
    values.length === 0
      ? []
      : [{ Sid: `${stamp.sid}${suffix}`, Effect: "Deny", Principal: { AWS: "*" }, ...use, Condition: condition }];
  const [arns, accounts] = [listed(names.principalArns), listed(names.accounts)];
  const ids = userIdPatterns(names);
  return [
    ...deny("Principal", arns, { ArnEquals: { "aws:PrincipalArn": arns } }),
    ...deny("Session", ids, { StringLike: { "aws:userid": ids } }),
    ...deny("Account", accounts, { ...people, StringEquals: { "aws:PrincipalAccount": accounts } }),
    ...deny("Anonymous", listed(names.anonymous), { StringEquals: { "aws:PrincipalType": "Anonymous" } }),
  ];
};

/**
 * The same denied in as few bytes as can be, for a document that is nearly full: users whose id is known go by it alone,
 * because an id outlives every rename, and one statement does for all ids.
 */
export const smallestDenies = (names: Target, use: DeniedUse, stamp: Stamp): readonly Statement[] =>
  denyStatements(fewestNames(names), use, stamp).map((statement) => ({ ...statement, Principal: "*" }));

/** Every user of whom the id is known by that alone; all others as they are. */
export const fewestNames = (names: Target): Target => {
  const arns = listed(names.principalArns);
  const users = arns.filter((arn) => /:user\//.test(arn));
  const ids = listed(names.userIds).filter((id) => id.startsWith("AIDA"));
  return ids.length === users.length
    ? { ...names, principalArns: arns.filter((arn) => !users.includes(arn)).join(" ") }
    : names;
};

/** `aws:userid` of sessions by their names, and of all sessions of the roles that are denied whole. */
export const userIdPatterns = (names: Target): readonly string[] => [
  ...listed(names.userIds),
  ...listed(names.roleIds).map((id) => `${id}:*`),
];

/** Suffixes of the ids of `denyStatements`; `Address` was written before 0.2. */
const DENIES: readonly string[] = ["Principal", "Session", "Account", "Anonymous", "Address"];

/** Whether a statement is one that `denyStatements` wrote in this case. */
export const isOurDeny =
  ({ sid }: Stamp) =>
  ({ Sid }: Statement): boolean =>
    DENIES.some((suffix) => Sid === `${sid}${suffix}`);

/** One request for each name that the statements must stop. */
export const accessOf = (names: Target, action: string, resource: string): readonly AccessRequest[] => {
  const ask = (key: string, values: string | undefined): readonly AccessRequest[] =>
    listed(values).map((value) => ({ action, resource, context: { [key]: value } }));
  return [
    ...ask("aws:PrincipalArn", names.principalArns),
    ...ask("aws:userid", names.userIds),
    ...ask(
      "aws:userid",
      listed(names.roleIds)
        .map((id) => `${id}:any`)
        .join(" "),
    ),
    ...ask("aws:PrincipalAccount", names.accounts),
    ...ask("aws:PrincipalType", names.anonymous === "yes" ? "Anonymous" : ""),
  ];
};

/** `aws:PrincipalArn` of a role session is the ARN of the role: it would hit everybody who uses it. */
const principalArnOf = (suspect: PrincipalRef, scene: Scene): string | null => {
  if (suspect.type === "AssumedRole")
    return userIdOf(suspect) === null || isReassumable(scene, suspect)
      ? (suspect.issuerArn ?? roleArn(suspect.arn))
      : null;
  return ["IAMUser", "FederatedUser", "Root", "Role"].includes(suspect.type)
    ? (suspect.arn ?? arnByName(suspect, scene))
    : null;
};

/** GuardDuty names root and federated users by account and name alone (facts: finding format). */
const arnByName = ({ type, accountId, userName, principalId }: PrincipalRef, scene: Scene): string | null => {
  const account = accountId ?? scene.accountId;
  if (type === "Root") return `arn:${scene.partition}:iam::${account}:root`;
  const name = userName ?? principalId?.split(":")[1];
  return type === "FederatedUser" && name !== undefined
    ? `arn:${scene.partition}:sts::${account}:federated-user/${name}`
    : null;
};

const roleArn = (arn: string | null): string | null => (arn === null ? null : roleArnOf(arn));

/** `aws:userid`: `AROA…:session` for a role session, `AIDA…` for a user, `account:name` for a federated one (IAM user guide, policy variables). */
const userIdOf = (suspect: PrincipalRef): string | null => {
  const id = suspect.principalId;
  if (id === null || !USER_ID.test(id)) return null;
  switch (suspect.type) {
    case "AssumedRole":
      return id.includes(":") ? id : null;
    case "IAMUser":
      return /^AIDA[A-Z0-9]+$/.test(id) ? id : null;
    case "FederatedUser":
      return /^\d{12}:/.test(id) ? id : null;
    case "AWSAccount":
      return /^A(?:IDA|ROA)/.test(id) ? id : null;
    default:
      return null;
  }
};

const roleIdOf = ({ principalId }: PrincipalRef): string | null =>
  principalId?.startsWith("AROA") === true ? stableIdOf(principalId) : null;

/** A whole foreign account, only when nothing narrower is known; never our own. */
const foreignAccountOf = (suspect: PrincipalRef, own: string): string | null =>
  suspect.type === "AWSAccount" && suspect.accountId !== own && userIdOf(suspect) === null ? suspect.accountId : null;
