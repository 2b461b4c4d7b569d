import type { SignedDecision } from "../../core/plan/decision.ts";
import { fingerprintOf } from "../../core/plan/renderPlan.ts";
import { code, say, small, table, time, when } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";

/** Behind the name of whoever is no person. */
export const DEMO = " (the bundled demo responder, no human)";

export const byDemo = (channel: string): string => (channel === "demo" ? DEMO : "");

/** Names and times: who let it happen, in whose words. */
export const decisions = ({ plans }: CaseDossier): Section => {
  const signed = plans.flatMap(({ decisions: all }) => all);
  const refused = plans.flatMap(({ plan, verdict }) => verdict.refused.map((one) => ({ ...one, planId: plan.planId })));
  return {
    id: "decisions",
    title: "Decisions",
    blocks: [
      table<SignedDecision>({
        caption: "Signed decisions, in the order received per plan",
        rows: signed,
        empty: "Nobody has decided anything, and nothing was changed without a decision.",
        columns: [
          { head: "Who", cell: ({ decision }) => `${decision.approver.humanId}${byDemo(decision.channel)}` },
          { head: "Received", cell: ({ receivedAt }) => time(receivedAt), kind: "time" },
          {
            head: "Plan",
            cell: ({ decision, planDigest }) => say`${decision.planId} ${small(code(fingerprintOf(planDigest)))}`,
          },
          { head: "Decision", cell: choicesOf },
          { head: "Reason", kind: "wide", cell: ({ decision }) => decision.reason },
          {
            head: "Signed with (SHA-256 of the key)",
            kind: "wide",
            cell: ({ decision, keyFingerprint }) =>
              say`${code(keyFingerprint)} ${small(`${decision.assurance}, by ${decision.channel}`)}`,
          },
        ],
      }),
      ...when(
        refused.length > 0,
        table({
          caption: "Decisions on record that do not count",
          rows: refused,
          empty: "",
          columns: [
            { head: "Who", cell: ({ humanId }) => humanId },
            { head: "Plan", cell: ({ planId }) => planId },
            { head: "Code", cell: ({ code: reason }) => reason },
            { head: "Why", kind: "wide", cell: ({ why }) => why },
          ],
        }),
      ),
    ],
  };
};

const choicesOf = ({ decision: { kind, choices } }: SignedDecision): string => {
  const named = (choice: string): string =>
    Object.entries(choices)
      .filter(([, one]) => one === choice)
      .map(([id]) => id)
      .join(", ");
  const parts = [
    kind === "decide" ? "" : `${kind}`,
    named("approve") === "" ? "" : `approved ${named("approve")}`,
    named("deny") === "" ? "" : `denied ${named("deny")}`,
  ];
  return parts.filter((part) => part !== "").join("; ") || "nothing named";
};
