import * as z from "zod";
import type { Acts } from "./acts.ts";
import { SIGNS, type SignId } from "./signs.ts";

/** What somebody answers for until a day: these signs of this identity, from this network or from any, say nothing. */
export const AllowEntry = z.strictObject({
  identity: z.string().min(1).describe("stable id, ARN or name, as the hunt prints it"),
  network: z.string().min(1).optional().describe("as the hunt prints it; absent: from anywhere"),
  signs: z
    .array(z.enum(Object.keys(SIGNS) as [SignId, ...SignId[]]))
    .min(1)
    .describe("which signs are expected of it; another one counts as ever"),
  owner: z.string().min(1).describe("who answers for it"),
  reason: z.string().min(1),
  until: z.iso.date().describe("the last day on which it holds"),
});
export type AllowEntry = z.infer<typeof AllowEntry>;

export const AllowList = z.array(AllowEntry).max(10_000);

/** Entries that hold on a day (`YYYY-MM-DD`), and those that have run out. */
export const byValidity = (
  entries: readonly AllowEntry[],
  day: string,
): { readonly valid: readonly AllowEntry[]; readonly expired: readonly AllowEntry[] } => ({
  valid: entries.filter(({ until }) => until >= day),
  expired: entries.filter(({ until }) => until < day),
});

/** The entries that speak of somebody. */
export const entriesFor = (
  { identity, name, network }: Pick<Acts, "identity" | "name" | "network">,
  entries: readonly AllowEntry[],
): readonly AllowEntry[] =>
  entries.filter(
    (entry) =>
      (entry.identity === identity || entry.identity === name) &&
      (entry.network === undefined || entry.network === network),
  );
