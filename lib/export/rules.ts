import { sha256Hex } from "../base/jcs.ts";
import type { Detection } from "../core/theft/detection.ts";
import type { RuleLine } from "./schemas/record.ts";

/** A detection as it stood when the case ran it: card, text, and the digest that is its version. */

/** `rules.jsonl`: every rule of the catalogue, those that stayed quiet included. */
export const rulesOf = (detections: readonly Detection[], product: string): readonly RuleLine[] =>
  detections.map(({ card, sql }) => ({
    id: card.id,
    title: card.title,
    severity: card.severity,
    technique: card.technique,
    tactic: card.tactic,
    fires: card.fires,
    origins: card.origins.map(({ from, name, date }) => ({ from, name, ...(date === undefined ? {} : { date }) })),
    blindSpots: card.blindSpots,
    falsePositives: card.falsePositives,
    version: sha256Hex(sql),
    sql,
    product,
  }));
