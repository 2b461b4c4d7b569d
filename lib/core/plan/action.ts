import type { Reversibility } from "../../case/plan.ts";
import type { ActorChange, KnownKey, PrincipalRef } from "../../case/principal.ts";

/** The facts of an action, from which documents, IAM permissions and the approval page are made. */
export interface ActionCard {
  readonly id: string;
  readonly title: string;
  readonly side: "identity" | "bucket" | "undo";
  readonly reversibility: Reversibility;
  /** Proposed by default, or only offered. */
  readonly offer: "default" | "optional";
  /** IAM actions that capture, apply, verify and rollback call, with the resource pattern they are called on. */
  readonly permissions: readonly {
    readonly action: string;
    readonly resource: string;
    readonly for: "read" | "write";
  }[];
  /**
   * What is computed again from the settings found when it is carried out, in a sentence that people see before they
   * approve. Absent: the settings must be as the plan saw them, or it is not done and asked for anew.
   */
  readonly atExecution?: string;
  /** What it does not do and where it stops working. */
  readonly limits: readonly string[];
  readonly sources: readonly string[];
}

/** What differs per plan and not per target: who we are and which case this is. */
export interface Stamp {
  readonly caseId: string;
  /** Statement ids and policy names we write carry this: letters and digits only. */
  readonly sid: string;
  /** When this is computed (ISO 8601 UTC): as the plan is made, and again as it is carried out. Session revocation uses it. */
  readonly at: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Principal ARNs exempt from every deny we write: our own role, break-glass, Macie and CloudTrail service roles. */
  readonly exemptArns: readonly string[];
}

/** A role whose session a suspect holds or came through. */
export interface SuspectRole {
  readonly roleName: string;
  readonly arn: string;
  readonly session: string | null;
  /** Whom the trust policy lets assume it; absent: not read. */
  readonly trustedBy?: readonly string[];
}

/** Where Identity Center is administered, and which it is. */
export interface IdentityCenter {
  /** Its management account or delegated administrator, in which our member roles are. */
  readonly accountId: string;
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreId: string;
}

/** Everything about the case that actions choose their targets from. */
export interface Scene {
  readonly caseId: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly suspects: readonly PrincipalRef[];
  /** Keys of the suspects, minted ones included. */
  readonly keys: readonly KnownKey[];
  /** Roles whose sessions the suspects hold or came through, most upstream first. */
  readonly roles: readonly SuspectRole[];
  readonly buckets: readonly string[];
  readonly addresses: readonly string[];
  /** What the suspects changed, with the event behind it; empty before the logs were read. */
  readonly changes: readonly ActorChange[];
  /** Buckets in which suspects deleted objects, since when (ISO 8601 UTC) and by how many calls; absent: no log shows any. */
  readonly deletions?: readonly { readonly bucket: string; readonly since: string; readonly calls: number }[];
  /** Absent: people change it by hand. */
  readonly identityCenter?: IdentityCenter;
  readonly exemptArns: readonly string[];
  readonly protected: { readonly principals: readonly string[]; readonly buckets: readonly string[] };
}
