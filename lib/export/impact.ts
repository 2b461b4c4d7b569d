import type { CaseView } from "../case/caseView.ts";
import { sensitivityOf } from "../report/sensitivity.ts";
import type { CaseContents } from "./contents.ts";

const TAKES_BACK =
  /^(?:undo-|cancel-|remove-foreign-grant$|stop-foreign-replication$|revoke-access-grants$|close-access-points$)/;

/** `impact-assessment.json`: how much, how sensitive, whether it goes on, and what a person still has to judge. */
export interface Impact {
  readonly schema: "cordon/impact-assessment/v1";
  readonly exfiltration: "confirmed" | "not-confirmed" | "not-known";
  readonly taken: {
    readonly certain: CaseView["theft"]["certain"];
    readonly likely: CaseView["theft"]["likely"];
    readonly upperBound: CaseView["theft"]["upperBound"];
  };
  readonly buckets: readonly string[];
  readonly sensitivity: {
    readonly state: string;
    readonly reason: string;
    readonly highest: string | null;
    readonly categories: readonly { readonly name: string; readonly count: number; readonly objects: number }[] | null;
  };
  /** The actor has been cut off, as far as this deployment verified it. */
  readonly contained: boolean;
  readonly status: string;
  readonly changesByThief: number;
  /** Actions applied that took back what the actor had changed; cutting them off is not among them. */
  readonly changesUndone: number;
  readonly notification: { readonly determined: false; readonly note: string };
  readonly business: { readonly determined: false; readonly note: string };
  readonly notKnown: readonly string[];
}

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
