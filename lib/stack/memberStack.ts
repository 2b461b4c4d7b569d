import {
  Aws,
  CfnCondition,
  DefaultStackSynthesizer,
  Fn,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from "aws-cdk-lib";
import {
  AccountPrincipal,
  type CfnPolicy,
  Effect,
  type IPrincipal,
  Policy,
  PolicyStatement,
  Role,
} from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledge.ts";
import { bucketName, type CordonContext, functionRoleName, memberRoleNames } from "./context.ts";
import { centerStatements, type MemberStatement, memberStatements } from "./memberPolicy.ts";
import { noAgent } from "./noAgent.ts";
import { DOORS, STEPS } from "./steps.ts";

export interface CordonMemberStackProps extends StackProps {
  readonly context: CordonContext;
}

/**
 * The roles that Cordon assumes in an account: one that reads and one that contains, each trusted by the functions that
 * need it and by nobody else. Holds no asset and no token but the account, so that its template serves a StackSet as it is.
 */
export const makeMemberStack = (scope: Construct, id: string, { context, ...props }: CordonMemberStackProps): Stack => {
  // Without the parameter that CDK adds: accounts of a StackSet need not be bootstrapped.
  const stack = new Stack(scope, id, {
    ...props,
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  });
  makeMemberRole(stack, "read", context);
  makeMemberRole(stack, "contain", context);
  return stack;
};

const makeMemberRole = (scope: Construct, kind: "read" | "contain", context: CordonContext): Role => {
  const need = kind === "read" ? "read-member" : "contain-member";
  const steps = Object.entries({ ...STEPS, ...DOORS })
    .filter(([, { needs }]) => needs.includes(need))
    .map(([name]) => name);
  const role = new Role(scope, kind === "read" ? "ReadRole" : "ContainRole", {
    roleName: memberRoleNames(context)[kind],
    description: kind === "read" ? "Cordon looks at identities and buckets" : "Cordon carries out approved containment",
    assumedBy: trusted(steps, context),
  });
  const statements = memberStatements(kind, Aws.PARTITION, Aws.ACCOUNT_ID).map(toStatement);
  for (const statement of [...statements, noAgent()]) role.addToPolicy(statement);
  if (kind === "contain") keepOurselves(role, context);
  acknowledgeWildcards(role, statements);
  askIdentityCenter(role, kind, context);
  return role;
};

const toStatement = ({ sid, actions, resources, conditions }: MemberStatement): PolicyStatement =>
  new PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions });

/** One template serves every account: the rights on Identity Center are made in the one that administers it alone. */
const askIdentityCenter = (role: Role, kind: "read" | "contain", { loaded, partition }: CordonContext): void => {
  const { identityCenter } = loaded;
  if (identityCenter === undefined) return;
  const id = "AdministersIdentityCenter";
  const stack = Stack.of(role);
  const condition =
    (stack.node.tryFindChild(id) as CfnCondition | undefined) ??
    new CfnCondition(stack, id, { expression: Fn.conditionEquals(Aws.ACCOUNT_ID, identityCenter.accountId) });
  const statements = centerStatements(kind, partition, identityCenter).map(toStatement);
  const policy = new Policy(role, "IdentityCenter", { statements, roles: [role] });
  (policy.node.defaultChild as CfnPolicy).cfnOptions.condition = condition;
  acknowledgeWildcards(policy, statements);
};

/** By role name, so that a function role that is made anew is trusted again; the external id stops a confused deputy. */
const trusted = (steps: readonly string[], context: CordonContext): IPrincipal => {
  const arns = steps.map(
    (step) => `arn:${context.partition}:iam::${context.account}:role/${functionRoleName(context, step)}`,
  );
  return new AccountPrincipal(context.account).withConditions({
    ArnEquals: { "aws:PrincipalArn": arns },
    StringEquals: { "sts:ExternalId": context.externalId },
  });
};

/**
 * Containment may write policies on any role, bucket and key of the account: not on Cordon's own, where that would be a way
 * to more rights, to the keys that sign, or to the evidence. Cordon's keys are known by the tag that every resource carries.
 */
const keepOurselves = (role: Role, context: CordonContext): void => {
  const deny = (
    sid: string,
    actions: readonly string[],
    resources: readonly string[],
    conditions: Record<string, unknown> = {},
  ): void =>
    void role.addToPolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, actions: [...actions], resources: [...resources], conditions }),
    );
  const roles = [...Object.values(memberRoleNames(context)), `${context.name}-*-*`];
  deny(
    "NotOurRoles",
    ROLE_WRITES,
    roles.map((name) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name}`),
  );
  deny(
    "NotOurBuckets",
    ["s3:Put*", "s3:Delete*"],
    BUCKETS.map((what) => `arn:${Aws.PARTITION}:s3:::${bucketName(context, what)}`),
  );
  deny("NotOurKeys", ["kms:PutKeyPolicy"], ["*"], { StringEquals: { "aws:ResourceTag/application": context.name } });
  deny(
    "NotOurFunctions",
    ["lambda:Put*", "lambda:Delete*"],
    [`arn:${Aws.PARTITION}:lambda:*:${Aws.ACCOUNT_ID}:function:${context.name}-*-*`],
  );
};

const ROLE_WRITES = [
  "iam:PutRolePolicy",
  "iam:DeleteRolePolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:DeleteRolePermissionsBoundary",
  "iam:AttachRolePolicy",
  "iam:DetachRolePolicy",
  "iam:UpdateAssumeRolePolicy",
];
const BUCKETS = ["cases", "evidence", "access-logs", "results", "trail"] as const;
