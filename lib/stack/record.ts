import { CfnOutput, type CfnResource } from "aws-cdk-lib";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { CordonContext } from "./context.ts";

/**
 * What the command line must know of a deployment, as metadata of its response machine, which CloudFormation hands out
 * resolved (`DescribeStackResource`): who may change it is who may deploy, as with the settings in the code bundle. Texts
 * and not objects, because a template takes no null.
 */
export const makeRecord = (
  holder: StateMachine,
  environment: Readonly<Record<string, string>>,
  decisionApi: string,
  context: CordonContext,
): void => {
  const resource = holder.node.defaultChild as CfnResource;
  const { loaded, accountsFile, huntLists: _, sideLogs: __, ...rest } = context;
  // Files of whoever deployed: what they hold is in the code bundle.
  const hunt = rest.hunt === null ? null : { ...rest.hunt, allow: null, ranges: null };
  resource.addMetadata("Cordon", {
    schema: "cordon/deployment/v1",
    environment,
    decisionApi,
    context: JSON.stringify({ ...rest, hunt }),
    settings: JSON.stringify(loaded),
    accounts: JSON.stringify(accountsFile),
  });
  new CfnOutput(holder.stack, "FoundRecord", { value: holder.stack.resolve(resource.logicalId) });
};
