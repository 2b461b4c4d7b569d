import type { Plan } from "../../case/plan.ts";

const MOST_REASONS = 3;

/**
 * What every view says where a plan holds no change although somebody is suspected: they can go on, and only a person can
 * stop them. Null: it holds one.
 */
export const emptyPlanWarning = ({ planId, actions, suspects, leftOut }: Plan): string | null => {
  if (actions.length > 0) return null;
  const named = suspects.map(({ arn, principalId, accessKeyId }) => arn ?? principalId ?? accessKeyId ?? "");
  const who = [...new Set(named)].filter((name) => name !== "");
  const why = [...new Set(leftOut.map(({ kind, target, reason }) => `${kind} on ${target}: ${reason}`))];
  return [
    `${planId} holds no change, so nothing of it stops ${who.length === 0 ? "the actor, whom no source names" : who.join(", ")}.`,
    ...(why.length === 0
      ? ["No action that Cordon has fits what is known of them."]
      : [
          `Left out: ${why.slice(0, MOST_REASONS).join("; ")}${why.length > MOST_REASONS ? `; and ${why.length - MOST_REASONS} more` : ""}.`,
        ]),
    "Until a person cuts them off they can go on.",
  ].join(" ");
};
