import type { Target } from "../case/plan.ts";
import type { Scene } from "../core/plan/action.ts";
import { withProtection } from "./parts/exempt.ts";
import { instruction, scp, sidOf } from "./parts/instruction.ts";
import { roleTargets } from "./parts/suspects.ts";

/** Roles that Identity Center makes are named after the permission set (Identity Center user guide). */
const RESERVED = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/** Session names are user names of Identity Center. Quotes and wildcards cannot be part of a session name. */
const SESSION = /^[\w+=,.@-]{2,64}$/;

const steps = (target: Target): string =>
  [
    `1. In the management account put this service control policy on account ${target.accountId}; it ends live sessions at once: ${target.policy}`,
    "2. In Identity Center disable the user (identitystore: the console's Users page, Disable user access) and end the user's active sessions there.",
    `3. Remove the assignment: aws sso-admin delete-account-assignment --instance-arn INSTANCE --target-type AWS_ACCOUNT --target-id ${target.accountId} --permission-set-arn ARN-OF-${target.permissionSet} --principal-type USER --principal-id USER-ID`,
    "4. When the case is released take the service control policy away, enable the user and assign it again.",
  ].join("\n");

const targets = (scene: Scene): readonly Target[] =>
  roleTargets(scene).flatMap((role) => {
    const permissionSet = RESERVED.exec(role.roleName!)?.[1];
    if (permissionSet === undefined) return [];
    const sessions = scene.roles.filter(({ roleName }) => roleName === role.roleName).map(({ session }) => session);
    return [...new Set(sessions)]
      .filter((session): session is string => session !== null && SESSION.test(session))
      .map((session) => {
        const policy = scp(`${sidOf(scene.caseId)}Sso`, {
          ArnLike: {
            "aws:PrincipalArn": `arn:${scene.partition}:iam::${scene.accountId}:role/aws-reserved/sso.amazonaws.com/*`,
          },
          StringLike: { "aws:userid": `*:${session}` },
        });
        const target = {
          label: `Identity Center user ${session}`,
          arn: role.arn!,
          accountId: scene.accountId,
          permissionSet,
          session,
          policy,
        };
        return withProtection(
          { ...target, instruction: steps(target) },
          scene,
          [session, role.roleName!, role.arn!],
          "principals",
        );
      });
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
