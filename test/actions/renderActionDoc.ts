/** The page of an action, made from its card alone: `docs/actions/<id>.md`. Judgement about it is written elsewhere. */
import type { Reversibility } from "../../lib/case/plan.ts";
import type { ActionCard } from "../../lib/core/plan/action.ts";

const SIDES: Readonly<Record<ActionCard["side"], string>> = {
  identity: "identity: the principal loses its access",
  bucket: "bucket: the data refuses the principal",
  undo: "undo: what the actor changed is taken back, in the follow-up plan",
};

const REVERSIBILITIES: Readonly<Record<Reversibility, string>> = {
  reversible: "reversible: rollback restores exactly what was captured",
  "externally-reversible": "externally reversible: somebody else must help to take it back",
  irreversible: "irreversible: it cannot be taken back",
  instruction: "instruction: nothing is called, a person is told what to do",
};

export const renderActionDoc = (card: ActionCard): string =>
  [
    `# ${card.title}`,
    "",
    "Generated from the card in `lib/actions/" + card.id + ".ts`; a test keeps it fresh.",
    "",
    "| | |",
    "|---|---|",
    `| id | \`${card.id}\` |`,
    `| side | ${SIDES[card.side]} |`,
    `| reversibility | ${REVERSIBILITIES[card.reversibility]} |`,
    `| offered | ${card.offer === "default" ? "by default" : "optional: off unless the approver switches it on"} |`,
    `| at execution | ${card.atExecution ?? "the settings must be as the plan saw them; else it is not done, and asked for anew"} |`,
    "",
    "## What it does not do, and where it stops working",
    "",
    ...card.limits.map((limit) => `* ${limit}`),
    "",
    "## Permissions",
    "",
    ...permissions(card),
    "",
    "## Sources",
    "",
    ...card.sources.map((source) => `* ${source}`),
    "",
  ].join("\n");

const permissions = (card: ActionCard): readonly string[] =>
  card.permissions.length === 0
    ? ["None: it calls nothing."]
    : [
        "| action | on | to |",
        "|---|---|---|",
        ...card.permissions.map(
          ({ action, resource, for: purpose }) => `| \`${action}\` | \`${resource}\` | ${purpose} |`,
        ),
      ];
