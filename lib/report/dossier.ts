import type { CaseEvent, CaseHead } from "../case/case.ts";
import type { CaseView } from "../case/caseView.ts";
import type { Finding } from "../case/finding.ts";
import type { ActionRecord, Plan, Watch } from "../case/plan.ts";
import type { Discovered, ScopedPrincipal } from "../case/principal.ts";
import type { Cell } from "../case/scan.ts";
import type { CostLine } from "../core/cost/estimate.ts";
import type { AccessLogSummary } from "../core/logs/accessLog.ts";
import type { FlowSummary } from "../core/logs/flowLog.ts";
import type { SignedDecision } from "../core/plan/decision.ts";
import type { GateVerdict } from "../core/plan/gate.ts";
import type { RoleChain } from "../core/principal/roleChain.ts";
import type { Likelihood } from "../core/theft/likelihood.ts";
import type { Pivots } from "../core/theft/pivots.ts";
import type { HintKind, SensitivityHints } from "../core/theft/sensitivity.ts";
import type { StoryEntry } from "../core/theft/story.ts";

/** One hour of theft, for the histogram. `hour` is ISO 8601 UTC to the hour, `2026-02-23T02:00:00Z`. */
export interface HourOfTheft {
  readonly hour: string;
  readonly calls: number;
  readonly objects: number;
  readonly bytes: number | null;
}

/** A stolen object as the ledger holds it (the first ones; the whole list is `objects.jsonl`). */
export interface StolenObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  readonly path: string;
  readonly certainty: "certain" | "likely" | "upper-bound";
  readonly calls: number;
  readonly bytesOut: number | null;
  readonly whole: boolean | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly addresses: readonly string[];
  /** The first events of it, a few at most. */
  readonly eventIds?: readonly string[];
  /** Stored size in bytes; null or absent: not known. */
  readonly size?: number | null;
  /** Where a server-side copy went; null or absent: it was no copy, or that is not known. */
  readonly destination?: {
    readonly bucket: string;
    readonly key: string;
    /** Account of that bucket; null or absent: not known. */
    readonly accountId?: string | null;
  } | null;
}

/** What a figure of the report is about; each figure links to the queries that gave it. */
export type Topic = "objects" | "hours" | "denied" | "story" | "changes" | "actors" | "coverage" | "chain" | "habits";

/** Stolen objects below one prefix, added up over all of them (`prefixesOf`). Bytes null: of none the size is known. */
export interface PrefixOfTheft {
  readonly bucket: string;
  readonly prefix: string;
  readonly objects: number;
  readonly calls: number;
  readonly bytes: number | null;
  /** Objects whose names hint at a kind of data, by kind (`hintsOf`); absent: names were not looked at. */
  readonly kinds?: Readonly<Partial<Record<HintKind, number>>>;
}

/** One query that produced figures: what ran, what it cost, and the digest of what came out. */
export interface QueryNote {
  readonly name: string;
  readonly engine: string;
  readonly bytesScanned: number;
  readonly rows: number;
  readonly resultDigest: string;
  readonly document: string;
  /** Which figures it gave; absent: told from its name. */
  readonly figures?: readonly Topic[];
}

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

/** `likelihood.json`; where it could not be weighed there are only reasons for that. */
export type Opinion = Pick<Likelihood, "reasons" | "notKnown"> & {
  readonly likelihood: Likelihood["likelihood"] | null;
} & Partial<Pick<Likelihood, "rule" | "signs" | "explanations" | "baseline">>;

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
