import { readFileSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import { faultTold, schemaFaults } from "../case/check.ts";
import { type AllowEntry, AllowList, byValidity } from "../core/hunt/allow.ts";
import { NO_RANGES, parseRanges } from "../core/hunt/ranges.ts";
import { plainText } from "../embedded/plainText.ts";
import type { HuntKnowledge } from "../response/hunt/hunt.ts";
import type { Typed } from "./command.ts";

/** Reads the lists of the deployment. Throws INPUT_UNREADABLE, INPUT_INVALID. */
export const knowledgeFrom = (
  { values }: Pick<Typed, "values">,
  now: string,
): HuntKnowledge & { readonly expired: readonly AllowEntry[] } => {
  const textOf = (name: "allow" | "ranges"): string | null =>
    typeof values[name] === "string" ? plainText(readBytes(values[name], name)) : null;
  const [allow, ranges] = [textOf("allow"), textOf("ranges")];
  const { valid, expired } = byValidity(allow === null ? [] : allowListOf(allow), now.slice(0, 10));
  return { allowed: valid, expired, ranges: ranges === null ? NO_RANGES : parseRanges(ranges) };
};

const readBytes = (file: string, option: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `--${option} ${file}: ${(cause as Error).message}`, { cause });
  }
};

const allowListOf = (text: string): readonly AllowEntry[] => {
  const parsed = AllowList.safeParse(parseJsonOr(text));
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error, "the list").slice(0, 5).map(faultTold);
  throw new CordonError("INPUT_INVALID", `--allow: ${faults.join("; ")}`);
};

const parseJsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CordonError("INPUT_INVALID", `--allow: expected JSON: ${(cause as Error).message}`, { cause });
  }
};
