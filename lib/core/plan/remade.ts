import type { State, Target } from "../../case/plan.ts";
import { stableIdOf } from "../principal/principal.ts";
import type { Scene } from "./action.ts";

/**
 * Whether the user or role that is there now is another one than when the plan was made: deleted, and made again under the
 * same name. IAM gives every one an id of its own and never the same again (IAM user guide, IAM identifiers). What was
 * approved was the one that people saw. A sentence, or null.
 */
export const remadeSince = (before: State, now: State): string | null =>
  typeof before.holderId === "string" && typeof now.holderId === "string" && before.holderId !== now.holderId
    ? `it was deleted and made again: the id is ${now.holderId}, and ${before.holderId} was approved. Ask for containment anew: the plan names the one that is there now`
    : null;

/** The same, seen as the plan is made: no id in the finding and the logs is that of the one who has the name now. */
export const isAnother = ({ userName, roleName }: Target, { holderId }: State, { suspects }: Scene): boolean => {
  if (typeof holderId !== "string" || !/^A(?:IDA|ROA)/.test(holderId)) return false;
  const met = suspects
    .filter(({ type, userName: name, issuerArn, arn }) =>
      roleName === undefined
        ? type === "IAMUser" && name === userName
        : [name, issuerArn?.split("/").at(-1), /assumed-role\/([^/]+)\//.exec(arn ?? "")?.[1]].includes(roleName),
    )
    .flatMap(({ principalId }) => (principalId === null ? [] : stableIdOf(principalId)))
    .filter((id) => id.startsWith(holderId.slice(0, 4)));
  return met.length > 0 && !met.includes(holderId);
};

/** Whether the logs show that a suspect made the user or role of this name. */
export const isMadeBySuspect = ({ userName, roleName }: Target, { changes }: Scene): boolean =>
  changes.some(({ eventName, request }) =>
    roleName === undefined
      ? eventName === "CreateUser" && request.userName === userName
      : eventName === "CreateRole" && request.roleName === roleName,
  );
