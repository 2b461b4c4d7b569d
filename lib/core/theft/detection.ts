import { type Phase, SEVERITIES, type Severity } from "../../case/queries.ts";
import type { Row } from "../../case/scan.ts";

/** Log that must have been on for the detection to see anything. `network` is CloudTrail's own category for VPC endpoints. */
export const LOG_SOURCES = ["management", "data", "network", "access-log"] as const;
export type LogSource = (typeof LOG_SOURCES)[number];

export const ORIGINS = [
  "Splunk",
  "Log360",
  "Elastic",
  "Sigma",
  "Panther",
  "Datadog",
  "Turbot",
  "Suzaku",
  "AWS",
  "seed",
  "Cordon",
] as const;

/** A rule that others published, whose idea this is; `seed` are the articles the project began with. */
export interface Origin {
  readonly from: (typeof ORIGINS)[number];
  readonly name: string;
  /** Day of the version read, `YYYY-MM-DD`, where one is known. */
  readonly date?: string;
}

/** One `?` of the query, in order. `value` is bound as text; what is `fromCase` is filled in, comma-separated. */
export interface Parameter {
  readonly name: string;
  readonly meaning: string;
  readonly value: string | { readonly fromCase: "own-accounts" | "suspects" };
}

/** The facts of a detection, from which its document is made: the head of its file, `lib/detections/<id>.sql`. */
export interface DetectionCard {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** MITRE ATT&CK (Enterprise) id. */
  readonly technique: string;
  readonly tactic: Phase;
  readonly logs: readonly LogSource[];
  /** Whether only calls that succeeded make it fire, or refused ones are what it looks for. */
  readonly fires: "success" | "attempt";
  /** What the query reads where that is not the case table; a case without such logs leaves it unrun. */
  readonly table?: "access_log";
  readonly finds: string;
  readonly misses: string;
  readonly origins: readonly Origin[];
  /** What the origins get wrong and this does not. */
  readonly putRight: readonly string[];
  readonly blindSpots: readonly string[];
  readonly falsePositives: readonly string[];
  readonly parameters: readonly Parameter[];
}

export interface Detection {
  readonly card: DetectionCard;
  readonly sql: string;
}

/**
 * What every row begins with. Times are ISO 8601 UTC; `event_ids` at most 50, in order of time, joined by commas.
 * `outcome` is `attempted` when every call behind the row was refused: an attempt is shown and never counts as done.
 */
export const LEADING_COLUMNS = [
  "first_at",
  "last_at",
  "principal",
  "access_key_id",
  "sourceip",
  "bucket",
  "events",
  "event_ids",
  "detail",
  "outcome",
  "via",
] as const;

/** What a case knows that a query needs. */
export interface CaseValues {
  /** Accounts that are ours: what leaves them leaves the house. */
  readonly ownAccounts: readonly string[];
  /** Keys, principal ids and addresses of the suspects: of them, less is enough. */
  readonly suspects?: readonly string[];
}

/** Texts to bind to the query's `?`, in order. */
export const parametersOf = ({ parameters }: DetectionCard, values: CaseValues): readonly string[] =>
  parameters.map(({ value }) =>
    typeof value === "string"
      ? value
      : value.fromCase === "own-accounts"
        ? values.ownAccounts.join(",")
        : suspectsIn(values.suspects ?? []),
  );

/** Athena takes parameters of at most 1,024 characters, its own quotes included. */
const LONGEST = 1000;
/** Equals no key, id or address. */
const NOBODY = "nobody";

/** As many as one parameter holds, the first of them: the finding's own suspects come before what they minted. */
const suspectsIn = (suspects: readonly string[]): string => {
  if (suspects.length === 0) return NOBODY;
  const fits = suspects.findIndex((_, index) => suspects.slice(0, index + 1).join(",").length > LONGEST);
  return (fits === -1 ? suspects : suspects.slice(0, fits)).join(",");
};

/** Whether a row is the thing itself and not merely an attempt at it. */
export const isFiring = (card: DetectionCard, row: Row): boolean =>
  card.fires === "attempt" || row.outcome !== "attempted";

/**
 * How grave the rows are together: the gravest of them. A row may carry a `severity` of its own. A call that says it
 * comes from an infrastructure tool counts one step less, and still counts: the user agent is the caller's own claim.
 */
export const severityOf = (card: DetectionCard, rows: readonly Row[]): Severity => {
  const ranks = rows.filter((row) => isFiring(card, row)).map((row) => rankOf(card, row));
  return ranks.length === 0 ? card.severity : SEVERITIES[Math.max(...ranks)]!;
};

const rankOf = (card: DetectionCard, row: Row): number => {
  const own = SEVERITIES.indexOf(row.severity as Severity);
  const rank = own === -1 ? SEVERITIES.indexOf(card.severity) : own;
  return row.via === "infrastructure-as-code" ? Math.max(rank - 1, 0) : rank;
};

/** What fired, per detection: all that correlation needs. */
export interface Fired {
  readonly id: string;
  readonly tactic: Phase;
  readonly rows: readonly Row[];
}

export interface Correlated {
  readonly principal: string;
  readonly detections: readonly string[];
}

/**
 * Principals with at least two different detections of at least two phases, collection or theft among them: alone each
 * may be ordinary, together seldom (Splunk, "AWS S3 Exfiltration Behavior Identified", 2024-10-24). Sorted by principal.
 */
export const correlate = (fired: readonly Fired[]): readonly Correlated[] => {
  const byPrincipal = Map.groupBy(
    fired.flatMap(({ id, tactic, rows }) => rows.map(({ principal }) => ({ id, tactic, principal }))),
    ({ principal }) => String(principal),
  );
  return [...byPrincipal]
    .filter(([principal, signs]) => principal !== "null" && isTheftInPhases(new Set(signs.map(({ tactic }) => tactic))))
    .map(([principal, signs]) => ({ principal, detections: [...new Set(signs.map(({ id }) => id))].sort() }))
    .toSorted((a, b) => (a.principal < b.principal ? -1 : 1));
};

const isTheftInPhases = (phases: ReadonlySet<Phase>): boolean =>
  phases.size >= 2 && (phases.has("theft") || phases.has("collection"));
