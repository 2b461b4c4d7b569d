import { isApiError } from "../../base/errors.ts";
import { counted } from "../../base/figures.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import { find, STOLEN } from "../../case/documents.ts";
import type { Evaluation, Plan, PlannedAction } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";

import { findRecord } from "./progress.ts";

interface Question {
  readonly principal: string;
  readonly action: string;
  readonly bucket: string | null;
  readonly context: readonly ContextEntry[];
}

interface ContextEntry {
  readonly ContextKeyName: string;
  readonly ContextKeyType: "string" | "date";
  readonly ContextKeyValues: readonly string[];
}

const READS = ["s3:GetObject", "s3:GetObjectVersion"];
/** Stolen objects asked about per bucket; IAM evaluates every action on every resource. */
const SAMPLE = 5;
/** Buckets per principal; each is a call of its own, because a call takes one resource policy. */
const BUCKETS = 10;

/**
 * Asks IAM whether the contained principals could still read what was stolen. A bucket's policy goes along for users; for
 * roles IAM simulates no resource policy, and a principal of another account cannot be asked about: there the re-read
 * settings are what is known. Never throws: what cannot be asked is not known.
 */
export const evaluateCut = async (
  plan: Plan,
  held: readonly PlannedAction[],
  ports: Ports,
): Promise<readonly Evaluation[]> => {
  const stolen = await sampleOf(plan, ports);
  const asked = await Promise.all(held.map((planned) => questionsOf(plan, planned, [...stolen.keys()], ports)));
  const questions = asked.flat();
  return Promise.all(questions.map((question) => answer(plan, question, stolen, ports)));
};

/** Object ARNs by bucket; a name that nobody gave stands for a bucket of which no object is known yet. */
type Sample = ReadonlyMap<string, readonly string[]>;

const sampleOf = async ({ caseId, partition, actions }: Plan, { cases }: Ports): Promise<Sample> => {
  const stolen = await find(cases, caseId, STOLEN).catch(() => null);
  const items = Map.groupBy(stolen?.items ?? [], ({ bucket }) => bucket);
  const named = actions.flatMap(({ target }) => target.bucket ?? []);
  const buckets = [...new Set([...items.keys(), ...named])].sort().slice(0, BUCKETS);
  const arn = (bucket: string, key: string): string => `arn:${partition}:s3:::${bucket}/${key}`;
  return new Map(
    buckets.map((bucket) => [
      bucket,
      [
        ...new Set([
          ...(items.get(bucket) ?? []).slice(0, SAMPLE).map(({ key }) => arn(bucket, plain(key))),
          arn(bucket, "any"),
        ]),
      ],
    ]),
  );
};

/** Keys are the customer's or the actor's to name; wildcards and variables would ask about something else. */
const plain = (key: string): string => (/^[\w./=+@:-]{1,500}$/.test(key) ? key : "any");

const questionsOf = async (
  plan: Plan,
  planned: PlannedAction,
  buckets: readonly string[],
  ports: Ports,
): Promise<readonly Question[]> => {
  const { id, kind, target, before } = planned;
  const holder = String(before.holderArn ?? target.arn ?? "");
  const of = (context: readonly ContextEntry[], bucket: string | null = null, principal = holder): Question => ({
    principal,
    action: id,
    bucket,
    context,
  });
  const carriedOut = (await findRecord(plan, id, ports))?.stampedAt ?? plan.createdAt;
  const issued = entry("aws:TokenIssueTime", "date", carriedOut);
  switch (kind) {
    case "deny-user":
      return buckets.length === 0 ? [of([])] : buckets.map((bucket) => of([], bucket));
    case "revoke-role-sessions":
      return [of([issued])];
    case "deny-role-session":
      return namesIn(target.userIds).map((userId) => of([entry("aws:userid", "string", userId)]));
    case "deny-identity-center-user":
      return [of([entry("aws:userid", "string", `AROA0000000000000000:${target.session}`)])];
    case "deny-actor-on-bucket":
      return namesIn(target.principalArns)
        .filter((arn) => isUserOf(arn, plan))
        .map((arn) => of([entry("aws:PrincipalArn", "string", arn)], target.bucket!, arn));
    default:
      return [];
  }
};

const entry = (name: string, type: ContextEntry["ContextKeyType"], value: string): ContextEntry => ({
  ContextKeyName: name,
  ContextKeyType: type,
  ContextKeyValues: [value],
});

const namesIn = (text: string | undefined): readonly string[] => (text ?? "").split(" ").filter((name) => name !== "");
const isUserOf = (arn: string, { accountId }: Plan): boolean => arn.includes(`:iam::${accountId}:user/`);

const answer = async (plan: Plan, question: Question, stolen: Sample, ports: Ports): Promise<Evaluation> => {
  const { principal, action } = question;
  const known = { principal, actions: [action] };
  try {
    const { output } = await ports.account.call(await requestOf(plan, question, stolen, ports));
    const by = typeof output.Limits === "string" ? `Cordon: ${output.Limits}` : "iam:SimulatePrincipalPolicy";
    const decisions = decisionsIn(output);
    if (decisions.length === 0) return { ...known, by, answer: "not-known", why: "no decision came back" };
    const isAllowed = decisions.includes("allowed");
    const where = question.bucket === null ? "any object" : `bucket ${question.bucket}`;
    return {
      ...known,
      by,
      answer: isAllowed ? "allowed" : "denied",
      why: `${where}: ${[...new Set(decisions)].sort().join(", ")} (${counted(decisions.length, "decision")})`,
    };
  } catch (error) {
    return { ...known, by: "iam:SimulatePrincipalPolicy", answer: "not-known", why: (error as Error).message };
  }
};

const requestOf = async (plan: Plan, question: Question, stolen: Sample, ports: Ports): Promise<ApiRequest> => {
  const { principal, bucket, context } = question;
  const policy = bucket === null ? null : await policyOf(plan, bucket, ports);
  return {
    service: "iam",
    operation: "SimulatePrincipalPolicy",
    region: plan.region,
    accountId: plan.accountId,
    input: {
      PolicySourceArn: principal,
      ActionNames: READS,
      ResourceArns: bucket === null ? [`arn:${plan.partition}:s3:::any/any`] : [...stolen.get(bucket)!],
      ...(context.length === 0 ? {} : { ContextEntries: context }),
      ...(policy === null ? {} : { ResourcePolicy: policy }),
    },
  };
};

const policyOf = async ({ region, accountId }: Plan, Bucket: string, { account }: Ports): Promise<string | null> => {
  try {
    const request = { service: "s3", operation: "GetBucketPolicy", region, accountId, input: { Bucket } } as const;
    return String((await account.call(request)).output.Policy);
  } catch (error) {
    if (isApiError(error, "NoSuchBucketPolicy")) return null;
    throw error;
  }
};

/** Several resources are answered together, each in `ResourceSpecificResults` (API reference, EvaluationResult). */
const decisionsIn = (output: Readonly<Record<string, unknown>>): readonly string[] =>
  ((output.EvaluationResults ?? []) as readonly Readonly<Record<string, unknown>>[]).flatMap((result) => {
    const each = (result.ResourceSpecificResults ?? []) as readonly { readonly EvalResourceDecision?: string }[];
    return each.length > 0 ? each.map((one) => String(one.EvalResourceDecision)) : [String(result.EvalDecision)];
  });
