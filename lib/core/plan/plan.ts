import type { ApiRequest } from "../../case/apiRequest.ts";
import type { Reversibility, State, Target } from "./action.ts";

/** One change of a plan: exact requests, the state they were computed from, and the way back. */
export interface PlannedAction {
  /** `a1`, `a2`, … in the order of execution. */
  readonly id: string;
  /** Id of the action, `lib/actions/<kind>.ts`. */
  readonly kind: string;
  readonly title: string;
  readonly reversibility: Reversibility;
  /** False: offered, and off unless the approver switches it on. */
  readonly recommended: boolean;
  readonly target: Target;
  readonly requests: readonly ApiRequest[];
  readonly before: State;
  /** SHA-256 (hex) of the canonical JSON of `before`; execution requires it to hold still. */
  readonly beforeDigest: string;
  readonly rollback: readonly ApiRequest[];
  /** For a release: SHA-256 (hex) of the captured state that must be there again afterwards; null otherwise. */
  readonly restores: string | null;
  /** Who else this hurts, in sentences computed from the logs. */
  readonly blastRadius: readonly string[];
  /** Ids of actions of this plan that must have succeeded first. */
  readonly requires: readonly string[];
}

/** An immutable proposal. Its digest, SHA-256 over its canonical JSON (RFC 8785), is what is approved. */
export interface Plan {
  readonly schema: "cordon/plan/v1";
  readonly caseId: string;
  readonly planId: string;
  readonly version: number;
  readonly purpose: "contain" | "follow-up" | "release";
  readonly mode: "dry-run" | "enforce";
  /** The deployment that proposes it, by the origin of its ledger: approved elsewhere is not approved here. */
  readonly deployment: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** 128 random bits, hex; claimed once, before the first call. */
  readonly nonce: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly suspects: readonly {
    readonly arn: string | null;
    readonly principalId: string | null;
    readonly accessKeyId: string | null;
    /** Canonical names (`identityOf`) under which the suspect acts; an approver who shares one may not decide. */
    readonly identities: readonly string[];
  }[];
  /** SHA-256 (hex) of the canonical JSON of the approvers, quorum and protected lists in force. */
  readonly policyDigest: string;
  readonly actions: readonly PlannedAction[];
  /** Actions that were considered and left out, with the reason. */
  readonly leftOut: readonly { readonly kind: string; readonly target: string; readonly reason: string }[];
}
