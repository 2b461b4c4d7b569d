import type { ScopedPrincipal } from "../case/principal.ts";
import { matches } from "../core/plan/iamEvaluate.ts";
import { readPolicy, type Statement, statementsOf, toList } from "../core/plan/policyDocument.ts";
import type { CaseContents } from "./contents.ts";
import type { Permissions } from "./schemas/analysis.ts";

const READ = "s3:GetObject";

/** `permission-analysis.json`: which permissions let the suspects read what was taken, as far as the account answered. */

interface Grant {
  readonly policy: string;
  readonly sid: string | null;
  readonly bucket: string;
  readonly conditional: boolean;
}

const NOTE =
  "Reads the policies that the case captured. Managed policies are named by ARN and not held, nor are those of groups; service control policies, session policies and access points are not judged here.";

export const permissionsOf = (contents: CaseContents): Permissions => {
  const { principals, finding, view } = contents.dossier;
  const buckets = [...new Set([...finding.buckets.map(({ name }) => name), ...view.theft.buckets])].sort();
  const identities = principals.map((dossier) => principalOf(dossier, buckets, finding.partition));
  const policies = bucketPoliciesOf(contents, finding.partition);
  const byIdentity = identities.some(({ grants }) => grants.length > 0);
  const byBucket = policies.some(({ grants }) => grants.some(({ reaches }) => reaches));
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
  dossier: ScopedPrincipal,
  buckets: readonly string[],
  partition: string,
): Permissions["principals"][number] => ({
  arn: dossier.arn ?? dossier.principal.arn,
  entity: dossier.entity,
  attachedPolicies: dossier.attachedPolicies,
  permissionsBoundary: dossier.permissionsBoundary,
  trustedBy: dossier.trust?.allows ?? null,
  grants: (dossier.inlinePolicies ?? []).flatMap(({ name, document }) => grantsIn(name, document, buckets, partition)),
  notKnown: [
    ...dossier.notKnown.map(({ what, reason }) => `${what}: ${reason}`),
    ...(dossier.groups ?? []).map((group) => `policies of the group ${group}: not held by this case`),
  ],
});

/** What a bucket allowed before we touched it: captured with the plan. */
const bucketPoliciesOf = ({ dossier }: CaseContents, partition: string): Permissions["bucketPolicies"] => {
  const suspects = namesOf(dossier.principals);
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
    .map((one) => ({ ...one, grants: bucketGrants(one, suspects, partition) }));
};

const bucketGrants = (
  { document, bucket }: { readonly document: string | null; readonly bucket: string },
  suspects: ReadonlySet<string>,
  partition: string,
): Permissions["bucketPolicies"][number]["grants"] =>
  grantingStatements(document).flatMap((statement) =>
    grantsOf(statement, "bucket policy", [bucket], partition).map((grant) => ({
      ...grant,
      reaches: reaches(statement, suspects),
    })),
  );

/**
 * An account as principal of its own bucket grants nothing by itself: its IAM must allow it too (IAM user guide, "Policy
 * evaluation logic"). Whom `NotPrincipal` leaves in is not judged.
 */
const reaches = ({ Principal }: Statement, suspects: ReadonlySet<string>): boolean => {
  if (Principal === undefined) return false;
  const named = Principal === "*" ? ["*"] : toList(Principal.AWS);
  return named.some((name) => name === "*" || suspects.has(name));
};

/** By every name that a bucket policy can have for them. */
const namesOf = (principals: readonly ScopedPrincipal[]): ReadonlySet<string> =>
  new Set(
    principals
      .flatMap(({ arn, stableId, principal }) => [
        arn,
        stableId,
        principal.arn,
        principal.issuerArn,
        principal.principalId,
      ])
      .filter((name) => name !== null),
  );

const grantsIn = (
  policy: string,
  document: string | null,
  buckets: readonly string[],
  partition: string,
): readonly Grant[] =>
  grantingStatements(document).flatMap((statement) => grantsOf(statement, policy, buckets, partition));

const grantingStatements = (document: string | null): readonly Statement[] =>
  (document === null ? [] : statements(document)).filter(
    ({ Effect, Action }) =>
      Effect === "Allow" && toList(Action).some((pattern) => matches(pattern.toLowerCase(), READ.toLowerCase())),
  );

const grantsOf = (
  statement: Statement,
  policy: string,
  buckets: readonly string[],
  partition: string,
): readonly Grant[] =>
  buckets
    .filter((bucket) => covers(statement, bucket, partition))
    .map((bucket) => ({
      policy,
      sid: statement.Sid ?? null,
      bucket,
      conditional: statement.Condition !== undefined,
    }));

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
