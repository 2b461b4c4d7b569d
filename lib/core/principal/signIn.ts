import type { Chain, SignIn } from "../../case/chain.ts";
import type { Fingerprints } from "../theft/discovery.ts";
import type { ChainActor } from "./credential.ts";
import { roleSessionOf } from "./principal.ts";

/** A row of `lib/sql/sign-ins.sql`. Every text is the provider's, and what a user typed in it is the user's. */
export interface SignInRow {
  readonly event_at: string;
  readonly event_id: string;
  readonly provider: "okta";
  readonly event_type: string;
  readonly outcome: string | null;
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly actor_display: string | null;
  readonly client_ip: string | null;
  readonly session_id: string | null;
  readonly credential_type: string | null;
  readonly apps: string | null;
  readonly app_users: string | null;
}

/** Starts that an identity provider stands behind. */
const FEDERATED: readonly string[] = ["saml", "web-identity", "identity-center"];
/** Okta ends a session after 12 hours at the latest unless raised; a role is assumed within it. */
const WINDOW_SECONDS = 12 * 3600;
/** Clocks of two houses. */
const SKEW_SECONDS = 60;
const REFUSED = /^(FAILURE|DENY)$/;
const AWS_APPLICATION = /\baws\b|amazon|identity center/i;

export const isFederated = ({ start }: Chain): boolean => FEDERATED.includes(start.kind);

/** Names by which the provider may know who opened a chain, lower case, with and without domain. */
export const namesOf = (chains: readonly Chain[]): readonly string[] => [
  ...new Set(
    chains
      .filter(isFederated)
      .flatMap(namesIn)
      .flatMap((name) => [name, localOf(name)]),
  ),
];

const namesIn = ({ start, hops, suspect }: Chain): readonly string[] =>
  [start.name, start.sourceIdentity, roleSessionOf(hops[0]?.to.principalId ?? suspect.principalId)]
    .filter((name) => name !== null && name !== "")
    .map((name) => name!.toLowerCase());

const localOf = (name: string): string => name.split("@", 1)[0]!;

/** The last sign-in before the chain was opened; null where the log has none, or the chain has no such start. */
export const signInOf = (
  chain: Chain,
  rows: readonly SignInRow[],
  actors: readonly ChainActor[],
  { addresses }: Fingerprints,
): SignIn | null => {
  const opened = openingOf(chain, actors);
  if (!isFederated(chain) || opened.at === null) return null;
  const at = Date.parse(opened.at);
  const mine = rows.flatMap((row) => matchOf(row, chain) ?? []).filter(({ row }) => isBefore(row, at));
  const found = best(mine.filter(({ row }) => row.outcome === "SUCCESS"));
  if (found === null) return null;
  const { row, byDomain } = found;
  const sameAddress = row.client_ip === null || opened.address === null ? null : row.client_ip === opened.address;
  const { mfa, factors } = factorsOf(
    mine.map((one) => one.row),
    row,
  );
  return {
    provider: row.provider,
    eventId: row.event_id,
    eventType: row.event_type,
    at: row.event_at,
    secondsBefore: Math.max(0, Math.round((at - Date.parse(row.event_at)) / 1000)),
    actor: { id: row.actor_id, name: row.actor_name, display: row.actor_display },
    match: byDomain
      ? sameAddress === true
        ? "name and address"
        : "name"
      : sameAddress === true
        ? "name without domain, and address"
        : "name without domain",
    clientIp: row.client_ip,
    sameAddress,
    thiefAddress: row.client_ip !== null && addresses.has(row.client_ip),
    mfa,
    factors,
    failedBefore: mine.filter((one) => REFUSED.test(one.row.outcome ?? "")).length,
    application: applicationOf(row),
    why: `Okta's system log, ${row.event_type} (${row.event_id}): the last sign-in of this user before the session was opened.`,
  };
};

/** When and from where the session was opened: by the call, else by its first use. */
const openingOf = ({ hops, suspect }: Chain, actors: readonly ChainActor[]) => {
  const [hop] = hops;
  if (hop !== undefined) return { at: hop.at as string | null, address: hop.address };
  const uses = actors
    .filter(({ principal_id }) => principal_id !== null && principal_id === suspect.principalId)
    .toSorted((a, b) => (a.first_at < b.first_at ? -1 : 1));
  return { at: uses[0]?.first_at ?? null, address: uses[0]?.sourceip ?? null };
};

interface Match {
  readonly row: SignInRow;
  /** The whole name agrees, and not only what stands before the `@`. */
  readonly byDomain: boolean;
}

/** Two names with different domains are two people. */
const matchOf = (row: SignInRow, chain: Chain): Match | null => {
  const theirs = [row.actor_name, ...(row.app_users?.split("\n") ?? [])].flatMap((name) => name?.toLowerCase() ?? []);
  const ours = namesIn(chain);
  if (theirs.some((name) => ours.includes(name))) return { row, byDomain: true };
  const agrees = theirs.some((their) =>
    ours.some((our) => localOf(our) === localOf(their) && (!our.includes("@") || !their.includes("@"))),
  );
  return agrees ? { row, byDomain: false } : null;
};

const isBefore = ({ event_at }: SignInRow, at: number): boolean => {
  const seconds = (at - Date.parse(event_at)) / 1000;
  return seconds >= -SKEW_SECONDS && seconds <= WINDOW_SECONDS;
};

/** Single sign-on to AWS says most, then to anything, then the session at the provider; of equals the last. */
const best = (matches: readonly Match[]): Match | null => {
  const rank = ({ row }: Match): number => {
    if (row.event_type === "user.authentication.sso") return AWS_APPLICATION.test(row.apps ?? "") ? 3 : 2;
    return row.event_type === "user.session.start" ? 1 : 0;
  };
  const ranked = matches
    .filter((match) => rank(match) > 0)
    .toSorted((a, b) => rank(b) - rank(a) || (a.row.event_at < b.row.event_at ? 1 : -1));
  return ranked[0] ?? null;
};

const applicationOf = ({ apps }: SignInRow): string | null => {
  const names = apps?.split("\n") ?? [];
  return names.find((name) => AWS_APPLICATION.test(name)) ?? names[0] ?? null;
};

/** Factors of the sign-in's own session, or where it names none, of the same user. */
const factorsOf = (rows: readonly SignInRow[], signIn: SignInRow): Pick<SignIn, "mfa" | "factors"> => {
  const proofs = rows.filter(
    ({ event_type, session_id }) =>
      event_type === "user.authentication.auth_via_mfa" &&
      (signIn.session_id === null || session_id === null || session_id === signIn.session_id),
  );
  const used = proofs.filter(({ outcome }) => outcome === "SUCCESS");
  return {
    mfa: used.length > 0 ? "used" : proofs.some(({ outcome }) => REFUSED.test(outcome ?? "")) ? "refused" : "not seen",
    factors: [...new Set(used.flatMap(({ credential_type }) => credential_type ?? []))].sort(),
  };
};
