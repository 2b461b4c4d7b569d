import type { Target } from "../case/plan.ts";
import type { Scene } from "../core/plan/action.ts";
import { withProtection } from "./parts/exempt.ts";
import { instruction, scp, sidOf } from "./parts/instruction.ts";

const steps = (target: Target): string =>
  [
    `Member account ${target.accountId}, from the management account:`,
    `1. Put this service control policy on the account; it binds its root user: ${target.policy}`,
    `2. Remove the root user's keys and password centrally: aws sts assume-root --target-principal ${target.accountId} --task-policy-arn arn=${target.taskPolicy} --duration-seconds 900`,
    "3. With those credentials: aws iam delete-login-profile; aws iam list-access-keys, then aws iam delete-access-key for each; aws iam list-mfa-devices, then aws iam deactivate-mfa-device for each that is not yours.",
    "Management account: no policy binds its root user.",
    "1. Log in as root, change the password and the e-mail account behind it, register a new MFA device, delete all root access keys.",
    "2. Call AWS Support if you cannot log in: the actor may have changed the e-mail address.",
  ].join("\n");

const targets = (scene: Scene): readonly Target[] => {
  const root = scene.suspects.find(
    ({ type, accountId }) => type === "Root" && (accountId ?? scene.accountId) === scene.accountId,
  );
  if (root === undefined) return [];
  const arn = `arn:${scene.partition}:iam::${scene.accountId}:root`;
  const policy = scp(`${sidOf(scene.caseId)}Root`, { ArnLike: { "aws:PrincipalArn": arn } });
  const taskPolicy = `arn:${scene.partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials`;
  const target = { label: `root user of ${scene.accountId}`, arn, accountId: scene.accountId, policy, taskPolicy };
  return [
    withProtection(
      { ...target, instruction: steps(target) },
      scene,
      [arn, scene.accountId, root.principalId],
      "principals",
    ),
  ];
};

export const containRoot = instruction(
  {
    id: "contain-root",
    title: "Take the root user back",
    side: "identity",
    offer: "default",
    limits: [
      "No policy inside the account restricts its root user, and sessions of root cannot be revoked.",
      "Service control policies bind the root users of member accounts, not that of the management account.",
      "sts:AssumeRoot works only where central root access was enabled for the organisation; its credentials live for at most 15 minutes.",
    ],
    sources: [
      "STS API reference, AssumeRoot",
      "IAM user guide, Centrally manage root access for member accounts",
      "AWS Organizations user guide, Service control policies",
    ],
  },
  targets,
);
