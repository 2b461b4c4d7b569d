import type { SignedDecision } from "../../core/plan/decision.ts";
import { fingerprintOf } from "../../core/plan/renderPlan.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, type Section, table, time } from "../elements.ts";
import { type Html, html, NOTHING } from "../html.ts";

export const decisions = ({ plans }: CaseDossier): Section => {
  const signed = plans.flatMap(({ decisions: all }) => all);
  const refused = plans.flatMap(({ plan, verdict }) => verdict.refused.map((one) => ({ ...one, planId: plan.planId })));
  return {
    id: "decisions",
    title: "Decisions",
    body: html`${table<SignedDecision>({
      caption: "Signed decisions, in the order received per plan",
      rows: signed,
      empty: "Nobody has decided.",
      columns: [
        { head: "Who", cell: ({ decision }) => decision.approver.humanId },
        { head: "Received", cell: ({ receivedAt }) => time(receivedAt), kind: "time" },
        {
          head: "Plan",
          cell: ({ decision, planDigest }) =>
            html`${decision.planId} <small>${code(fingerprintOf(planDigest))}</small>`,
        },
        { head: "Decision", cell: choicesOf },
        { head: "Reason", kind: "wide", cell: ({ decision }) => decision.reason },
        {
          head: "Signed with (SHA-256 of the key)",
          kind: "wide",
          cell: ({ decision, keyFingerprint }) =>
            html`${code(keyFingerprint)} <small>${decision.assurance}, by ${decision.channel}${decision.channel === "demo" ? " (the bundled demo responder, no human)" : ""}</small>`,
        },
      ],
    })}
${
  refused.length === 0
    ? NOTHING
    : table({
        caption: "Decisions on record that do not count",
        rows: refused,
        empty: "",
        columns: [
          { head: "Who", cell: ({ humanId }) => humanId },
          { head: "Plan", cell: ({ planId }) => planId },
          { head: "Code", cell: ({ code: reason }) => code(reason) },
          { head: "Why", kind: "wide", cell: ({ why }) => why },
        ],
      })
}`,
  };
};

const choicesOf = ({ decision: { kind, choices } }: SignedDecision): Html => {
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
  return html`${parts.filter((part) => part !== "").join("; ") || "nothing named"}`;
};
