import type { ActorChange } from "../../case/principal.ts";
import { readPolicy, type Statement, statementsOf, toList } from "../plan/policyDocument.ts";
import type { ChangeRow } from "./changeRow.ts";
import { type Fingerprints, isActor } from "./discovery.ts";

/** Whom a policy or an ACL lets in besides the account's own principals. */
export interface Grant {
  readonly everybody: boolean;
  /** Account ids, sorted. */
  readonly accounts: readonly string[];
}

/** A bucket that the actor opened, from when to when. Times are ISO 8601 UTC; `to` is null while it stands open. */
export interface Opening extends Grant {
  readonly bucket: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly from: string;
  readonly to: string | null;
  /** The call that closed it, of whomever. */
  readonly closedBy: string | null;
}

const NOBODY: Grant = { everybody: false, accounts: [] };
const POLICY = ["PutBucketPolicy", "DeleteBucketPolicy"];
const ACL = ["PutBucketAcl"];
const BLOCK = ["PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock"];

type Change = Pick<ChangeRow, "eventname" | "bucket" | "requestparameters">;

/**
 * What the actor opened to outsiders, and when somebody closed it again. A call that grants what the policy or ACL before
 * it granted already opens nothing. Another account's canonical user cannot be told from the id, and is left out.
 */
export const openingsOf = (
  changes: readonly ChangeRow[],
  marks: Fingerprints,
  accountId: string,
): readonly Opening[] => {
  const sorted = changes.toSorted((a, b) => (a.eventtime < b.eventtime ? -1 : a.eventtime > b.eventtime ? 1 : 0));
  return sorted.flatMap((row, at) => {
    if (!isActor(row, marks) || row.bucket === null) return [];
    const grant = minus(grantOf(row, accountId), grantOf(sorted.slice(0, at).findLast(isSameSetting(row)), accountId));
    if (isNobody(grant)) return [];
    const closing = sorted.slice(at + 1).find((later) => closes(later, row, grant, accountId));
    return [
      {
        ...grant,
        bucket: row.bucket,
        eventId: row.eventid,
        eventName: row.eventname,
        from: row.eventtime,
        to: closing?.eventtime ?? null,
        closedBy: closing?.eventname ?? null,
      },
    ];
  });
};

/** Buckets among the actor's changes that let outsiders in: whoever read them meanwhile is looked for. */
export const openedBuckets = (changes: readonly ActorChange[], accountId: string): readonly string[] => {
  const opened = changes.filter(({ eventName, request }) => !isNobody(grantIn(eventName, request, accountId)));
  return [...new Set(opened.flatMap(({ bucket }) => bucket ?? []))].sort();
};

/** A read as far as an opening judges it. `accountFirstAt`: when this account, or nobody, first read that bucket in these logs. */
export interface OutsideRead {
  readonly bucket: string;
  readonly accountId: string | null;
  readonly isNameless: boolean;
  readonly at: string;
  readonly accountFirstAt: string | null;
}

/** The opening that let a read in; null for one by somebody who read there before, or who was not let in by it. */
export const openingFor = (read: OutsideRead, openings: readonly Opening[]): Opening | null =>
  openings.find(
    ({ bucket, from, to, everybody, accounts }) =>
      bucket === read.bucket &&
      read.at >= from &&
      (to === null || read.at < to) &&
      (read.accountFirstAt === null || read.accountFirstAt >= from) &&
      (everybody || (!read.isNameless && read.accountId !== null && accounts.includes(read.accountId))),
  ) ?? null;

const isNobody = ({ everybody, accounts }: Grant): boolean => !everybody && accounts.length === 0;
const minus = (a: Grant, b: Grant): Grant => ({
  everybody: a.everybody && !b.everybody,
  accounts: a.accounts.filter((account) => !b.everybody && !b.accounts.includes(account)),
});

const isSameSetting =
  ({ bucket, eventname }: Change) =>
  (other: Change): boolean =>
    other.bucket === bucket && (POLICY.includes(eventname) ? POLICY : ACL).includes(other.eventname);

/** A later call ends it when it takes away what was granted, blocks public access, or deletes the bucket. */
const closes = (later: ChangeRow, opening: ChangeRow, grant: Grant, accountId: string): boolean => {
  if (BLOCK.includes(later.eventname))
    return (later.bucket === opening.bucket || later.bucket === null) && grant.everybody && blocks(later, opening);
  if (later.bucket !== opening.bucket) return false;
  if (later.eventname === "DeleteBucket") return true;
  if (!isSameSetting(opening)(later)) return false;
  const left = minus(grant, grantOf(later, accountId));
  return left.everybody === grant.everybody && left.accounts.length === grant.accounts.length;
};

/** Source: S3 user guide, "Blocking public access": RestrictPublicBuckets for policies, IgnorePublicAcls for ACLs. */
const blocks = (row: ChangeRow, { eventname }: ChangeRow): boolean => {
  const setting = eventname === "PutBucketAcl" ? "IgnorePublicAcls" : "RestrictPublicBuckets";
  return new RegExp(`"${setting}":\\s*"?true`).test(row.requestparameters ?? "");
};

const grantOf = (row: Change | undefined, accountId: string): Grant =>
  row === undefined ? NOBODY : grantIn(row.eventname, jsonIn(row.requestparameters), accountId);

const grantIn = (eventName: string, request: Readonly<Record<string, unknown>>, accountId: string): Grant => {
  if (eventName === "PutBucketPolicy")
    return together(statementsIn(request.bucketPolicy).map((one) => granted(one, accountId)));
  if (eventName !== "PutBucketAcl") return NOBODY;
  return { ...NOBODY, everybody: /AllUsers|AuthenticatedUsers|public-read/.test(JSON.stringify(request)) };
};

/** Whom a statement lets read objects. Its conditions are not weighed: they narrow down who, and who read shows who. */
const granted = (statement: Statement, accountId: string): Grant => {
  const actions = textsIn(statement.Action);
  const reads = statement.NotAction !== undefined || actions.some((action) => matches(action, "s3:GetObject"));
  if (statement.Effect !== "Allow" || !reads) return NOBODY;
  if (statement.NotPrincipal !== undefined || statement.Principal === "*") return { ...NOBODY, everybody: true };
  const names = textsIn(statement.Principal?.AWS);
  return {
    everybody: names.includes("*"),
    accounts: names.flatMap((name) => accountIn(name) ?? []).filter((account) => account !== accountId),
  };
};

/** A policy in a log may hold anything where texts belong. */
const textsIn = (value: string | readonly string[] | undefined): readonly string[] =>
  toList(value).filter((one) => typeof one === "string");

const together = (grants: readonly Grant[]): Grant => ({
  everybody: grants.some(({ everybody }) => everybody),
  accounts: [...new Set(grants.flatMap(({ accounts }) => accounts))].sort(),
});

/** Several stars in a row are one: a pattern is the actor's, and must cost no time. */
const matches = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .split(/\*+/)
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("\\?", "."))
      .join(".*")}$`,
    "i",
  ).test(action);

/** `123456789012`, or the account of an ARN. What is neither is a deleted principal's id: nobody's any more. */
const accountIn = (name: string): string | null =>
  /^\d{12}$/.test(name) ? name : (/^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(name)?.[1] ?? null);

const statementsIn = (document: unknown): readonly Statement[] => {
  try {
    return statementsOf(readPolicy(typeof document === "string" ? document : JSON.stringify(document)));
  } catch {
    return [];
  }
};

const jsonIn = (text: string | null): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(text ?? "{}") ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
};
