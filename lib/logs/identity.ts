/** What the logs of identity providers have in common: table `identity_log`. */

/** An event of such a log. */
export type IdentityEntry = {
  /** ISO 8601 UTC with milliseconds. */
  readonly event_at: string;
  readonly provider: string;
  readonly event_id: string;
  /** In the provider's words. */
  readonly event_type: string;
  /** `SUCCESS`, `FAILURE`, `ALLOW`, `DENY`, `CHALLENGE`, `SKIPPED` or `UNKNOWN`. */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly actor_id: string | null;
  readonly actor_type: string | null;
  /** What they sign in with, an e-mail address as a rule. */
  readonly actor_name: string | null;
  readonly actor_display: string | null;
  readonly client_ip: string | null;
  readonly user_agent: string | null;
  readonly country: string | null;
  readonly city: string | null;
  readonly session_id: string | null;
  /** Factors that the event proves, one a line. */
  readonly credential_type: string | null;
  /** Applications that the event is about, one a line; and the names the user has in them. */
  readonly apps: string | null;
  readonly app_users: string | null;
};

/** Outcomes of an event that let nobody in. */
export const IS_REFUSED = /^(FAILURE|DENY)$/;

export const IDENTITY_TABLE = "identity_log";

export const IDENTITY_COLUMNS = {
  event_at: "varchar",
  provider: "varchar",
  event_id: "varchar",
  event_type: "varchar",
  outcome: "varchar",
  reason: "varchar",
  actor_id: "varchar",
  actor_type: "varchar",
  actor_name: "varchar",
  actor_display: "varchar",
  client_ip: "varchar",
  user_agent: "varchar",
  country: "varchar",
  city: "varchar",
  session_id: "varchar",
  credential_type: "varchar",
  apps: "varchar",
  app_users: "varchar",
} as const satisfies Readonly<Record<keyof IdentityEntry, "varchar">>;

/** A row of `lib/sql/sign-ins.sql`. Every text is the provider's, and what a user typed in it is the user's. */
export type SignInRow = Omit<IdentityEntry, "reason" | "actor_type" | "user_agent" | "country" | "city"> & {
  readonly reason?: string | null;
};

/** How a provider's events are read. */
export interface SignInWords {
  readonly provider: string;
  /** The log, as a sentence begins. */
  readonly log: string;
  /** How much an event says of a sign-in to AWS, 3 most, 0 nothing; of equals the last one counts. */
  rank(row: SignInRow, isAws: boolean): number;
  /** What it says of a second factor; null: nothing. */
  secondFactor(row: SignInRow): "used" | "refused" | null;
}

type Members = Readonly<Record<string, unknown>>;
const NONE: Members = {};

export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : NONE;

export const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** ISO 8601 with milliseconds; null for what is no time. */
export const timeOf = (value: unknown): string | null => {
  const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

/** Texts one a line, a control character in them replaced. Null for none. */
export const linesOf = (texts: readonly (string | null)[]): string | null => {
  const lines = texts.flatMap((text) => (text === null ? [] : [text.replaceAll(/\p{Cc}/gu, " ")]));
  return lines.length === 0 ? null : lines.join("\n");
};
