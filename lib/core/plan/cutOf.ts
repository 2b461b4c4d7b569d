import type { ApiRequest } from "../../case/apiRequest.ts";
import type { PlannedAction } from "../../case/plan.ts";
import { policyOf, readPolicy, type Statement, statementsOf } from "./policyDocument.ts";
import { isSameStatement } from "./samePolicy.ts";
import type { Attachment, Cut } from "./stopped.ts";

type Change = Pick<PlannedAction, "target" | "before" | "requests">;

/** What a planned or made change cuts off, read from its calls; the state before says what it takes away. */
export const cutOf = (change: Change): Cut => ({
  document: documentOf(change),
  on: attachmentOf(change),
  accessKeyIds: inputsOf(change, "UpdateAccessKey").map(({ AccessKeyId }) => String(AccessKeyId)),
  sessionNames: sessionNamesOf(change),
  signIn: inputsOf(change, "DeleteLoginProfile").length === 0 ? null : holderOf(change),
});

const inputsOf = ({ requests }: Change, ...operations: readonly string[]): readonly ApiRequest["input"][] =>
  requests.filter(({ operation }) => operations.includes(operation)).map(({ input }) => input);

const holderOf = ({ before, target }: Change): string => String(before.holderArn ?? target.arn ?? "");

/** Workloads that lose their credentials or are stopped: their sessions bear their names. */
const sessionNamesOf = (change: Change): readonly string[] => {
  const { target } = change;
  const isStopped =
    inputsOf(change, "DisassociateIamInstanceProfile", "PutFunctionConcurrency", "StopTask", "ModifyInstanceAttribute")
      .length > 0;
  return isStopped ? [target.instanceId, target.functionName, target.taskId].filter((name) => name !== undefined) : [];
};

const attachmentOf = (change: Change): Attachment | null => {
  const { target, before } = change;
  if (inputsOf(change, "PutKeyPolicy").length > 0 && target.bucket !== undefined)
    return { to: "key", bucket: target.bucket };
  const endpoint = inputsOf(change, "ModifyVpcEndpoint")[0];
  if (endpoint !== undefined) return { to: "endpoint", endpointId: String(endpoint.VpcEndpointId) };
  if (target.bucket !== undefined) return { to: "bucket", bucket: target.bucket };
  if (inputsOf(change, "UpdateAssumeRolePolicy").length > 0) return { to: "trust", roleArn: holderOf(change) };
  const id = target.principalId === undefined || target.principalId === "" ? null : target.principalId;
  if (target.userName !== undefined) return { to: "user", arn: holderOf(change), id };
  if (target.roleName !== undefined) return { to: "role", arn: holderOf(change), id: null };
  return typeof target.policy === "string" && before.holderArn === undefined ? { to: "account" } : null;
};

const everybody = (statement: Partial<Statement>): string =>
  policyOf([{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*", ...statement }]);
const DENY_ALL = policyOf([{ Effect: "Deny", Action: "*", Resource: "*" }]);

/** Calls that write a policy of ours on a user or a role. */
const WRITES_OWN = ["PutUserPolicy", "PutRolePolicy", "CreatePolicy", "CreatePolicyVersion"];

const documentIn = (managed: unknown): string | null => {
  const { document } = (managed ?? {}) as { readonly document?: unknown };
  return typeof document === "string" ? document : null;
};

const documentOf = (change: Change): string | null => {
  const { requests, before, target } = change;
  for (const { operation, input } of requests) {
    if (WRITES_OWN.includes(operation)) return String(input.PolicyDocument);
    if (operation === "ModifyVpcEndpoint") return String(input.PolicyDocument);
    if (["PutBucketPolicy", "PutKeyPolicy"].includes(operation))
      return withTakenAway(String(input.Policy), before.policy);
    if (operation === "PutInlinePolicyToPermissionSet")
      return withTakenAway(String(input.InlinePolicy), before.inlinePolicy);
    if (operation === "DeleteBucketPolicy") return withTakenAway(policyOf([]), before.policy);
    if (operation === "UpdateAssumeRolePolicy") return withTakenAway(String(input.PolicyDocument), before.trust);
    if (
      /^Put(?:User|Role)PermissionsBoundary$/.test(operation) &&
      String(input.PermissionsBoundary).endsWith("/AWSDenyAll")
    )
      return DENY_ALL;
    if (/^Attach(?:User|Role)Policy$/.test(operation) && String(input.PolicyArn).endsWith("/AWSDenyAll"))
      return DENY_ALL;
    // Ours was there, and off the role: the call that puts it back does not hold it.
    if (operation === "AttachRolePolicy") return documentIn(before.managed);
    if (operation === "PutPublicAccessBlock" && target.bucket !== undefined)
      return everybody({ Condition: { StringEquals: { "aws:PrincipalType": "Anonymous" } } });
  }
  return typeof target.policy === "string" && requests.length === 0 ? target.policy : null;
};

/** The denies that come, and those alone; a grant that goes is a deny to those whom it let in. */
const withTakenAway = (text: string, before: unknown): string => {
  const [old, next] = [statementsIn(before), statementsIn(text)];
  const gone = old.filter(
    (statement) => statement.Effect === "Allow" && !next.some((other) => isSameStatement(other, statement)),
  );
  return policyOf([
    ...next.filter(
      (statement) =>
        statement.Effect === "Deny" &&
        !old.some((other) => other.Sid === statement.Sid && isSameStatement(other, statement)),
    ),
    ...gone.map((one) => ({ ...one, Effect: "Deny" as const })),
  ]);
};

const statementsIn = (text: unknown): readonly Statement[] => {
  try {
    return typeof text === "string" ? statementsOf(readPolicy(text)) : [];
  } catch {
    return [];
  }
};
