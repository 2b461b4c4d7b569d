import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/**
 * No machine approves: what an assistant calls through one of AWS's MCP servers, with whosever credentials, is denied
 * (agent toolkit user guide, "Deny all actions through any AWS managed MCP server"). Made anew for each policy.
 */
export const noAgent = (actions: readonly string[] = ["*"]): PolicyStatement =>
  new PolicyStatement({
    sid: "NoAgent",
    effect: Effect.DENY,
    actions: [...actions],
    resources: ["*"],
    conditions: { Bool: { "aws:ViaAWSMCPService": "true" } },
  });
