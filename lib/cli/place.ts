import type { Signer } from "../base/signer.ts";
import type { Settings } from "../core/settings.ts";
import type { HomeFault } from "../embedded/homeFault.ts";
import type { LedgerStore } from "../evidence/ledger/ledgerStore.ts";
import type { Ports } from "../ports/ports.ts";
import type { Submission } from "../response/approve/decisions.ts";
import type { PlanRequest } from "../response/approve/requestPlan.ts";
import type { Typed } from "./command.ts";

/** A deployment as the verbs see it: a data directory, or a stack in AWS. What a verb does is the same in both. */
export interface Place {
  /** Its machines run by themselves, and this process holds none of its keys. */
  readonly inAws: boolean;
  readonly ports: Ports;
  portsOf(caseId: string): Ports;
  readonly settings: Settings;
  /** What is wrong with the records themselves; in AWS, nothing that could be seen here. */
  faults(): readonly HomeFault[];
  /** Cases whose records lie here and which the journal does not know. */
  readonly lostCases: readonly string[];
  /** To be read only. */
  readonly ledger: { readonly store: LedgerStore; readonly signed: LedgerStore };
  /** Public key of the ledger, DER SubjectPublicKeyInfo. */
  ledgerKey(): Promise<Uint8Array>;
  /** Where `keys.json` lies; null: beside the ledger in the bucket. */
  readonly keysPath: string | null;
  /** `keys.json` as it lies in the bucket; null: none was published yet. */
  publishedKeys(): Promise<Uint8Array | null>;
  /** Who asks and decides here, by the id of the policy. Throws USAGE when that is not known. */
  human(typed: Typed): Promise<string>;
  /** The same person and the key. Throws USAGE when there is none. */
  approver(typed: Typed): Promise<Approver>;
  /** Hands a signed decision to the gate of the deployment. The same one again counts once. */
  submit(submission: Submission): Promise<Outcome>;
  /** Asks for a new plan to contain or to release. The same again while it is on its way is one plan. */
  propose(request: PlanRequest): Promise<Proposed>;
  /** Waits until the executions have ended or wait for a human, where this process drives them; in AWS they go on by themselves. */
  carryOn(): Promise<void>;
  /** Options that a further command line needs to reach this deployment, with a leading blank. */
  readonly flags: string;
}

export interface Approver {
  readonly humanId: string;
  readonly signer: Signer;
  readonly assurance: "key-file" | "kms-key";
}

/** What became of a decision. */
export type Outcome =
  | {
      readonly recorded: true;
      readonly repeated: boolean;
      readonly actions: readonly { readonly id: string; readonly state: string; readonly why: string }[];
      readonly note?: string | undefined;
    }
  | { readonly recorded: false; readonly code: string; readonly why: string };

/** What became of asking for a plan. */
export type Proposed =
  | { readonly requested: true; readonly planId: string; readonly repeated: boolean }
  | { readonly requested: false; readonly code: string; readonly why: string };
