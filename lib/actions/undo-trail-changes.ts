import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import type { Action } from "./parts/action.ts";
import { read, readOrNull, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

/** CloudTrail API, trail name or ARN. */
const TRAIL = /^(?:arn:aws[a-z-]*:cloudtrail:[a-z0-9-]+:\d{12}:trail\/)?[A-Za-z0-9][A-Za-z0-9._-]{2,127}$/;
/** Members of UpdateTrail that GetTrail shows (CloudTrail API reference). */
const UPDATABLE = [
  "S3BucketName",
  "S3KeyPrefix",
  "SnsTopicName",
  "IncludeGlobalServiceEvents",
  "IsMultiRegionTrail",
  "CloudWatchLogsLogGroupArn",
  "CloudWatchLogsRoleArn",
  "KmsKeyId",
  "IsOrganizationTrail",
];

type Doc = Readonly<Record<string, unknown>>;

const card: ActionCard = {
  id: "undo-trail-changes",
  title: "Let the trail record again as before",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "cloudtrail:GetTrail", resource: "trail/*", for: "read" },
    { action: "cloudtrail:GetTrailStatus", resource: "trail/*", for: "read" },
    { action: "cloudtrail:GetEventSelectors", resource: "trail/*", for: "read" },
    { action: "cloudtrail:StartLogging", resource: "trail/*", for: "write" },
    { action: "cloudtrail:StopLogging", resource: "trail/*", for: "write" },
    { action: "cloudtrail:PutEventSelectors", resource: "trail/*", for: "write" },
    { action: "cloudtrail:UpdateTrail", resource: "trail/*", for: "write" },
  ],
  limits: [
    "What was not recorded while the trail was stopped is lost; the event history of the last 90 days still has management events.",
    "Event selectors and settings come back only where they were recorded before the change.",
    "A deleted trail is not made again: its bucket, key and selectors are not in the event. The action is refused and says so.",
  ],
  sources: ["CloudTrail API reference, StartLogging, PutEventSelectors, UpdateTrail"],
};

const EVENTS = ["StopLogging", "PutEventSelectors", "UpdateTrail", "DeleteTrail"] as const;

const targets = (scene: Scene): readonly Target[] =>
  [...Map.groupBy(changesOf(scene, ...EVENTS), ({ request: input }) => memberOf(input, "name", "trailName") ?? "")]
    .filter(([trail]) => TRAIL.test(trail))
    .map(([trail, changes]) => {
      const priorOf = (name: string) => changes.find(({ eventName }) => eventName === name)?.prior;
      const recorded = { selectors: priorOf("PutEventSelectors"), trail: priorOf("UpdateTrail") };
      const done = (name: string) => (changes.some(({ eventName }) => eventName === name) ? "yes" : "no");
      return {
        label: `trail ${trail}`,
        trail,
        deleted: done("DeleteTrail"),
        stopped: done("StopLogging"),
        recorded: JSON.stringify(recorded),
        ...eventsOf(changes),
      };
    });

const selectorsOf = (output: Doc): Doc =>
  Object.fromEntries(
    ["EventSelectors", "AdvancedEventSelectors"]
      .filter((name) => ((output[name] ?? []) as readonly unknown[]).length > 0)
      .map((name) => [name, output[name]]),
  );

const settingsOf = (trail: Doc): Doc =>
  Object.fromEntries(UPDATABLE.flatMap((name) => (trail[name] === undefined ? [] : [[name, trail[name]]])));

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** What the trail should be: recorded where it was recorded, else as it is; and recording. */
const wanted = (target: Target, now: State): State => {
  const { selectors, trail } = JSON.parse(target.recorded!) as { readonly selectors?: Doc; readonly trail?: Doc };
  return {
    logging: target.stopped === "yes" ? true : now.logging,
    selectors: selectors === undefined ? now.selectors : selectorsOf(selectors),
    settings: trail === undefined ? now.settings : settingsOf((trail.Trail ?? trail) as Doc),
  };
};

const change = (target: Target, from: State, to: State, stamp: Parameters<typeof request>[0]) => [
  ...(isSame(from.settings, to.settings)
    ? []
    : [request(stamp, "cloudtrail", "UpdateTrail", { Name: target.trail, ...(to.settings as object) })]),
  ...(isSame(from.selectors, to.selectors)
    ? []
    : [request(stamp, "cloudtrail", "PutEventSelectors", { TrailName: target.trail, ...(to.selectors as object) })]),
  ...(from.logging === to.logging
    ? []
    : [request(stamp, "cloudtrail", to.logging === true ? "StartLogging" : "StopLogging", { Name: target.trail })]),
];

export const undoTrailChanges: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const trail = await readOrNull(
      account,
      request(stamp, "cloudtrail", "GetTrail", { Name: target.trail }),
      "TrailNotFoundException",
    );
    if (trail === null) return { exists: false, logging: null, selectors: null, settings: null };
    const status = await read(account, request(stamp, "cloudtrail", "GetTrailStatus", { Name: target.trail }));
    const selectors = await read(
      account,
      request(stamp, "cloudtrail", "GetEventSelectors", { TrailName: target.trail }),
    );
    return {
      exists: true,
      logging: status.IsLogging === true,
      selectors: plain(selectorsOf(selectors)),
      settings: plain(settingsOf(trail.Trail as Doc)),
    };
  },

  apply: (target, before, stamp) => change(target, before, wanted(target, before), stamp),

  verify: (target, _before, now) => {
    const { logging, selectors, settings } = wanted(target, now);
    const holds =
      now.exists === true &&
      now.logging === logging &&
      isSame(now.selectors, selectors) &&
      isSame(now.settings, settings);
    return holds
      ? { ok: true, why: "the trail is as recorded and logs" }
      : { ok: false, why: "the trail is not as wanted" };
  },

  rollback: (target, before, stamp) => change(target, wanted(target, before), before, stamp),

  refuse: (target, before, stamp) =>
    refuseSpared(target, [], stamp) ??
    (before.exists === false
      ? `${target.label}: it was deleted; make it anew from your template, events do not hold its settings`
      : null),
};
