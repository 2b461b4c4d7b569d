import type { FaultCode } from "../../lib/base/evidenceError.ts";
import type { TrustRoot } from "../../lib/evidence/trustRoot.ts";
import type { Files } from "./forge.ts";

/** Whose fingerprint the verifier is given. */
export type Trust = "evidence" | "none" | "attacker";

/** One bundle and what every verifier must say of it. */
export interface ConformanceCase {
  /** Ends in `_ok` when the exit code is 0, else in `_fail`. */
  readonly name: string;
  readonly exitCode: number;
  /** Code of the first fault; null when there is none. */
  readonly code: FaultCode | null;
  readonly trust: Trust;
  /** The auditor's keys.json, used instead of `trust`: with it the ledger files are judged too. */
  readonly keys?: TrustRoot;
  /** Certificate (PEM) of the time stamp authority that the auditor names; left out, he names none. */
  readonly authorities?: string;
  /** The bundle: files of a folder, or the bytes of a ZIP. */
  readonly bundle: () => Promise<Files | Uint8Array>;
  /** What the shell recipe is told that it looks at; left out, an evidence bundle. */
  readonly recipeAs?: "redacted-copy";
  /** Changes to the folder that only a file system can hold: links, FIFOs, empty folders. */
  readonly onDisk?: (folder: string) => void;
  /**
   * Why the shell recipe accepts what the verifier refuses; null when it must refuse too. These are bundles signed by
   * the genuine key whose form is not Cordon's: the recipe proves who signed and what, not that every rule was kept.
   */
  readonly recipeAccepts: string | null;
  /** What `cordon evidence verify` finds besides, which builds the report again; null: nothing; left out: it is not asked. */
  readonly rebuilt?: FaultCode | null;
}

type Row = readonly [name: string, code: FaultCode, bundle: () => Promise<Files | Uint8Array>, recipeAccepts?: string];

/** Cases that must be refused with exit code 1 although the genuine key is trusted. */
export const refused = (rows: readonly Row[]): readonly ConformanceCase[] =>
  rows.map(([name, code, bundle, recipeAccepts]) => ({
    name: `${name}_fail`,
    exitCode: 1,
    code,
    trust: "evidence",
    bundle,
    recipeAccepts: recipeAccepts ?? null,
  }));
