import type { CostLine } from "../../core/cost/estimate.ts";
import { nothing, table, text } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";
import { dollars } from "../money.ts";

/** What the response itself cost: counted, not estimated, where the case's records allow it. */
export const costs = ({ spending }: CaseDossier): Section => ({
  id: "costs",
  title: "Cost of the response",
  blocks:
    spending == null
      ? [nothing("Not known: it was not added up.")]
      : [
          text(
            `${dollars(spending.dollars)} so far, counted from the case's own records; for a case outside AWS, what it would have cost there. ${spending.prices}. The owner's own costs of the theft are not in it.`,
          ),
          table<CostLine>({
            caption: "Cost by service",
            rows: spending.lines,
            empty: "Nothing was counted.",
            columns: [
              { head: "Service", cell: ({ what }) => what },
              { head: "US dollars", kind: "number", cell: (line) => dollars(line.dollars) },
              { head: "Counted", kind: "wide", cell: ({ how }) => how },
            ],
          }),
        ],
});
