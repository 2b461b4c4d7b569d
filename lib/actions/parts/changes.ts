/** What the suspects changed, read from their events. Every value is from a log: used only where it has its exact form. */
import type { Target } from "../../case/plan.ts";
import type { ActorChange } from "../../case/principal.ts";
import type { Scene } from "../../core/plan/action.ts";
import { isBucketName } from "./bucketPolicy.ts";
import { withProtection } from "./exempt.ts";
import { isIamName } from "./suspects.ts";

type Doc = Readonly<Record<string, unknown>>;

/** Changes of these names, oldest first. */
export const changesOf = (scene: Scene, ...eventNames: readonly string[]): readonly ActorChange[] =>
  scene.changes
    .filter((change) => eventNames.includes(change.eventName))
    .toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1));

/**
 * One target per bucket that these events changed. `event` is the newest; `prior` is what the oldest of them found,
 * because what lies between was the actor's too.
 */
export const changedBuckets = (
  scene: Scene,
  ...eventNames: readonly string[]
): readonly (Target & { readonly bucket: string })[] => {
  const byBucket = Map.groupBy(changesOf(scene, ...eventNames), (change) => change.bucket ?? "");
  return [...byBucket]
    .filter(([bucket]) => isBucketName(bucket))
    .map(([bucket, changes]) => {
      const { prior, priorFrom } = changes[0]!;
      const target = {
        label: `bucket ${bucket}`,
        ...eventsOf(changes),
        ...(prior === undefined ? {} : { prior: JSON.stringify(prior) }),
        ...(priorFrom === undefined ? {} : { priorFrom: leftBy(priorFrom) }),
      };
      return { ...withProtection(target, scene, [bucket], "buckets"), bucket };
    });
};

/** Who left the setting as it was before, for whoever decides whether that is an owner. */
const leftBy = ({ by, address, eventTime, eventId }: NonNullable<ActorChange["priorFrom"]>): string =>
  `left so by ${by ?? "somebody"}${address == null ? "" : ` from ${address}`}, ${eventTime} ${eventId}`;

/** The events that a target stands on, for the reader of the plan. */
export const eventsOf = (changes: readonly ActorChange[]): { readonly because: string } => ({
  because: changes.map(({ eventName, eventTime, eventId }) => `${eventName} ${eventTime} ${eventId}`).join("; "),
});

/** A string member of an event's request or response, under any of these names; case as CloudTrail writes it varies. */
export const memberOf = (doc: unknown, ...names: readonly string[]): string | null => {
  if (typeof doc !== "object" || doc === null) return null;
  const wanted = names.map((name) => name.toLowerCase());
  const found = Object.entries(doc as Doc).find(
    ([name, value]) => wanted.includes(name.toLowerCase()) && typeof value === "string",
  );
  if (found !== undefined) return found[1] as string;
  return (
    Object.values(doc as Doc)
      .map((value) => memberOf(value, ...names))
      .find((value) => value !== null) ?? null
  );
};

/** The user that an IAM event is about, where it is a name that IAM can have. */
export const userNameOf = (change: ActorChange): string | null => {
  const name = memberOf(change.request, "userName") ?? memberOf(change.response, "userName");
  return name !== null && isIamName(name) ? name : null;
};

/** Rules of a configuration in an event: CloudTrail writes one as an object and several as a list, under `Rule`. */
export const rulesIn = (configuration: unknown): readonly Doc[] => {
  const { Rule: rule, Rules: rules } = (configuration ?? {}) as Doc;
  return [rule ?? rules ?? []].flat().filter((each): each is Doc => typeof each === "object" && each !== null);
};
