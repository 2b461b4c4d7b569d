import { ApiError } from "../../base/errors.ts";
import { type AccessRequest, explicitDeny } from "../../core/plan/iamEvaluate.ts";
import { defaultDocument } from "./iamManaged.ts";
import {
  type AccountView,
  type Doc,
  existing,
  type Input,
  listOf,
  type Operations,
  type Output,
  textOf,
} from "./world.ts";

/** What this simulator does not do. It stands in every answer, so that no record passes it off for IAM's own. */
const LIMITS =
  "explicit denies of inline policies, of managed ones that are known and of the resource policy only; what is not denied is called allowed";

/**
 * `iam:SimulatePrincipalPolicy` with the project's evaluator, which knows explicit denies and nothing else. As in IAM, a
 * resource policy is taken for users only (API reference, SimulatePrincipalPolicy).
 */
export const simulations: Operations = {
  SimulatePrincipalPolicy: (world, input, operation): Output => {
    const documents = documentsOf(world, input, operation);
    const actions = (input.ActionNames ?? []) as readonly string[];
    const resources = (input.ResourceArns ?? ["*"]) as readonly string[];
    const context = contextOf(input);
    return {
      EvaluationResults: actions.flatMap((action) =>
        resources.map((resource) => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decide(documents, { action, resource, context }),
        })),
      ),
      IsTruncated: false,
      Limits: LIMITS,
    };
  },
};

const decide = (documents: readonly string[], request: AccessRequest): "explicitDeny" | "allowed" =>
  documents.some((text) => explicitDeny(text, request).is === "denied") ? "explicitDeny" : "allowed";

const SOURCE = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/;
const DENY_ALL = /:iam::aws:policy\/AWSDenyAll$/;
const DENY_ALL_DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

const documentsOf = (world: AccountView, input: Input, operation: string): readonly string[] => {
  const arn = textOf(input, "PolicySourceArn", operation);
  const [, , kind, name] = SOURCE.exec(arn) ?? [];
  if (kind === undefined)
    throw new ApiError(operation, "InvalidInput", `expected the ARN of a user or role, got ${arn}`);
  if (kind === "role" && input.ResourcePolicy !== undefined && input.CallerArn === undefined)
    throw new ApiError(operation, "InvalidInput", "a resource policy is simulated for users only");
  const holder = existing(world, `${kind}/${name}`, operation, "NoSuchEntity");
  const groups = ((holder.GroupList ?? []) as readonly string[]).map(
    (group) => (world.find(`group/${group}`) ?? {}) as Doc,
  );
  const inline = [
    ...listOf(holder, kind === "user" ? "UserPolicyList" : "RolePolicyList"),
    ...groups.flatMap((group) => listOf(group, "GroupPolicyList")),
  ];
  const managed = [
    String((holder.PermissionsBoundary as Doc | undefined)?.PermissionsBoundaryArn ?? ""),
    ...[holder, ...groups].flatMap((one) =>
      listOf(one, "AttachedManagedPolicies").map(({ PolicyArn }) => String(PolicyArn)),
    ),
  ];
  return [
    ...inline.map(({ PolicyDocument }) => String(PolicyDocument)),
    ...managed.flatMap((arn) => (DENY_ALL.test(arn) ? DENY_ALL_DOCUMENT : (defaultDocument(world, arn) ?? []))),
    ...(typeof input.ResourcePolicy === "string" ? [input.ResourcePolicy] : []),
  ];
};

/** The keys that the caller gives, and the name of the principal, which IAM knows by itself. */
const contextOf = ({ ContextEntries, PolicySourceArn }: Input): AccessRequest["context"] => ({
  "aws:PrincipalArn": String(PolicySourceArn),
  ...Object.fromEntries(
    ((ContextEntries ?? []) as readonly Doc[]).map(({ ContextKeyName, ContextKeyValues }) => [
      String(ContextKeyName),
      String((ContextKeyValues as readonly string[] | undefined)?.[0] ?? ""),
    ]),
  ),
});
