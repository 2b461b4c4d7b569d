import { between } from "../base/figures.ts";
import type { CaseDossier } from "./dossier.ts";

export interface Milestone {
  readonly label: string;
  readonly at: string | null;
  /** Why there is no instant: nobody can tell, or nothing of the kind is on record. */
  readonly absent: "not known" | "none on record";
  /** Time since the theft began, or null where one of the two is not known. */
  readonly since: string | null;
}

/** The instants that a reader measures a response by; what did not happen, or is not known, is null. */
export const milestonesOf = (dossier: CaseDossier): readonly Milestone[] => {
  const { theft } = dossier.view;
  const parts = dossier.plans.filter(({ plan }) => plan.purpose !== "release");
  const named: readonly (readonly [string, string | null])[] = [
    ["First object taken", theft.firstAt],
    ["Last object taken, as far as is known", theft.lastAt],
    ["GuardDuty finding", dossier.finding.createdAt],
    ["Case opened", dossier.head.openedAt],
    ["First decision", earliest(parts.flatMap(({ decisions }) => decisions.map(({ receivedAt }) => receivedAt)))],
    [
      "First change in place",
      earliest(
        parts.flatMap(({ records }) => records.filter(({ status }) => status === "applied").map(({ at }) => at)),
      ),
    ],
    [
      "Last look at the changes",
      parts
        .flatMap(({ looks }) => looks.filter(({ holds }) => holds.length > 0).map(({ at }) => at))
        .toSorted()
        .at(-1) ?? null,
    ],
  ];
  return named.map(([label, at], index) => ({
    label,
    at,
    absent: index < 2 ? "not known" : "none on record",
    since: at === theft.firstAt ? null : between(theft.firstAt, at),
  }));
};

const earliest = (times: readonly string[]): string | null => times.toSorted()[0] ?? null;
