/** Documents that say what the figures mean: where credentials came from, how likely theft is, and what names hint at. */
import { z } from "zod";
import { START_KINDS } from "../../core/principal/roleChainStart.ts";
import { LIKELIHOODS } from "../../core/theft/likelihood.ts";
import { SignIn } from "./otherLogs.ts";
import { Certainty, Count, Instant, Text, Texts } from "./parts.ts";

const Credential = z.looseObject({
  type: Text,
  principalId: Text,
  arn: Text,
  accountId: Text,
  userName: Text,
  accessKeyId: Text,
  issuerArn: Text,
});

const Hop = z.looseObject({
  eventId: z.string(),
  at: Instant,
  how: z.string(),
  from: Credential.nullable().describe("null where a service or an identity provider opened the session"),
  to: Credential,
  address: Text,
  link: z.enum(["key", "session"]),
  candidates: Count.describe("calls that opened a session of that name; more than 1 means that the hop is one of them"),
  byThief: z.boolean(),
  usedByThief: z.boolean().optional().describe("whoever opened it, it was used with the thief's marks"),
  expiresAt: Text.optional().describe("null: it does not expire, or the record does not tell"),
});

export const RoleChain = z.looseObject({
  schema: z.literal("cordon/role-chain/v1"),
  chains: z.array(
    z.looseObject({
      suspect: Credential,
      hops: z.array(Hop),
      start: z.looseObject({
        kind: z.enum(START_KINDS),
        name: Text,
        provider: Text,
        sourceIdentity: Text,
        basis: z.enum(["record", "name", "none"]),
        why: z.string(),
        signIn: SignIn.nullable()
          .optional()
          .describe("absent: no log of an identity provider; null: it has none that fits"),
      }),
      ended: z.enum(["start", "cycle", "limit"]),
    }),
  ),
  sessions: z.array(Hop),
  cut: z
    .looseObject({
      credential: Credential,
      holder: z.enum(["thief-only", "stolen"]),
      stops: Texts,
      revokeToo: Texts.describe("made already, and alive until each is revoked or expires"),
      reason: z.string(),
    })
    .nullable(),
  notKnown: Texts,
});

const Criterion = z.looseObject({
  id: z.string(),
  holds: z.boolean().nullable().describe("null: the logs cannot tell"),
  text: z.string(),
});

export const Likelihood = z.looseObject({
  schema: z.literal("cordon/likelihood/v1"),
  likelihood: z.enum(LIKELIHOODS).nullable().describe("null: it could not be weighed"),
  rule: z.string().optional(),
  reasons: Texts,
  signs: z.array(Criterion).optional(),
  explanations: z
    .array(
      z.looseObject({
        id: z.string(),
        verdict: z.enum(["fits", "possible", "does not fit"]),
        criteria: z.array(Criterion),
        verify: z.string(),
      }),
    )
    .optional(),
  notKnown: Texts,
});

export const SensitivityHints = z.looseObject({
  schema: z.literal("cordon/sensitivity-hints/v1"),
  note: z.string(),
  tags: z
    .looseObject({ asked: Count, answered: Count, of: Count, notKnown: Text })
    .optional()
    .describe("stolen objects whose tags were asked for; a sample where there are many"),
  objects: Count,
  hinted: Count,
  rules: z.array(
    z.looseObject({ id: z.string(), kind: z.string(), means: z.string(), objects: Count, certain: Count }),
  ),
  list: z.array(z.looseObject({ bucket: z.string(), key: z.string(), certainty: Certainty, rules: Texts })),
  rotation: z.array(
    z.looseObject({ bucket: z.string(), key: z.string(), certainty: Certainty, rule: z.string(), means: z.string() }),
  ),
});

/** What the trails were set to record when they were read. */
export const Trails = z.strictObject({
  schema: z.literal("cordon/trails/v1"),
  readAt: Instant,
  trails: z.array(
    z.strictObject({
      arn: z.string(),
      homeRegion: Text,
      isMultiRegion: z.boolean(),
      isValidated: z.boolean().describe("log files carry digests that CloudTrail signs"),
      isLogging: z.boolean(),
      selectors: z
        .strictObject({ basic: z.array(z.unknown()), advanced: z.array(z.unknown()) })
        .describe("event selectors in the members of the CloudTrail API"),
    }),
  ),
  notKnown: z
    .array(z.strictObject({ what: z.string(), reason: z.string() }))
    .describe("not empty: other trails may record more"),
});

const Seconds = Count.nullable();

/** Each mark of the thief followed by itself, and when he was there. */
export const Pivots = z.strictObject({
  schema: z.literal("cordon/pivots/v1"),
  activity: z.strictObject({
    firstSignAt: Text,
    firstTheftAt: Text,
    lastTheftAt: Text,
    lastSignAt: Text,
    secondsToFirstTheft: z
      .int()
      .nullable()
      .describe("from the first sign; below 0 where the theft is the earlier record"),
    dwellSeconds: Seconds.describe("from the first to the last sign"),
    state: z.enum(["going on", "quiet", "not known"]),
    why: z.string(),
  }),
  pivots: z.array(
    z.strictObject({
      kind: z.enum(["key", "address", "agent"]),
      value: z.string(),
      calls: Count,
      firstAt: Instant,
      lastAt: Instant,
      others: Count.describe("calls that carry the value and are not held to be the thief's"),
      adds: z.strictObject({ keys: Texts, principals: Texts, addresses: Texts }),
    }),
  ),
});
