import type { CaseDossier } from "./dossier.ts";

/** What makes the whole report mean something else. */
export const warnings = ({ head, finding, plans }: CaseDossier): readonly string[] => [
  ...(head.sample || finding.sample
    ? ["GuardDuty sample finding: nothing in it exists, and nothing was contained on its word."]
    : []),
  ...(head.exercise ? ["Exercise: this is not a real incident."] : []),
  ...dryRun(plans),
  ...(plans.some(({ decisions }) => decisions.some(({ decision }) => decision.channel === "demo"))
    ? ["Demonstration: decisions were made by the bundled demo responder, not by a person."]
    : []),
];

const dryRun = (plans: CaseDossier["plans"]): readonly string[] => {
  const dry = plans.filter(({ plan }) => plan.mode === "dry-run").length;
  if (dry === 0) return [];
  return [
    dry === plans.length
      ? "Dry run: no change was made; the report says what would have been done."
      : "Some plans were dry runs: of those the report says what would have been done.",
  ];
};
