import * as z from "zod";
import { AllowList } from "../core/hunt/allow.ts";

/** `CORDON_HUNT`: what the context asks for. */
export const HuntPlan = z.object({
  everyMinutes: z.int().min(15),
  habitDays: z.int().min(1),
  maximumBytes: z.int().min(1),
  /** Null: those of the lake's table. */
  accounts: z.array(z.string().regex(/^\d{12}$/)).nullable(),
  securityHub: z.boolean(),
});
export type HuntPlan = z.output<typeof HuntPlan>;

/** `hunt.json` of the bundle: what is expected, and networks by name. */
export const HuntLists = z.object({ allow: AllowList, ranges: z.string() });
export type HuntLists = z.output<typeof HuntLists>;
