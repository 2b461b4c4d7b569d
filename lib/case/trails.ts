/** What the account's trails were set to record when they were read. */
import * as z from "zod";
import { NotKnown } from "./principal.ts";
import { Instant, type Known, Text, Texts } from "./schema.ts";

const FieldSelector = z.looseObject({
  Field: z.string().optional(),
  Equals: Texts.optional(),
  StartsWith: Texts.optional(),
  EndsWith: Texts.optional(),
  NotEquals: Texts.optional(),
  NotStartsWith: Texts.optional(),
  NotEndsWith: Texts.optional(),
});

/** A trail's selectors, in the members of the CloudTrail API. */
export const Selectors = z.looseObject({
  basic: z.array(
    z.looseObject({
      ReadWriteType: z.string().optional(),
      IncludeManagementEvents: z.boolean().optional(),
      DataResources: z.array(z.looseObject({ Type: z.string().optional(), Values: Texts.optional() })).optional(),
    }),
  ),
  advanced: z.array(z.looseObject({ FieldSelectors: z.array(FieldSelector).optional() })),
});
export type Selectors = Known<typeof Selectors>;

/** A trail as it was when it was read; what it recorded earlier is the same unless an event says otherwise. */
export const KnownTrail = z.looseObject({
  arn: z.string(),
  homeRegion: Text,
  isMultiRegion: z.boolean(),
  isValidated: z.boolean().describe("log files carry digests that CloudTrail signs"),
  isLogging: z.boolean(),
  selectors: Selectors,
});
export type KnownTrail = Known<typeof KnownTrail>;

export const TrailFacts = z.looseObject({
  schema: z.literal("cordon/trails/v1"),
  readAt: Instant,
  trails: z.array(KnownTrail),
  notKnown: z.array(NotKnown).describe("not empty: other trails may record more than `trails` says"),
});
export type TrailFacts = Known<typeof TrailFacts>;
