import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

const DETECTOR = /^[0-9a-f]{32}$/;
const NAME = /^[\w.-]{3,64}$/;

const card: ActionCard = {
  id: "undo-guardduty-changes",
  title: "Let GuardDuty see again",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "guardduty:GetDetector", resource: "detector/*", for: "read" },
    { action: "guardduty:GetFilter", resource: "detector/*", for: "read" },
    { action: "guardduty:GetIPSet", resource: "detector/*", for: "read" },
    { action: "guardduty:UpdateDetector", resource: "detector/*", for: "write" },
    { action: "guardduty:UpdateFilter", resource: "detector/*", for: "write" },
    { action: "guardduty:UpdateIPSet", resource: "detector/*", for: "write" },
  ],
  limits: [
    "Switches a suspended detector on, a suppression filter to no action, and a trusted address list off.",
    "A deleted detector is not made again: findings, filters and members are gone with it. The action is refused and says so.",
    "Members that were taken out of an organisation, and protection plans that were switched off one by one, are not put back.",
  ],
  sources: ["GuardDuty API reference, UpdateDetector, UpdateFilter, UpdateIPSet"],
};

/** The thing that an event changed: a detector, a filter or a list of addresses. */
const thingOf = (change: ActorChange): { readonly kind: string; readonly id: string } | null => {
  const named = (kind: string, id: string | null) => (id !== null && NAME.test(id) ? { kind, id } : null);
  switch (change.eventName) {
    case "UpdateDetector":
    case "DeleteDetector":
      return { kind: "detector", id: "" };
    case "CreateFilter":
    case "UpdateFilter":
      return named("filter", memberOf(change.request, "name", "filterName"));
    case "CreateIPSet":
    case "UpdateIPSet":
      return named("list", memberOf(change.response, "ipSetId") ?? memberOf(change.request, "ipSetId"));
    default:
      return null;
  }
};

const targets = (scene: Scene): readonly Target[] => {
  const changes = changesOf(
    scene,
    "UpdateDetector",
    "DeleteDetector",
    "CreateFilter",
    "UpdateFilter",
    "CreateIPSet",
    "UpdateIPSet",
  );
  const found = changes.flatMap((change) => {
    const [thing, detectorId] = [thingOf(change), memberOf(change.request, "detectorId") ?? ""];
    if (thing === null || !DETECTOR.test(detectorId)) return [];
    return [
      { label: `GuardDuty ${thing.kind} ${thing.id || detectorId}`, detectorId, ...thing, ...eventsOf([change]) },
    ];
  });
  return [...new Map(found.map((target) => [target.label, target])).values()];
};

/** Per kind: which call shows whether it blinds GuardDuty, and which call changes that. */
const READS: Readonly<
  Record<string, { readonly operation: string; readonly idMember: string | null; readonly member: string }>
> = {
  detector: { operation: "GetDetector", idMember: null, member: "Status" },
  filter: { operation: "GetFilter", idMember: "FilterName", member: "Action" },
  list: { operation: "GetIPSet", idMember: "IpSetId", member: "Status" },
};

const SEES: readonly unknown[] = ["ENABLED", "NOOP", "INACTIVE", "DEACTIVATING", "DELETED", "DELETE_PENDING"];

const sees = (state: State): boolean => SEES.includes(state.value);

const set = (target: Target, seeing: boolean, stamp: Parameters<typeof request>[0]) => {
  const DetectorId = target.detectorId;
  switch (target.kind) {
    case "filter":
      return request(stamp, "guardduty", "UpdateFilter", {
        DetectorId,
        FilterName: target.id,
        Action: seeing ? "NOOP" : "ARCHIVE",
      });
    case "list":
      return request(stamp, "guardduty", "UpdateIPSet", { DetectorId, IpSetId: target.id, Activate: !seeing });
    default:
      return request(stamp, "guardduty", "UpdateDetector", { DetectorId, Enable: seeing });
  }
};

export const undoGuarddutyChanges: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const { operation, idMember, member } = READS[target.kind!]!;
    const input = { DetectorId: target.detectorId, ...(idMember === null ? {} : { [idMember]: target.id }) };
    const output = await readOrNull(account, request(stamp, "guardduty", operation, input), "BadRequestException");
    return { value: output === null ? null : (output[member] ?? null) };
  },

  apply: (target, before, stamp) => (before.value === null || sees(before) ? [] : [set(target, true, stamp)]),
  verify: (_target, _before, now) =>
    sees(now) ? { ok: true, why: `it is ${now.value}` } : { ok: false, why: `it is ${now.value ?? "gone"}` },
  rollback: (target, before, stamp) => (before.value === null || sees(before) ? [] : [set(target, false, stamp)]),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    (before.value === null
      ? `${target.label}: it does not exist any more; GuardDuty must be set up again by hand`
      : null),
};
