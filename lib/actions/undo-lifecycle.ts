import { distinct } from "../base/lists.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { ActionCard } from "../core/plan/action.ts";
import { isSame } from "../core/plan/policyDocument.ts";
import { plainly } from "../core/plan/samePolicy.ts";
import { asApi } from "../core/theft/prior.ts";
import type { Action } from "./parts/action.ts";
import { captureSetting, LIFECYCLE, priorSetting, putSetting, restoreSetting } from "./parts/bucketSetting.ts";
import { changedBuckets, changesOf, rulesIn } from "./parts/changes.ts";
import { refuseSpared } from "./parts/exempt.ts";

type Doc = Readonly<Record<string, unknown>>;

const EVENTS = ["PutBucketLifecycle", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"] as const;

/** What S3 fills in where a configuration does not say it, and then shows (API reference, since 2024). */
const DEFAULTS = { TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" } as const;

const card: ActionCard = {
  id: "undo-lifecycle",
  title: "Take the actor's lifecycle rules out",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "s3:GetLifecycleConfiguration", resource: "bucket", for: "read" },
    { action: "s3:PutLifecycleConfiguration", resource: "bucket", for: "write" },
  ],
  atExecution: "the rules are taken out of the configuration that is found then",
  limits: [
    "Objects that a rule has already expired or moved do not come back by this; versions may.",
    "Rules that the actor's call replaced come back only where the former configuration was recorded; else the rules named in the call are taken out and nothing is put in their place.",
    "A rule to which the call gave no id has one that S3 made up: it is known by what it does, and so is one of the owner's that does exactly the same.",
    "S3 may still act for a day or two on a rule that is gone, on objects that were queued.",
  ],
  sources: [
    "S3 API reference, PutBucketLifecycleConfiguration",
    "CloudTrail record of PutBucketLifecycle (requestParameters.LifecycleConfiguration.Rule)",
  ],
};

const rulesOf = ({ request }: ActorChange): readonly Doc[] => rulesIn(request.LifecycleConfiguration);
const idOf = ({ ID, Id, id }: Doc): unknown => ID ?? Id ?? id;
const isNamed = (rule: Doc): boolean => ![undefined, ""].includes(idOf(rule) as string | undefined);
const ruleIds = (change: ActorChange): readonly string[] =>
  rulesOf(change)
    .filter(isNamed)
    .map((rule) => String(idOf(rule)));

/** What a rule does, without the id that S3 makes up where the call gives none. */
const deedOf = ({ ID: _, Id: __, id: ___, ...deed }: Doc): string => saidBy(deed);

/** One text for rules that say the same: in the words of CloudTrail's XML, or in those of S3's answer. */
const saidBy = ({ Prefix, ...rule }: Doc): string =>
  saidOf(spelt(asApi(Prefix === undefined ? rule : { Filter: { Prefix }, ...rule })));

/** Events hold numbers and truths as texts, and dates without milliseconds; an empty element, an empty text and none are one. */
const spelt = (value: unknown, name = ""): unknown => {
  if (Array.isArray(value)) return value.map((each) => spelt(each)).sort((a, b) => (saidOf(a) < saidOf(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return name === "Date" ? dated(String(value)) : String(value ?? "");
  const members = Object.entries(value).map(([member, inner]) => [member, spelt(inner, member)] as const);
  const said = members.filter(([, inner]) => inner !== "");
  return said.length === 0 ? "" : Object.fromEntries(said);
};

const saidOf = (value: unknown): string => JSON.stringify(plainly(value));

const dated = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
};

const namelessDeeds = (change: ActorChange): readonly string[] =>
  rulesOf(change)
    .filter((rule) => !isNamed(rule))
    .map(deedOf);

const wanted = (target: Target, before: State): Doc | null => {
  const prior = priorSetting(LIFECYCLE, target);
  const now = before.setting as (Doc & { readonly Rules?: readonly Doc[] }) | null;
  if (prior !== undefined) return Object.keys(prior).length === 0 ? null : unlessSaid({ ...DEFAULTS, ...prior }, now);
  const ids = JSON.parse(target.ruleIds!) as readonly string[];
  const named = JSON.parse(target.nameless ?? "[]") as readonly string[];
  const deeds = named.map((deed) => deedOf(JSON.parse(deed) as Doc));
  const kept = (now?.Rules ?? []).filter((rule) => !ids.includes(String(rule.ID)) && !deeds.includes(deedOf(rule)));
  return now === null || kept.length === 0 ? null : { ...now, Rules: kept };
};

/** The configuration of an event where the bucket has another; where it says the same, that of the bucket. */
const unlessSaid = (prior: Doc, now: Doc | null): Doc =>
  now !== null && allSaid(prior) === allSaid(now) ? now : prior;
const allSaid = ({ Rules, ...rest }: Doc): string =>
  saidOf([
    spelt(rest),
    ...rulesIn({ Rules })
      .map((rule) => saidBy(rule))
      .sort(),
  ]);

export const undoLifecycle: Action = {
  card,

  targets: (scene) =>
    changedBuckets(scene, ...EVENTS)
      .map((target) => {
        const own = changesOf(scene, ...EVENTS).filter(({ bucket }) => bucket === target.bucket);
        const nameless = distinct(own.flatMap(namelessDeeds));
        const rules = { ruleIds: JSON.stringify(distinct(own.flatMap(ruleIds))) };
        return { ...target, ...rules, ...(nameless.length === 0 ? {} : { nameless: JSON.stringify(nameless) }) };
      })
      .filter((target: Target) => target.prior !== undefined || target.ruleIds !== "[]" || "nameless" in target),

  capture: (target, stamp, account) => captureSetting(LIFECYCLE, target.bucket!, stamp, account),
  apply: (target, before, stamp) => putSetting(LIFECYCLE, target, wanted(target, before), before.setting, stamp),

  verify: (target, _before, now) =>
    isSame(wanted(target, now), now.setting)
      ? { ok: true, why: "none of the actor's rules is there" }
      : { ok: false, why: "the configuration is not the one wanted" },

  rollback: (target, before, stamp) => restoreSetting(LIFECYCLE, target, before, stamp),
  refuse: (target, _before, stamp) => refuseSpared(target, [], stamp),
};
