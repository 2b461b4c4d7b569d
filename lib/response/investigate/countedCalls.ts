import type { CountedCalls } from "../../case/theft.ts";
import { type CountedRow, countedCallsOf } from "../../core/logs/countedCalls.ts";
import type { Coverage } from "../../core/logs/coverage.ts";
import { aggregated } from "../../logs/index.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import type { TheftInput } from "./theftInput.ts";

export interface Counted {
  readonly counted: readonly CountedCalls[];
  readonly notKnown: readonly string[];
}

/** Reads of buckets whose data events are not on record, or not all of them, as CloudTrail's summaries count them. Never throws. */
export const countedCalls = async (
  caseId: string,
  { rounds, since }: Pick<TheftInput, "rounds"> & { readonly since: string },
  { buckets }: Pick<Coverage, "buckets">,
  ports: Ports,
): Promise<Counted> => {
  const found = foundOf(rounds.at(-1)?.result?.inventory, aggregated.id);
  if (found === null || found.failed !== undefined) return { counted: [], notKnown: [] };
  const counted: CountedCalls[] = [];
  const notKnown: string[] = [];
  for (const { name } of buckets.filter(({ dataEvents }) => dataEvents !== "covered")) {
    try {
      const arn = `:s3:::${name}`;
      counted.push(...countedCallsOf(name, await ask<CountedRow>(caseId, "counted-calls", [arn, arn, since], ports)));
    } catch (error) {
      notKnown.push(`${name}: CloudTrail's summaries were given and could not be asked: ${(error as Error).message}`);
    }
  }
  return { counted, notKnown: [...counted.map(({ says }) => says), ...notKnown] };
};
