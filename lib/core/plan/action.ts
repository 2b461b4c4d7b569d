import type { PrincipalRef } from "../principal/principal.ts";

/**
 * How hard a change is to take back.
 * `reversible`: we restore exactly what was captured. `externally-reversible`: somebody else must help (a key to hand
 * out again, a provider). `irreversible`: cannot be undone. `instruction`: nothing is called; a person is told what to do.
 */
export type Reversibility = "reversible" | "externally-reversible" | "irreversible" | "instruction";

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
  /** What it does not do and where it stops working. */
  readonly limits: readonly string[];
  readonly sources: readonly string[];
}

/** What an action is applied to: one principal, key or bucket. All members are strings so that a plan can show them. */
export type Target = Readonly<Record<string, string>> & { readonly label: string };

/** Observed settings, as plain JSON, exactly what is needed to put them back. */
export type State = Readonly<Record<string, unknown>>;

/** What differs per plan and not per target: who we are and which case this is. */
export interface Stamp {
  readonly caseId: string;
  /** Statement ids and policy names we write carry this: letters and digits only. */
  readonly sid: string;
  /** When the plan was made (ISO 8601 UTC); session revocation uses it, slightly ahead. */
  readonly at: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Principal ARNs exempt from every deny we write: our own role, break-glass, Macie and CloudTrail service roles. */
  readonly exemptArns: readonly string[];
}

/** A key of a principal, as far as known. */
export interface KnownKey {
  readonly accessKeyId: string;
  readonly status: "Active" | "Inactive" | "Expired" | "Unknown";
  readonly userName: string | null;
  readonly createdAt: string | null;
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
  readonly roles: readonly { readonly roleName: string; readonly arn: string; readonly session: string | null }[];
  readonly buckets: readonly string[];
  readonly addresses: readonly string[];
  /** What the suspects changed, with the event behind it; empty before the logs were read. */
  readonly changes: readonly AttackerChange[];
  readonly exemptArns: readonly string[];
  readonly protected: { readonly principals: readonly string[]; readonly buckets: readonly string[] };
}

/** A successful configuration change by a suspect, from the case table. */
export interface AttackerChange {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly bucket: string | null;
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
  /**
   * The setting as it was before, in the shape of the API output that reads it (`{Policy: "…"}` of GetBucketPolicy),
   * where some source recorded it: an earlier event, a snapshot, a configuration history. Absent where nobody knows.
   */
  readonly prior?: Readonly<Record<string, unknown>>;
  /** The event that `prior` was taken from, where it was one. */
  readonly priorFrom?: { readonly eventId: string; readonly eventTime: string };
}

export type Verdict = { readonly ok: true; readonly why: string } | { readonly ok: false; readonly why: string };
