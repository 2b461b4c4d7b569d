import type { CordonContext } from "./context.ts";
import { functionRoleName } from "./context.ts";
import { DOORS, HUNT, type Need, STEPS } from "./steps.ts";
import { rootOf } from "./trailTable.ts";

const READING: readonly Need[] = ["scan", "read-logs", "hunt", "probe-logs"];

/** Roles of the functions that read log files, or let Athena read them in their name. */
export const logReaders = (
  context: Pick<CordonContext, "name" | "region" | "account" | "partition" | "hunt">,
): readonly string[] =>
  Object.entries({ ...STEPS, ...DOORS, ...(context.hunt === null ? {} : HUNT) })
    .filter(([, { needs }]) => needs.some((need) => READING.includes(need)))
    .map(([step]) => `arn:${context.partition}:iam::${context.account}:role/${functionRoleName(context, step)}`);

type Statement = Readonly<Record<string, unknown>>;

/**
 * What the account that owns the log archive must add to the policy of its bucket, and of the key where there is one; null: the
 * bucket is the deployment's own. The account is the principal and the roles a condition, so that it can be added before they
 * exist, and outlives a role that is made anew.
 */
export const logAccess = (
  context: CordonContext,
): { readonly bucket: readonly Statement[]; readonly key: readonly Statement[] } | null => {
  const { logs, account, partition } = context;
  if (logs.bucket === null || (logs.owner ?? account) === account) return null;
  const allow = (Sid: string, Action: readonly string[], Resource: string): Statement => ({
    ...{ Sid, Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action, Resource },
    Condition: { ArnEquals: { "aws:PrincipalArn": logReaders(context) } },
  });
  const bucket = `arn:${partition}:s3:::${logs.bucket}`;
  const below = rootOf(logs.bucket, logs).replace("s3://", `arn:${partition}:s3:::`);
  return {
    bucket: [
      allow("CordonReadsLogs", ["s3:GetObject"], `${below}*`),
      allow("CordonListsLogs", ["s3:ListBucket", "s3:GetBucketLocation"], bucket),
    ],
    key: logs.keyArn === null ? [] : [allow("CordonDecryptsLogs", ["kms:Decrypt"], "*")],
  };
};
