/** What the figures mean: how likely theft is, what was usual before, what names hint at, when the actor was there. */
import * as z from "zod";
import { CERTAINTIES } from "./objects.ts";
import { Count, type Known, LogTime, Text, Texts } from "./schema.ts";

/** Volume per active hour before, and the busiest hour of the actor. */
export const Volume = z.looseObject({
  points: Count,
  mean: z.number().nullable(),
  deviation: z.number().nullable().describe("population standard deviation over the points"),
  threshold: z.number().nullable().describe("mean + 3 deviations; null: too few points for a rule"),
  most: z
    .number()
    .nullable()
    .exactOptional()
    .describe("the most there was in an hour before; absent in cases of 0.1.0"),
  busiest: z.looseObject({ hour: z.string(), value: z.number() }).nullable(),
  above: z.boolean().nullable(),
});
export type Volume = Known<typeof Volume>;

/** What the actor used, and which of it the identity had not used before. */
export const Novelty = z.looseObject({
  before: Count,
  during: Texts,
  fresh: Texts.nullable().describe("null: there is no before to compare with"),
  changing: z
    .boolean()
    .exactOptional()
    .describe("a new one almost every day was the habit before: then a new one says nothing"),
});
export type Novelty = Known<typeof Novelty>;

/** What the 30-day baseline, a scan of its own, reached. */
export const BaselineReach = z.looseObject({
  state: z.enum(["known", "not known"]),
  daysAsked: Count,
  daysCovered: z
    .number()
    .nullable()
    .describe("days before the first sign for which there are logs at all; null: not known"),
  reason: Text,
});
export type BaselineReach = Known<typeof BaselineReach>;

/** The actor against what anybody usually does with a bucket. */
export const BucketBaseline = z.looseObject({
  bucket: z.string(),
  activeHours: Count,
  identity: Novelty,
  network: Novelty,
  agent: Novelty,
  hourOfDay: Novelty,
  readsPerHour: Volume,
  bytesPerHour: Volume,
});
export type BucketBaseline = Known<typeof BucketBaseline>;

/** What was usual before, held against what was done. */
export const Comparison = z.looseObject({
  schema: z.literal("cordon/baseline/v1"),
  note: z.string(),
  from: z.string(),
  until: z.string().describe("first sign of the actor: what came before is the baseline"),
  hours: z.number(),
  activeHours: Count.describe("hours before in which the identity called at all"),
  address: Novelty,
  network: Novelty.describe("IPv4 /24 or IPv6 /48; names of services stand for themselves"),
  agent: Novelty,
  bucket: Novelty,
  hourOfDay: Novelty.describe("UTC, `00` to `23`"),
  days: z
    .looseObject({ active: Count, sameHour: Count })
    .describe(
      "days before on which the identity called, and those of them on which it did in one of the actor's hours of day",
    ),
  callsPerHour: Volume,
  readsPerHour: Volume,
  bytesPerHour: Volume,
  habit: z
    .looseObject({ deletes: Count, secrets: Count })
    .exactOptional()
    .describe(
      "hours before in which the identity deleted objects, and in which it read secrets; absent in cases of 0.1.0",
    ),
  scan: BaselineReach.exactOptional().describe("absent until the baseline scan was tried"),
  buckets: z
    .array(BucketBaseline)
    .exactOptional()
    .describe("buckets that the actor touched; only where the baseline scan tells of them"),
});
export type Comparison = Known<typeof Comparison>;

/** One thing for or against. */
const criterion = {
  id: z.string(),
  holds: z.boolean().nullable().describe("null: the logs cannot tell, and somebody must be asked"),
  text: z.string(),
} as const;
export const Criterion = z.looseObject(criterion);
export type Criterion = Known<typeof Criterion>;

/** A sign of theft; a decisive one is not seen in ordinary work. */
export const Sign = z.looseObject({
  ...criterion,
  decisive: z.boolean(),
  eventIds: Texts.exactOptional().describe("the events it rests on, a few at most; absent in cases of 0.1.0"),
});
export type Sign = Known<typeof Sign>;

export const Explanation = z.looseObject({
  id: z.enum(["migration", "development", "backup", "service"]),
  title: z.string(),
  verdict: z
    .enum(["fits", "possible", "does not fit"])
    .describe("fits: every criterion holds; possible: none is against it and some cannot be told"),
  criteria: z.array(Criterion),
  verify: z.string().describe("how to make sure"),
});
export type Explanation = Known<typeof Explanation>;

