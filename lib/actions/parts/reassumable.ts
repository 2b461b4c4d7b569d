import type { PrincipalRef } from "../../case/principal.ts";
import type { Scene } from "../../core/plan/action.ts";

/** Services of AWS that hand a role to whoever asks them, who chooses the session's name or gets a new one each time. */
const HANDED_OUT: readonly string[] = ["pods.eks.amazonaws.com", "rolesanywhere.amazonaws.com"];
/**
 * Session names that an instance or a task cannot choose (EC2 and ECS user guides, task and instance roles). Whoever took its
 * credentials can take the next ones too, which come under the same name: revoking those of now holds an hour at most.
 */
export const WORKLOAD = /^(?:i-[0-9a-f]{8,17}|[0-9a-f]{32})$/;

/**
 * Whether the actor may come back under another session name: whoever is trusted is no service that names sessions after
 * its own workloads, but a federated login, a pod, a certificate, an account or a principal. Then a deny of one session is
 * no cut, and the role is denied whole. A trust policy that nobody read is judged by the name of the session alone. A role
 * of another account is always its owner's to assume again.
 */
export const isReassumable = (scene: Scene, suspect: PrincipalRef): boolean => {
  if (suspect.type === "AWSAccount") return suspect.principalId?.startsWith("AROA") === true;
  if (suspect.type !== "AssumedRole") return false;
  const session = suspect.roleSession ?? suspect.principalId?.split(":")[1] ?? null;
  const role = scene.roles.find(
    ({ roleName, arn }) =>
      roleName === suspect.userName || arn === suspect.issuerArn || isNamedIn(suspect.arn, roleName),
  );
  return role?.trustedBy === undefined
    ? session === null || !WORKLOAD.test(session)
    : role.trustedBy.some((name) => !isNamingService(name));
};

const isNamedIn = (arn: string | null, roleName: string): boolean => arn?.split("/")[1] === roleName;

const isNamingService = (name: string): boolean =>
  /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(name) && !HANDED_OUT.includes(name);
