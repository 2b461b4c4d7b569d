import type { Plan } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";
import { secondsFrom } from "../time.ts";

/** How far the window for a decision has run: 0, 1 or 2 whole thirds. */
export type Tier = 0 | 1 | 2;

const THIRDS = [1, 2] as const;

/** When one and when two thirds of the window are over. */
const markOf = ({ createdAt, expiresAt }: Plan, third: 1 | 2): string =>
  secondsFrom(createdAt, ((Date.parse(expiresAt) - Date.parse(createdAt)) / 1000) * (third / 3));

export const tierAt = (plan: Plan, now: string): Tier => (now >= markOf(plan, 2) ? 2 : now >= markOf(plan, 1) ? 1 : 0);

/** A question waits until the next reminder, the next third of its window, or the plan's end, whichever comes first. */
export const nextRound = (plan: Plan, { clock, settings }: Ports): { readonly waitUntil: string } => {
  const now = clock.now();
  const marks = THIRDS.map((third) => markOf(plan, third)).filter((mark) => mark > now);
  const [waitUntil] = [secondsFrom(now, settings.waits.reminder), ...marks, plan.expiresAt].sort();
  return { waitUntil: waitUntil! };
};
