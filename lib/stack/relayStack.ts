import { Aws, Stack, type StackProps } from "aws-cdk-lib";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { EventBus as BusTarget } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import type { CordonContext } from "./context.ts";
import { findingPattern } from "./trigger.ts";

export interface RelayStackProps extends StackProps {
  readonly context: CordonContext;
}

/**
 * One rule for a region that the response does not run in: GuardDuty publishes where it found something, and the rule hands that
 * on to the bus of the deployment's region. What is lost on the way the hourly reconcile of all regions finds.
 */
export const makeRelayStack = (scope: Construct, id: string, { context, ...props }: RelayStackProps): Stack => {
  const stack = new Stack(scope, id, props);
  const home = `arn:${Aws.PARTITION}:events:${context.region}:${context.account}:event-bus/default`;
  const rule = new Rule(stack, "FindingRelay", {
    description: `GuardDuty findings for Cordon in ${context.region}`,
    eventPattern: { source: ["aws.guardduty"], detailType: ["GuardDuty Finding"], detail: findingPattern(context) },
  });
  rule.addTarget(new BusTarget(EventBus.fromEventBusArn(stack, "Home", home)));
  return stack;
};
