/** What other tools read; their own schemas say more than these. */
import * as z from "zod";

export const OcsfEvent = z.looseObject({
  category_uid: z.int(),
  class_uid: z.int(),
  activity_id: z.int(),
  type_uid: z.int(),
  severity_id: z.int(),
  time: z.int(),
  metadata: z.looseObject({
    version: z.string(),
    uid: z.string(),
    product: z.looseObject({ name: z.string(), vendor_name: z.string() }),
  }),
});

const STIX_ID = /^[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const StixBundle = z.strictObject({
  type: z.literal("bundle"),
  id: z.string().regex(STIX_ID),
  objects: z.array(z.looseObject({ type: z.string(), id: z.string().regex(STIX_ID), spec_version: z.literal("2.1") })),
});

export const CaseUco = z.strictObject({
  "@context": z.record(z.string(), z.string()),
  "@graph": z.array(z.looseObject({ "@id": z.string(), "@type": z.string() })),
});
