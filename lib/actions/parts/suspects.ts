import type { Target } from "../../case/plan.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { Scene } from "../../core/plan/action.ts";
import { withProtection } from "./exempt.ts";

/** Names come from logs. What is no IAM name is never put into a request or a policy (IAM API reference, UserName). */
const IAM_NAME = /^[\w+=,.@-]{1,64}$/;

/** IAM users among the suspects, in this account: by name, or as the issuer of a session. One target each. */
export const userTargets = (scene: Scene): readonly Target[] => {
  const users = scene.suspects.flatMap((suspect) => userOf(suspect, scene));
  const byName = Map.groupBy(users, ({ userName }) => userName);
  return [...byName.values()].map((same) => {
    const user = same.at(-1)!;
    const accessKeyIds = [...new Set(same.flatMap(({ accessKeyId }) => accessKeyId ?? []))].sort();
    const { userName, arn, principalId } = user;
    const keys = accessKeyIds.length === 0 ? {} : { accessKeyIds: accessKeyIds.join(" ") };
    const target = { label: `user ${userName}`, userName, arn, principalId, ...keys };
    return withProtection(target, scene, [userName, arn, principalId, ...accessKeyIds], "principals");
  });
};

/** Roles whose sessions the suspects hold or came through, in this account; most upstream first. One target each. */
export const roleTargets = (scene: Scene): readonly Target[] => {
  const own = scene.roles.filter((role) => accountOf(role.arn) === scene.accountId && IAM_NAME.test(role.roleName));
  const byName = new Map(own.map((role) => [role.roleName, role]));
  return [...byName.values()].map(({ roleName, arn }) =>
    withProtection({ label: `role ${roleName}`, roleName, arn }, scene, [roleName, arn], "principals"),
  );
};

/** Long-term keys that the finding or the logs show in the actor's hands, the ones that they made included. */
export const keysInHand = ({ suspects, changes }: Scene): readonly string[] => {
  const made = changes.flatMap(({ eventName, response }) =>
    eventName === "CreateAccessKey" ? (JSON.stringify(response).match(/AKIA[A-Z0-9]{12,124}/g) ?? []) : [],
  );
  return [...new Set([...suspects.flatMap(({ accessKeyId }) => accessKeyId ?? []), ...made])].sort();
};

export const isIamName = (name: string): boolean => IAM_NAME.test(name);

export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

interface UserTarget {
  readonly userName: string;
  readonly arn: string;
  readonly principalId: string;
  readonly accessKeyId: string | null;
}

const userOf = (suspect: PrincipalRef, scene: Scene): readonly UserTarget[] => {
  const arn = userArnOf(suspect);
  const account = suspect.accountId ?? (arn === null ? null : accountOf(arn));
  if (account !== null && account !== scene.accountId) return [];
  const userName = suspect.type === "IAMUser" && suspect.userName !== null ? suspect.userName : nameOf(arn);
  if (userName === null || !IAM_NAME.test(userName)) return [];
  const shown = arn ?? `arn:${scene.partition}:iam::${scene.accountId}:user/${userName}`;
  const principalId = suspect.type === "IAMUser" ? (suspect.principalId ?? "") : "";
  const accessKeyId = suspect.accessKeyId?.startsWith("AKIA") === true ? suspect.accessKeyId : null;
  return [{ userName, arn: shown, principalId, accessKeyId }];
};

/** A federated user has no entity of its own in IAM: the user that issued the session is the one to deny. */
const userArnOf = (suspect: PrincipalRef): string | null => {
  const arns = suspect.type === "IAMUser" ? [suspect.arn] : suspect.type === "FederatedUser" ? [suspect.issuerArn] : [];
  return arns.find((arn) => arn !== null && /^arn:[^:]+:iam::\d{12}:user\//.test(arn)) ?? null;
};

const nameOf = (arn: string | null): string | null => (arn === null ? null : arn.slice(arn.lastIndexOf("/") + 1));
