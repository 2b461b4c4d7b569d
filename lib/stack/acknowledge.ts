import { Stack, Validations } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/** Accepts a rule of cdk-nag for one construct. The reason is for whoever audits the template. */
export const acknowledge = (construct: IConstruct, id: string, reason: string): void =>
  Validations.of(construct).acknowledge({ id, reason });

/** Every resource with a wildcard that a role of ours may have, and why it cannot be narrower. The first match counts. */
const REASONS: readonly { readonly resource: RegExp; readonly reason: string }[] = [
  {
    resource: /^\*$/,
    reason: "The actions take no resource: X-Ray's and the delivery of logs', Macie's and EC2's listings.",
  },
  {
    resource: /:s3:::[a-z0-9-]+-cases-.*\/(cases|inbox|hunts)\/\*$/,
    reason: "Documents of cases and hunts; their ids are made when a finding comes, or the hunt is due.",
  },
  {
    resource: /:s3:::[a-z0-9-]+-evidence-.*\/(ledger|bundles)\/\*$/,
    reason: "One folder of the evidence bucket; names of entries and bundles are made when they are written.",
  },
  { resource: /:s3:::[a-z0-9-]+-results-.*\/\*$/, reason: "Athena names its results by query." },
  {
    resource: /:s3:::[^/]+\/(.*\/)?AWSLogs\/\*$/,
    reason: "The log files of every account and day that a case may concern.",
  },
  {
    resource: /:glue:.*:table\/\w+\/(case|hunt)_\*$/,
    reason: "Tables of cases and hunts; each is made by a scan and named by it.",
  },
  {
    resource: /:(glue:.*:(database|table)\/s3tablescatalog\/aws-s3\/b_\*.*|s3tables:.*:bucket\/aws-s3\/table\/\*)$/,
    reason:
      "S3 Metadata tables of whichever buckets a case concerns; S3 keeps them in one table bucket, to be read only.",
  },
  { resource: /:macie2:\*:.*:classification-job\/\*$/, reason: "Macie numbers its jobs, in the region of the bucket." },
  {
    resource: /:secretsmanager:.*:secret:.*-\?{6}$/,
    reason: "Secrets Manager ends every ARN with six characters of its own.",
  },
  {
    resource: /:(sso:::(permissionSet|account)|identitystore:::user)\/.*\*$/,
    reason:
      "Whose permission set to change is known only when it happens; of one Identity Center, where it is administered.",
  },
  { resource: /:guardduty:.*:detector\/\*$/, reason: "The id of a detector is known to its account and region only." },
  {
    resource: /:states:.*:execution:[a-z0-9-]+:\*$/,
    reason: "Executions of a child machine; they are named by their case.",
  },
  {
    resource: /:(iam::|lambda:|ecs:|datasync:|cloudtrail:|kms:|ec2:|rds:|s3:)/,
    reason:
      "Whom and what to contain is known only when it happens: any of the account's may be concerned. The actions are named one by one, from the cards.",
  },
];

/** Accepts the wildcards of a role's statements, each with its own reason. Throws for one that nobody gave a reason for. */
export const acknowledgeWildcards = (role: IConstruct, statements: readonly PolicyStatement[]): void => {
  const resources = new Set(
    statements
      .filter(({ effect }) => effect === "Allow")
      .flatMap(({ resources }) => resources.map((resource) => shownBy(role, resource))),
  );
  for (const resource of [...resources].filter((each) => each.includes("*"))) {
    const known = REASONS.find((one) => one.resource.test(resource));
    if (known === undefined) throw new Error(`${role.node.path}: no reason is given for the resource ${resource}`);
    acknowledge(role, `AwsSolutions-IAM5[Resource::${resource}]`, known.reason);
  }
};

/** A resource as cdk-nag writes it into the id of its finding: references in angle brackets. */
const shownBy = (scope: IConstruct, resource: string): string => show(Stack.of(scope).resolve(resource));

const show = (resolved: unknown): string => {
  if (typeof resolved === "string") return resolved;
  const { Ref, "Fn::Join": joined, "Fn::GetAtt": attribute } = resolved as Readonly<Record<string, unknown>>;
  if (typeof Ref === "string") return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join(".")}>`;
  const [separator, parts] = joined as readonly [string, readonly unknown[]];
  return parts.map(show).join(separator);
};
