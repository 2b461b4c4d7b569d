import { matches } from "../core/iamEvaluate.ts";
import { readPolicy, type Statement, statementsOf, toList } from "../core/policyDocument.ts";
import type { Dossier } from "../core/scope.ts";
import type { CaseContents } from "./contents.ts";

const READ = "s3:GetObject";

/** `permission-analysis.json`: which permissions let the suspects read what was taken, as far as the account answered. */
export interface PermissionAnalysis {
  readonly schema: "cordon/permission-analysis/v1";
  readonly note: string;
  readonly action: typeof READ;
  readonly principals: readonly {
    readonly arn: string | null;
    readonly entity: Dossier["entity"];
    readonly attachedPolicies: readonly string[] | null;
    readonly permissionsBoundary: string | null;
    readonly trustedBy: readonly string[] | null;
    /** Inline statements that grant the action on a bucket concerned. */
    readonly grants: readonly Grant[];
    readonly notKnown: readonly string[];
  }[];
  readonly bucketPolicies: readonly {
    readonly bucket: string;
    readonly document: string | null;
    readonly grants: readonly Grant[];
    readonly source: string;
  }[];
  /** `not-known`: no policy held here grants it; one that is attached and not held may. */
  readonly allowedBy: "identity-policy" | "bucket-policy" | "both" | "not-known";
}

interface Grant {
  readonly policy: string;
  readonly sid: string | null;
  readonly bucket: string;
  readonly conditional: boolean;
}

const NOTE =
  "Reads the policies that the case captured. Managed policies are named by ARN and not held; service control policies, session policies and access points are not judged here.";

export const permissionsOf = (contents: CaseContents): PermissionAnalysis => {
  const { principals, finding, view } = contents.dossier;
  const buckets = [...new Set([...finding.buckets.map(({ name }) => name), ...view.theft.buckets])].sort();
  const identities = principals.map((dossier) => principalOf(dossier, buckets, finding.partition));
  const policies = bucketPoliciesOf(contents, finding.partition);
  const byIdentity = identities.some(({ grants }) => grants.length > 0);
  const byBucket = policies.some(({ grants }) => grants.length > 0);
  return {
    schema: "cordon/permission-analysis/v1",
    note: NOTE,
    action: READ,
    principals: identities,
    bucketPolicies: policies,
    allowedBy:
      byIdentity && byBucket ? "both" : byIdentity ? "identity-policy" : byBucket ? "bucket-policy" : "not-known",
  };
};

const principalOf = (
  dossier: Dossier,
  buckets: readonly string[],
  partition: string,
): PermissionAnalysis["principals"][number] => ({
  arn: dossier.arn ?? dossier.principal.arn,
  entity: dossier.entity,
  attachedPolicies: dossier.attachedPolicies,
  permissionsBoundary: dossier.permissionsBoundary,
  trustedBy: dossier.trust?.allows ?? null,
  grants: (dossier.inlinePolicies ?? []).flatMap(({ name, document }) => grantsIn(name, document, buckets, partition)),
  notKnown: dossier.notKnown.map(({ what, reason }) => `${what}: ${reason}`),
});

/** What a bucket allowed before we touched it: captured with the plan. */
const bucketPoliciesOf = ({ dossier }: CaseContents, partition: string): PermissionAnalysis["bucketPolicies"] => {
  const captured = dossier.plans.flatMap(({ plan }) =>
    plan.actions.flatMap(({ id, target, before }) =>
      typeof target.bucket === "string" && "policy" in before
        ? [
            {
              bucket: target.bucket,
              document: (before.policy as string | null) ?? null,
              source: `plans/${plan.planId}.json ${id}`,
            },
          ]
        : [],
    ),
  );
  const first = new Map(captured.toReversed().map((one) => [one.bucket, one]));
  return [...first.values()]
    .toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))
    .map((one) => ({ ...one, grants: grantsIn("bucket policy", one.document, [one.bucket], partition) }));
};

const grantsIn = (
  policy: string,
  document: string | null,
  buckets: readonly string[],
  partition: string,
): readonly Grant[] => {
  if (document === null) return [];
  const allows = statements(document).filter(
    ({ Effect, Action }) =>
      Effect === "Allow" && toList(Action).some((pattern) => matches(pattern.toLowerCase(), READ.toLowerCase())),
  );
  return allows.flatMap((statement) =>
    buckets
      .filter((bucket) => covers(statement, bucket, partition))
      .map((bucket) => ({
        policy,
        sid: statement.Sid ?? null,
        bucket,
        conditional: statement.Condition !== undefined,
      })),
  );
};

/** Whether the statement names at least some objects of the bucket. */
const covers = ({ Resource }: Statement, bucket: string, partition: string): boolean =>
  toList(Resource).some(
    (pattern) =>
      matches(pattern, `arn:${partition}:s3:::${bucket}/`) ||
      pattern.startsWith(`arn:${partition}:s3:::${bucket}/`) ||
      matches(pattern, `arn:${partition}:s3:::${bucket}/any`),
  );

const statements = (document: string): readonly Statement[] => {
  try {
    return statementsOf(readPolicy(document));
  } catch {
    return [];
  }
};
