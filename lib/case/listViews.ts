/** Lists that verbs print with `--json` and assistants are given; the JSON Schemas under docs/schemas are made from these. */
import * as z from "zod";
import { CASE_STATUSES } from "./case.ts";
import { CaseState } from "./caseState.ts";
import { TakenObject } from "./objects.ts";
import { Count, Instant, type Known, Sha256, Text, Texts } from "./schema.ts";

export const ListedCase = z.looseObject({
  caseId: z.string(),
  status: z.enum(CASE_STATUSES),
  state: CaseState.pick({ is: true, tone: true, word: true, sentence: true })
    .nullish()
    .describe(
      "how it stands, as people read it; null: it cannot be read; absent in the list that assistants are given",
    ),
  openedAt: Instant,
  accountId: z.string(),
  region: z.string(),
  finding: z.looseObject({ type: z.string(), severity: z.number() }).nullable(),
  principals: Texts,
  buckets: Texts,
  unreadable: z.string().optional().describe("why its documents cannot be read; absent: they can"),
});
/** What `cordon cases --json` answers. @public */
export const CaseList = z.array(ListedCase).describe("oldest first");

const page = {
  caseId: z.string(),
  total: Count,
  next: z.int().nullable().describe("`after` of the next page; null: this is the last"),
};

export const TimelinePage = z.looseObject({
  ...page,
  lines: z.array(
    z.looseObject({
      seq: z.int().min(1),
      at: Instant,
      actor: z.string().describe("a step, `human:<id>`, or `host`"),
      type: z.string(),
      text: z.string(),
      weight: z.string().describe("how far it should stand out"),
    }),
  ),
});
export type TimelinePage = Known<typeof TimelinePage>;

export const ObjectPage = z.looseObject({
  ...page,
  matching: Count.describe("of `total` those that were asked for"),
  objects: z.array(TakenObject),
});
export type ObjectPage = Known<typeof ObjectPage>;

export const EvidenceVerdict = z.looseObject({
  caseId: z.string(),
  revision: z.int().min(1),
  exitCode: z.int().min(0).max(4).describe("as of `cordon evidence verify`"),
  verdict: z.string(),
  checks: z.array(z.looseObject({ code: z.string(), ok: z.boolean(), detail: z.string() })),
  errors: z.array(z.looseObject({ code: z.string(), detail: z.string() })),
  digest: Sha256.nullable(),
  fingerprint: Text.describe("SHA-256 of the key in the bundle"),
});
export type EvidenceVerdict = Known<typeof EvidenceVerdict>;

/** What `cordon hunt --json` answers. @public */
export const HuntView = z.looseObject({
  schema: z.literal("cordon/hunt/v1"),
  coverage: z.looseObject({ filesRead: Count, watermark: Text, earliest: Text }),
  ownAccounts: Texts,
  notAsked: z.array(z.looseObject({ detection: z.string(), reason: z.string() })),
  suspects: z.array(
    z.looseObject({
      number: z.int().min(1),
      name: z.string(),
      level: z.string(),
      network: z.string(),
      signs: z.array(z.looseObject({ id: z.string(), says: z.string() })),
    }),
  ),
  sql: z.looseObject({ text: z.string(), parameters: Texts }),
});
