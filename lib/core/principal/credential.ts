import type { Credential } from "../../case/chain.ts";
import type { ActorRow, Fingerprints, MintedRow } from "../theft/discovery.ts";

/** A row of `lib/sql/chain.sql`; members that a kind of call does not have are null or absent. */
export interface ChainRow extends MintedRow {
  readonly principal_type?: string | null;
  readonly principal_arn?: string | null;
  readonly principal_account?: string | null;
  readonly user_name?: string | null;
  readonly issuer_arn?: string | null;
  readonly invoked_by?: string | null;
  readonly source_identity?: string | null;
  readonly on_behalf_of?: string | null;
  readonly session_created?: string | null;
  readonly useragent?: string | null;
  readonly role_arn?: string | null;
  readonly session_name?: string | null;
  readonly given_identity?: string | null;
  readonly saml_provider?: string | null;
  readonly saml_subject?: string | null;
  readonly web_provider?: string | null;
  readonly web_subject?: string | null;
  readonly mfa_serial?: string | null;
  readonly mfa_used?: string | null;
  readonly switched_from?: string | null;
  /** As the answer writes it: `Mar 2, 2026, 2:00:00 PM`, UTC. */
  readonly expiration?: string | null;
  /** Asked for by the caller, in seconds. */
  readonly duration?: string | null;
}

/** A row of `lib/sql/actors.sql` with the members that only a session has. */
export interface ChainActor extends ActorRow {
  readonly source_identity?: string | null;
  readonly session_created?: string | null;
}

/** What is known of credentials: the calls that made some, everybody who acted, and the actor's marks. */
export interface KnownCredentials {
  readonly rows: readonly ChainRow[];
  readonly actors: readonly ChainActor[];
  readonly marks: Fingerprints;
  /** Programs that only the actor used. */
  readonly agents: ReadonlySet<string>;
}

/** What tells credentials apart; two names for nobody are not the same. */
export const nameOf = ({ accessKeyId, principalId, arn }: Credential): string =>
  accessKeyId ?? principalId ?? arn ?? "";