export const LIKELIHOODS = ["very likely theft", "likely theft", "unclear", "likely legitimate"] as const;
export const Likelihood = z.enum(LIKELIHOODS);
export type LikelihoodName = z.infer<typeof Likelihood>;

/** How likely this is theft; where it could not be weighed there are only reasons for that. */
export const Opinion = z.looseObject({
  schema: z.literal("cordon/likelihood/v1"),
  likelihood: Likelihood.nullable().describe("null: it could not be weighed"),
  rule: z.string().exactOptional().describe("by which it was told, in words: there is no score behind it"),
  reasons: Texts,
  signs: z.array(Sign).exactOptional(),
  explanations: z.array(Explanation).exactOptional(),
  baseline: Comparison.exactOptional(),
  sharedWithOwner: z
    .boolean()
    .exactOptional()
    .describe("owner and actor use the same key or session from the same place; absent in cases of 0.1.0"),
  notKnown: Texts,
});
export type Opinion = Known<typeof Opinion>;
/** An opinion that was formed. */
export type Likelihood = Required<Opinion> & { readonly likelihood: LikelihoodName };

export const HINT_KINDS = ["credential", "personal", "financial", "health", "confidential", "bulk"] as const;
export type HintKind = (typeof HINT_KINDS)[number];

/** How many of the stolen objects were asked for their tags, and how many answered. */
export const TagSample = z.looseObject({
  asked: Count,
  answered: Count,
  of: Count,
  notKnown: Text.describe("error code of the first that did not; null where all did"),
});
export type TagSample = Known<typeof TagSample>;

const named = {
  bucket: z.string(),
  key: z.string(),
  certainty: z.enum(CERTAINTIES),
} as const;

export const Hinted = z.looseObject({
  ...named,
  tags: z.record(z.string(), z.string()).exactOptional(),
  rules: Texts,
});
export type Hinted = Known<typeof Hinted>;

export const SensitivityHints = z.looseObject({
  schema: z.literal("cordon/sensitivity-hints/v1"),
  note: z.string(),
  tags: TagSample.exactOptional().describe("absent where no tags were asked for"),
  objects: Count,
  hinted: Count,
  rules: z.array(
    z.looseObject({ id: z.string(), kind: z.enum(HINT_KINDS), means: z.string(), objects: Count, certain: Count }),
  ),
  list: z.array(Hinted).describe("the first 1,000, gravest rule first; `hinted` counts all"),
  rotation: z
    .array(z.looseObject({ ...named, rule: z.string(), means: z.string() }))
    .describe("credential-like objects that are certainly or likely gone: each must be replaced"),
  secrets: z
    .array(
      z.looseObject({
        kind: z.enum(["secret", "parameter", "machine password"]),
        name: z.string().describe("as the call named it: a name, an ARN, a path, or the filter of a batch"),
        calls: Count,
        firstAt: LogTime,
        lastAt: LogTime,
        eventIds: Texts,
      }),
    )
    .exactOptional()
    .describe("secrets, decrypted parameters and passwords of machines that the actor read: each must be replaced"),
});
export type SensitivityHints = Known<typeof SensitivityHints>;

/** One value followed by itself, over the case table. */
export const Pivot = z.looseObject({
  kind: z.enum(["key", "address", "agent"]),
  value: z.string(),
  calls: Count,
  firstAt: LogTime,
  lastAt: LogTime,
  others: Count.describe("calls that carry it and are not held to be the actor's"),
  adds: z
    .looseObject({ keys: Texts, principals: Texts, addresses: Texts })
    .describe("what these others bring: values that no call of the actor carries, the first 20 each"),
});
export type Pivot = Known<typeof Pivot>;

/** When the actor was there. Lengths in whole seconds; null: not known. */
export const Presence = z.looseObject({
  firstSignAt: Text,
  firstTheftAt: Text,
  lastTheftAt: Text,
  lastSignAt: Text,
  secondsToFirstTheft: z
    .int()
    .nullable()
    .describe("from the first sign; below 0 where the theft is the earlier record"),
  dwellSeconds: z.int().nullable().describe("from the first to the last sign"),
  state: z
    .enum(["going on", "quiet", "not known"])
    .describe("quiet: the logs go on for an hour and more after the last sign"),
  why: z.string(),
});
export type Presence = Known<typeof Presence>;

export const Pivots = z.looseObject({
  schema: z.literal("cordon/pivots/v1"),
  activity: Presence,
  pivots: z.array(Pivot),
});
export type Pivots = Known<typeof Pivots>;
