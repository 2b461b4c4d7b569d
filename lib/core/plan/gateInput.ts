import type { Plan } from "../../case/plan.ts";
import type { Settings } from "../settings.ts";
import type { SignedDecision } from "./decision.ts";

/** Everything the gate looks at; all of it re-read and re-computed by the caller immediately before. */
export interface GateInput {
  readonly plan: Plan;
  /** SHA-256 (hex) of the plan's canonical JSON, computed from the stored bytes now. */
  readonly planDigest: string;
  /** SHA-256 (hex) of what `renderPlan` gives for this plan, computed now. */
  readonly shownDigest: string;
  /** Digest of the policy (approvers, quorum, protected lists) in force now. */
  readonly policyDigest: string;
  readonly decisions: readonly SignedDecision[];
  readonly settings: Settings;
  /** Suspects of the plan, and those found since. */
  readonly suspects: Plan["suspects"];
  readonly detectedAt: string;
  /** Server time now. */
  readonly now: string;
  /** Digest of a newer plan of the same purpose, if there is one. */
  readonly supersededBy: string | null;
  /** Something of this plan was carried out: what was approved stands, and a newer plan only ends the questions left. */
  readonly begun: boolean;
  /** Why the records of the case cannot be relied upon, or null. */
  readonly fault: string | null;
  /** The question was closed before (denied, expired): a withdrawn denial or a clock set back opens it no more. */
  readonly ended: boolean;
}
