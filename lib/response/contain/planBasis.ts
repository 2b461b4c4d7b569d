import { FINDING, find, LIKELIHOOD, read } from "../../case/documents.ts";
import type { Opinion } from "../../case/opinion.ts";
import type { PlanBasis } from "../../case/plan.ts";
import { isSuspicion } from "../../core/finding/suspicion.ts";
import { overruling } from "../../core/theft/overruling.ts";
import type { Ports } from "../../ports/ports.ts";
import { scanRounds } from "../investigate/scan.ts";

/** Reasons shown to whoever decides; all of them are in `likelihood.json`. */
const MOST_REASONS = 6;

/** What is known of the case now: whether the logs were read, and the verdict, the computed one or that of a person. */
export const basisOf = async (caseId: string, { cases }: Pick<Ports, "cases">): Promise<PlanBasis> => {
  const opinion = await find(cases, caseId, LIKELIHOOD);
  const overruled = overruling(await cases.events(caseId));
  const rounds = opinion === null ? [] : await scanRounds(caseId, { cases });
  const computed = opinion?.likelihood ?? null;
  return {
    logs: opinion === null ? "not read" : "read",
    until: rounds.at(-1)?.result?.watermark ?? null,
    verdict: overruled?.verdict ?? computed,
    overruledBy: overruled?.humanId ?? null,
    ...(isSuspicion((await read(cases, caseId, FINDING)).type) ? { suspicion: true } : {}),
    ...(opinion === null || ordinaryIn(opinion).length === 0 ? {} : { ordinary: ordinaryIn(opinion) }),
    sharedWithOwner: opinion?.sharedWithOwner === true,
    reasons: [
      ...(overruled === null ? [] : [`Computed: ${computed ?? "none"}. ${overruled.humanId}: ${overruled.reason}`]),
      ...(opinion?.reasons ?? []),
    ].slice(0, MOST_REASONS),
  };
};

/** What may explain everything, where no sign of theft was seen: a backup whose first run the logs show, say. */
const ordinaryIn = ({ signs = [], explanations = [] }: Opinion): readonly string[] =>
  signs.some(({ holds }) => holds === true)
    ? []
    : explanations.filter(({ verdict }) => verdict !== "does not fit").map(({ title }) => title);
