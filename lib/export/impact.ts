import { sensitivityOf } from "../report/sensitivity.ts";
import type { CaseContents } from "./contents.ts";
import type { Impact } from "./schemas/analysis.ts";

const TAKES_BACK =
  /^(?:undo-|cancel-|remove-foreign-grant$|stop-foreign-replication$|revoke-access-grants$|close-access-points$)/;

/** `impact-assessment.json`: how much, how sensitive, whether it goes on, and what a person still has to judge. */

export const impactOf = ({ dossier }: CaseContents): Impact => {
  const { view, head, discovered, plans } = dossier;
  const { state, reason, highest, categories } = sensitivityOf(dossier);
  const undone = plans
    .flatMap(({ records }) => records)
    .filter(({ kind, status }) => TAKES_BACK.test(kind) && status === "applied").length;
  return {
    schema: "cordon/impact-assessment/v1",
    exfiltration:
      view.theft.certain === null ? "not-known" : view.theft.certain.objects > 0 ? "confirmed" : "not-confirmed",
    taken: { certain: view.theft.certain, likely: view.theft.likely, upperBound: view.theft.upperBound },
    buckets: view.theft.buckets,
    sensitivity: { state, reason, highest, categories },
    contained: head.status === "contained",
    status: head.status,
    changesByThief: discovered?.changes.length ?? 0,
    changesUndone: undone,
    notification: {
      determined: false,
      note: "Candidate dates are in clocks.json; whether a duty applies is for counsel.",
    },
    business: { determined: false, note: "Not something that logs tell; for the owner of the data." },
    notKnown: [...new Set([...view.theft.notKnown, ...view.notKnown, ...view.coverage.holes])],
  };
};
