/** Every detection in the order of the story, the gravest of a phase first. One is one file: a card, then its query. */

import { readdirSync, readFileSync } from "node:fs";
import { PHASES, SEVERITIES } from "../case/queries.ts";
import type { Detection } from "../core/theft/detection.ts";
import { readDetection } from "./readDetection.ts";

const folder = new URL("./", import.meta.url);

const weightOf = ({ card }: Detection): number =>
  PHASES.indexOf(card.tactic) * SEVERITIES.length - SEVERITIES.indexOf(card.severity);

export const detections: readonly Detection[] = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .map((name) => readDetection(name.slice(0, -".sql".length), readFileSync(new URL(name, folder), "utf8")))
  .toSorted((a, b) => weightOf(a) - weightOf(b));
