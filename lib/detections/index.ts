/** Every detection, in the order of the story. The query of a card is the `.sql` file of the same name beside it. */
import { readFileSync } from "node:fs";
import { type Detection, type DetectionCard, PHASES } from "../core/detection.ts";
import { versioningDisabled } from "./versioning-disabled.ts";

const cards: readonly DetectionCard[] = [versioningDisabled];

const queryOf = (id: string): string => readFileSync(new URL(`./${id}.sql`, import.meta.url), "utf8");

export const detections: readonly Detection[] = cards
  .map((card) => ({ card, sql: queryOf(card.id) }))
  .toSorted((a, b) => PHASES.indexOf(a.card.tactic) - PHASES.indexOf(b.card.tactic));
