import type { Finding } from "../../case/finding.ts";
import type { ScanRound } from "../../case/scan.ts";
import type { ChangeRow } from "../../core/theft/changeRow.ts";
import type { ActorRow, Fingerprints } from "../../core/theft/discovery.ts";

/** What `quantify` found out before: who acted, and what was changed. */
export interface TheftInput {
  readonly finding: Finding;
  readonly marks: Fingerprints;
  readonly actors: readonly ActorRow[];
  readonly changes: readonly ChangeRow[];
  readonly rounds: readonly ScanRound[];
}
