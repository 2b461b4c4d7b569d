import { Annotations, type App, type Stack, Tags, Validations } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import { type CordonContext, stackName } from "./context.ts";
import { doubts } from "./contextFaults.ts";
import { makeCordonStack } from "./cordonStack.ts";
import { makeGuardrailsStack } from "./guardrails.ts";
import { huntPriceSentence } from "./huntContext.ts";
import { logAccess } from "./logAccess.ts";
import { makeMemberStack } from "./memberStack.ts";
import { makeRelayStack } from "./relayStack.ts";
import { makeTrailStack } from "./trailStack.ts";

export interface Stacks {
  readonly cordon: Stack;
  readonly trail: Stack;
  readonly member: Stack;
  readonly guardrails: Stack | null;
  /** One for each of `findingRegions`. */
  readonly relays: readonly Stack[];
}

/** Feature flags that decide what is made: access logs admitted by bucket policy, so that no bucket needs ACLs. */
export const FLAGS = { "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true } as const;

/** Every stack of a deployment. `functions` is the folder of `bundleFunctions`. */
export const makeStacks = (app: App, context: CordonContext, functions: string): Stacks => {
  const { account, region: home } = context;
  const props = (id: string, region = home) => ({
    context,
    stackName: stackName(context, id),
    env: { account, region },
  });
  const trail = makeTrailStack(app, "CordonTrailStack", props("CordonTrailStack"));
  const { stack: cordon, notices } = makeCordonStack(app, "CordonStack", {
    ...props("CordonStack"),
    trail,
    code: Code.fromAsset(functions),
  });
  const member = makeMemberStack(app, "CordonMemberStack", props("CordonMemberStack"));
  const relays = context.findingRegions.map((region) => {
    const id = `CordonRelay-${region}`;
    return makeRelayStack(app, id, props(id, region));
  });
  const guardrails =
    context.guardrails === null
      ? null
      : makeGuardrailsStack(app, "CordonGuardrails", {
          ...props("CordonGuardrails"),
          guardrails: context.guardrails,
          notices,
        });
  Tags.of(app).add("application", context.name, { excludeResourceTypes: ["AWS::CloudWatch::Dashboard"] });
  warn(cordon, context);
  return { cordon, trail: trail.stack, member, guardrails, relays };
};

/** Rules of cdk-nag run with every synth; what they find and nobody has given a reason for fails it. */
export const checkStacks = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** What is allowed, and what somebody may not have meant. */
const warn = (stack: Stack, context: CordonContext): void => {
  const { loaded, retention, breakGlassRole, noticeEmails, page } = context;
  const access = logAccess(context);
  if (access !== null) {
    const parts = [["bucket", access.bucket] as const, ["key", access.key] as const].filter(
      ([, all]) => all.length > 0,
    );
    stack.addMetadata("CordonLogAccess", access);
    for (const [what, statements] of parts)
      Annotations.of(stack).addInfo(
        `account ${context.logs.owner} must add to the policy of the log ${what}: ${JSON.stringify(statements)}`,
      );
  }
  for (const [id, says] of doubts(context, loaded)) Annotations.of(stack).addWarningV2(`cordon:${id}`, says);
  if (
    page !== null &&
    !loaded.approvers.some(({ oidc, securityKeys = [] }) => oidc !== undefined && securityKeys.length > 0)
  )
    Annotations.of(stack).addWarningV2(
      "cordon:nobody-at-the-page",
      "no approver has oidc and securityKeys: nobody can decide at the page until the settings name them",
    );
  if (context.hunt !== null)
    Annotations.of(stack).addInfo(huntPriceSentence(context.hunt, loaded.scan?.unknownEstimate === "allow"));
  if (loaded.mode === "dry-run")
    Annotations.of(stack).addInfo(
      "mode is dry-run: plans are made and asked for, and nothing is changed; set it to enforce in the settings file",
    );
  if (retention.mode === "GOVERNANCE")
    Annotations.of(stack).addInfo("evidence is locked under GOVERNANCE; COMPLIANCE cannot be bypassed by anybody");
  if (breakGlassRole === null)
    Annotations.of(stack).addWarningV2(
      "cordon:no-break-glass",
      "no breakGlassRole: nobody can disable a leaked evidence key",
    );
  if (noticeEmails.length === 0)
    Annotations.of(stack).addInfo("noticeEmails is empty: subscribe somebody to the notices topic");
};
