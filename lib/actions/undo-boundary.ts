import type { ApiRequest } from "../case/apiRequest.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared, withProtection } from "./parts/exempt.ts";
import { holderIdOf, refuseUnmodifiable } from "./parts/inlineDeny.ts";
import { isIamName } from "./parts/suspects.ts";

const card: ActionCard = {
  id: "undo-boundary",
  title: "Put back the permissions boundary that the actor took away",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "iam:GetUser", resource: "user/*", for: "read" },
    { action: "iam:GetRole", resource: "role/*", for: "read" },
    { action: "iam:PutUserPermissionsBoundary", resource: "user/*", for: "write" },
    { action: "iam:DeleteUserPermissionsBoundary", resource: "user/*", for: "write" },
    { action: "iam:PutRolePermissionsBoundary", resource: "role/*", for: "write" },
    { action: "iam:DeleteRolePermissionsBoundary", resource: "role/*", for: "write" },
  ],
  atExecution: "the boundary is put on a user or role that has another one, or none, then; AWSDenyAll of a cut stays",
  limits: [
    "Which boundary was there is known only where a call in the logs set it, or made the user or role: the call that takes one away does not say. Else its owner puts it back, and the plan says how.",
  ],
  sources: [
    "IAM API reference, PutUserPermissionsBoundary and DeleteRolePermissionsBoundary",
    "CloudTrail records of PutUserPermissionsBoundary, CreateUser and CreateRole (requestParameters.permissionsBoundary)",
  ],
};

const EVENTS = ["User", "Role"].flatMap((kind) => [
  `Delete${kind}PermissionsBoundary`,
  `Put${kind}PermissionsBoundary`,
]);
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,512}$/;

const kindOf = ({ userName }: Target): "User" | "Role" => (userName === undefined ? "Role" : "User");
const nameOf = ({ userName, roleName }: Target): string => (userName ?? roleName)!;

const holderIn = ({ eventName, request: input }: ActorChange): string => {
  const member = eventName.includes("User") ? "userName" : "roleName";
  const name = memberOf(input, member);
  return name === null || !isIamName(name) ? "" : `${member} ${name}`;
};

/** What the oldest of the actor's calls found: a boundary, none (empty), or nobody knows (absent). */
const boundaryBefore = ({ prior }: ActorChange): Readonly<Record<string, string>> => {
  if (prior === undefined) return {};
  const arn = memberOf(prior, "PermissionsBoundaryArn") ?? "";
  return arn === "" || POLICY_ARN.test(arn) ? { boundary: arn } : {};
};

const targets = (scene: Scene): readonly Target[] =>
  [...Map.groupBy(changesOf(scene, ...EVENTS), holderIn)]
    .filter(([holder]) => holder !== "")
    .map(([holder, changes]) => {
      const [member, name] = holder.split(" ") as ["userName" | "roleName", string];
      const label = `boundary of ${member.replace("Name", "")} ${name}`;
      const target = { label, [member]: name, ...boundaryBefore(changes[0]!), ...eventsOf(changes) };
      return withProtection(target, scene, [name], "principals");
    });

/** A cut of ours, or of another case, is stronger than any boundary: it is not loosened. */
const isCut = ({ boundary }: State, { partition }: Stamp): boolean =>
  boundary === `arn:${partition}:iam::aws:policy/AWSDenyAll`;

const set = (target: Target, boundary: unknown, stamp: Stamp): ApiRequest => {
  const [kind, name] = [kindOf(target), { [`${kindOf(target)}Name`]: nameOf(target) }];
  return boundary === null || boundary === ""
    ? request(stamp, "iam", `Delete${kind}PermissionsBoundary`, name)
    : request(stamp, "iam", `Put${kind}PermissionsBoundary`, { ...name, PermissionsBoundary: boundary });
};

const isAsBefore = (target: Target, state: State, stamp: Stamp): boolean =>
  isCut(state, stamp) || (state.boundary ?? "") === target.boundary;

export const undoBoundary: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const kind = kindOf(target);
    const output = await read(account, request(stamp, "iam", `Get${kind}`, { [`${kind}Name`]: nameOf(target) }));
    const holder = output[kind] as Readonly<Record<string, unknown>>;
    const { PermissionsBoundary: bound, Arn, Path = "/" } = holder;
    const boundary =
      (bound as { readonly PermissionsBoundaryArn?: string } | undefined)?.PermissionsBoundaryArn ?? null;
    return { holderArn: String(Arn), ...holderIdOf(holder, kind), path: String(Path), boundary };
  },

  apply: (target, before, stamp) => (isAsBefore(target, before, stamp) ? [] : [set(target, target.boundary, stamp)]),

  verify: (target, _before, now, stamp) =>
    isAsBefore(target, now, stamp)
      ? { ok: true, why: `the boundary is ${now.boundary ?? "none, as it was"}` }
      : { ok: false, why: `the boundary is ${now.boundary ?? "none"}` },

  rollback: (target, before, stamp) => (isAsBefore(target, before, stamp) ? [] : [set(target, before.boundary, stamp)]),
  withdraw: (target, before, now, stamp) =>
    now.boundary === before.boundary || isCut(now, stamp) ? [] : undoBoundary.rollback(target, before, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [String(before.holderArn ?? "")], stamp) ??
    refuseUnmodifiable(target, before) ??
    (target.boundary === undefined
      ? `${target.label}: no log says which boundary was there. Its owner puts it back: aws iam put-${kindOf(target).toLowerCase()}-permissions-boundary --${kindOf(target).toLowerCase()}-name ${nameOf(target)} --permissions-boundary ARN`
      : null),
};
