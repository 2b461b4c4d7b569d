import type { Target } from "../case/plan.ts";
import type { Scene } from "../core/plan/action.ts";
import { instruction, scp, sidOf } from "./parts/instruction.ts";
import { permissionSetTargets } from "./parts/permissionSets.ts";

const steps = (target: Target): string =>
  [
    `1. In the management account put this service control policy on account ${target.accountId}; it ends live sessions at once: ${target.policy}`,
    "2. In Identity Center disable the user (identitystore: the console's Users page, Disable user access) and end the user's active sessions there.",
    `3. Remove the assignment: aws sso-admin delete-account-assignment --instance-arn INSTANCE --target-type AWS_ACCOUNT --target-id ${target.accountId} --permission-set-arn ARN-OF-${target.permissionSet} --principal-type USER --principal-id USER-ID`,
    "4. When the case is released take the service control policy away, enable the user and assign it again.",
  ].join("\n");

const targets = (scene: Scene): readonly Target[] =>
  permissionSetTargets(scene).map(({ roleName: _, ...found }) => {
    const policy = scp(`${sidOf(scene.caseId)}Sso`, {
      ArnLike: {
        "aws:PrincipalArn": `arn:${scene.partition}:iam::${scene.accountId}:role/aws-reserved/sso.amazonaws.com/*`,
      },
      StringLike: { "aws:userid": `*:${found.session}` },
    });
    const target: Target = { ...found, accountId: scene.accountId, policy };
    return { ...target, instruction: steps(target) };
  });

export const quarantineIdentityCenter = instruction(
  {
    id: "quarantine-identity-center",
    title: "Quarantine the Identity Center user",
    side: "identity",
    offer: "default",
    limits: [
      "The role of a permission set cannot be changed in the account: only the management account, or the delegated administrator of Identity Center, can do this.",
      "Removing the assignment alone does not end role sessions that exist: they live for up to 12 hours. The service control policy does.",
      "A service control policy does not bind the management account.",
    ],
    sources: [
      "IAM user guide, Disabling permissions for temporary security credentials",
      "IAM Identity Center user guide, Revoking active IAM role sessions created by permission sets",
    ],
  },
  targets,
);
