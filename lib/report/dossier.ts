import type { CaseHead } from "../case/case.ts";
import type { CaseView } from "../case/caseView.ts";
import type { RoleChain } from "../case/chain.ts";
import type { CaseEvent } from "../case/events.ts";
import type { Finding } from "../case/finding.ts";
import type { Opinion, Pivots, SensitivityHints } from "../case/opinion.ts";
import type { ActionRecord, Plan, Watch } from "../case/plan.ts";
import type { Discovered, ScopedPrincipal } from "../case/principal.ts";
import type { StoryEntry } from "../case/queries.ts";
import type { HourOfTheft, PrefixOfTheft, QueryNote, StolenObject } from "../case/reportData.ts";
import type { Cell } from "../case/scan.ts";
import type { AccessLogSummary, FlowSummary } from "../case/sideLogs.ts";
import type { CostLine } from "../core/cost/estimate.ts";
import type { SignedDecision } from "../core/plan/decision.ts";
import type { GateVerdict } from "../core/plan/gate.ts";

export interface PlanPart {
  readonly plan: Plan;
  readonly shown: string;
  readonly verdict: GateVerdict;
  readonly decisions: readonly SignedDecision[];
  readonly records: readonly ActionRecord[];
  readonly looks: readonly {
    readonly at: string;
    readonly during: string;
    readonly holds: readonly { readonly id: string; readonly ok: boolean; readonly why: string }[];
  }[];
  /** `watch/<planId>.json`: what the logs say after the cut; null or absent: nobody watched (yet). */
  readonly watch?: Watch | null;
}

/** What a case cost in AWS, or would have cost, by its own records. */
export interface Spending {
  readonly lines: readonly CostLine[];
  readonly dollars: number;
  /** Where the prices come from and of when they are. */
  readonly prices: string;
}

/** Everything a report is made of, already read from the case. Pure data; strings from logs are hostile. */
export interface CaseDossier {
  readonly revision: number;
  readonly kind: string;
  readonly sealedAt: string;
  readonly head: CaseHead;
  readonly view: CaseView;
  readonly finding: Finding;
  readonly principals: readonly ScopedPrincipal[];
  readonly discovered: Discovered | null;
  readonly hours: readonly HourOfTheft[];
  /** At most 500, largest first; `objectsTotal` says how many there are. */
  readonly objects: readonly StolenObject[];
  readonly objectsTotal: number;
  /** All stolen objects by bucket and prefix; absent: added up from `objects`, and the report says so. */
  readonly prefixes?: readonly PrefixOfTheft[];
  readonly denied: readonly {
    readonly eventName: string;
    readonly errorCode: string;
    readonly calls: number;
    readonly firstAt: string;
    readonly lastAt: string;
    /** The first of them. */
    readonly eventIds?: readonly string[];
  }[];
  readonly story: readonly StoryEntry[];
  readonly detections: readonly {
    readonly id: string;
    readonly title: string;
    readonly technique: string | null;
    readonly severity: string;
    /** Rows that happened, rows that were refused, all rows there are; absent: told from `rows`. */
    readonly fired?: number;
    readonly attempts?: number;
    readonly rowsTotal?: number;
    /** Rows of the suspects, with which `rows` begins, and everybody else; absent: rows are in order of time. */
    readonly ofSuspects?: number;
    readonly others?: {
      readonly identities: number;
      readonly named: readonly { readonly principal: string; readonly rows: number }[];
    };
    /** Why it could not be run; null or absent when it was. */
    readonly error?: string | null;
    readonly rows: readonly Readonly<Record<string, Cell>>[];
  }[];
  readonly classification: Readonly<Record<string, unknown>> | null;
  readonly clocks: readonly {
    readonly id: string;
    readonly regime: string;
    readonly startsAt: string | null;
    readonly dueAt: string | null;
    readonly basis: string;
  }[];
  readonly queries: readonly QueryNote[];
  /** `role-chain.json`, `likelihood.json`, `sensitivity-hints.json`; null or absent: not in the case (yet). */
  readonly roleChain?: RoleChain | null;
  readonly likelihood?: Opinion | null;
  readonly hints?: SensitivityHints | null;
  /** `pivots.json`. */
  readonly pivots?: Pivots | null;
  readonly spending?: Spending | null;
  /** `access-log.json` and `flow-logs.json`. */
  readonly accessLog?: AccessLogSummary | null;
  readonly flowLogs?: FlowSummary | null;
  readonly plans: readonly PlanPart[];
  readonly events: readonly CaseEvent[];
}
