/** The data access inventory: what was taken, with what classification says of it. */

import * as z from "zod";
import { lines } from "../../case/lines.ts";
import { Categories, SENSITIVITIES, TakenObject } from "../../case/objects.ts";
import { type Known, Text } from "../../case/schema.ts";

/**
 * What classification says of one object. `nothing-found` only when a whole run looked at it; `not-classified` is not
 * the same as harmless.
 */
export const ObjectSensitivity = z.looseObject({
  state: z.enum(["found", "nothing-found", "not-classified"]),
  severity: z.enum(SENSITIVITIES).nullable(),
  categories: Categories.nullable(),
  source: Text,
});
export type ObjectSensitivity = Known<typeof ObjectSensitivity>;

/** A line of `objects.jsonl` in a bundle. */
export const InventoriedObject = TakenObject.extend({ sensitivity: ObjectSensitivity });
export type InventoriedObject = Known<typeof InventoriedObject>;

export const INVENTORY = lines("objects.jsonl", InventoriedObject, "sealEvidence", "object");
