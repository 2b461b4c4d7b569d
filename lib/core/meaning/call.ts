import type { Phase } from "../../case/queries.ts";
import type { Doc } from "./requests.ts";

/** A call as CloudTrail records it. `request` and `response` are empty where they are not at hand. */
export interface Call {
  readonly eventName: string;
  /** `s3.amazonaws.com`; empty where it is not known. */
  readonly eventSource: string;
  readonly readOnly: boolean;
  readonly bucket: string | null;
  readonly request: Doc;
  readonly response: Doc;
  /** Name of the user or role that called; null where it has none. */
  readonly by: string | null;
  /** The account it happened in. */
  readonly account: string | null;
}

/** A setting that is one or the other: opposites are never merged, and one that follows the other is told with it. */
export interface Switch {
  readonly of: string;
  readonly to: "on" | "off";
}

export interface Meaning {
  /** `ordinary`: infrastructure made and removed, which says nothing by itself. */
  readonly phase: Phase | "ordinary";
  readonly technique: string | null;
  /** `opened {} to account 999988887777`: `{}` is where the targets go. */
  readonly effect: string;
  readonly target: string | null;
  readonly switched?: Switch;
  /** Accounts, not this one, that gained by it. */
  readonly accounts?: readonly string[];
}

/** A row of the table. `means` refines what the row says by the request; null: the row's own words hold. */
export interface Entry {
  /** Of which services (`s3 s3express`); absent: whichever. */
  readonly of?: string;
  readonly calls: RegExp;
  readonly phase: Meaning["phase"];
  readonly technique: string | null;
  readonly effect: string;
  readonly target?: (call: Call) => string | null;
  readonly means?: (call: Call) => Partial<Meaning> | null;
}
