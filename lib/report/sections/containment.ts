import type { ActionOutcome } from "../../core/plan/outcome.ts";
import { code, list, nothing, say, text, verdict, when } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section } from "../model.ts";
import type { Summary } from "../summary.ts";
import { toneOfState } from "./answer.ts";

/** What was done, an action a line; the plans in full stand in an appendix. */
export const containment = (dossier: CaseDossier, { state, outcomes }: Summary): Section => ({
  id: "containment",
  title: "Containment actions",
  blocks: [
    verdict(toneOfState(state), state.sentence),
    ...checks(dossier, outcomes),
    ...leftOut(dossier),
    ...when(dossier.plans.length === 0, nothing("No plan was made.")),
  ],
});

const checks = ({ plans }: CaseDossier, outcomes: readonly ActionOutcome[]): readonly Block[] => {
  const replaced = new Set(plans.map(({ plan }) => plan.replaces?.planId));
  const standing = outcomes.filter(({ planId, record }) => record !== null || !replaced.has(planId));
  return [
    ...when(standing.length > 0, {
      as: "checks",
      items: standing.map(({ done, action, note, purpose }) => ({
        done,
        text: say`${purpose === "release" ? "Release: " : ""}${action.title}: ${code(action.target.label)} (${note})`,
      })),
    }),
    ...when(
      standing.length < outcomes.length,
      text("What a newer plan asked anew is listed once; the older plan stands under Plans in full."),
    ),
  ];
};

/** The same reason for the same action in several plans is said once. */
const leftOut = ({ plans }: CaseDossier): readonly Block[] => {
  const all = plans.flatMap(({ plan }) =>
    plan.leftOut.map((one) => ({ planId: plan.planId, ...one, reason: withoutLabel(one.reason, one.target) })),
  );
  const lines = [...Map.groupBy(all, ({ kind, reason }) => `${kind}\n${reason}`).values()].map((same): Inline => {
    const targets = [...new Set(same.map(({ target }) => target))];
    const ids = [...new Set(same.map(({ planId }) => planId))];
    return say`${code(same[0]!.kind)} on ${targets.join(", ")}: ${same[0]!.reason} (${ids.join(", ")})`;
  });
  return when(lines.length > 0, text("Considered and left out:"), list(lines, ""));
};

/** Reasons of actions begin with their target, for where they stand alone. */
const withoutLabel = (reason: string, label: string): string =>
  reason.startsWith(`${label}: `) ? reason.slice(label.length + 2) : reason;
