import { bytes, count, counted } from "../../base/figures.ts";
import type { Suspect } from "./suspects.ts";

/** What a hunt found, gravest first. */
export interface Ranked {
  readonly suspects: readonly Suspect[];
  /** Somebody asked who touched something: then all who did are told, those too who do not stand out. */
  readonly isAsked: boolean;
}

/** Who stands out; the others follow them in the list. */
export const notable = ({ suspects }: Ranked): readonly Suspect[] =>
  suspects.filter(({ level }) => level !== "ordinary");

/** The others, as far as they are told one by one. */
export const others = ({ suspects, isAsked }: Ranked): readonly Suspect[] =>
  isAsked ? suspects.filter(({ level }) => level === "ordinary").slice(0, MOST_OTHERS) : [];

const MOST_OTHERS = 50;

/** How far the logs were read: that nobody stands out is said of what was read, and of nothing else. */
export interface Reached {
  /** Null: no event was read. */
  readonly watermark: string | null;
  /** Whether something of them was not read. */
  readonly isPart: boolean;
}

/** What is left to say of those who are not told one by one. */
export const restSentences = (told: Ranked, { watermark, isPart }: Reached): readonly string[] => {
  if (watermark === null) return ["No event was read: whether anybody stands out is not known."];
  const rest = told.suspects.length - notable(told).length - others(told).length;
  const nobody =
    told.isAsked && told.suspects.length === 0
      ? "Nobody touched it, as far as these logs tell."
      : `Nobody stands out${isPart ? " in what was read" : ""}.`;
  return [
    ...(notable(told).length === 0 ? [nobody] : []),
    ...(rest > 0
      ? [`${counted(rest, "other identity or network", "other identities and networks")} did nothing unusual.`]
      : []),
  ];
};

export const OTHERS_HEAD = "They touched it too, and did nothing unusual";

export const didSentence = (one: Suspect): string =>
  [
    counted(one.objects, "object"),
    counted(one.reads, "read"),
    bytes(one.bytesOut),
    `${counted(one.calls, "call")} (${count(one.refused)} refused)`,
    `${one.firstAt} to ${one.lastAt}`,
  ].join(", ");

/** As `--open` takes it. */
export const numberOf = (one: Suspect, { suspects }: Ranked): number => suspects.indexOf(one) + 1;
