/** The human's sign-in at an identity provider behind the start of a role chain. */
import type { Chain, SignIn } from "../case/chain.ts";
import type { ChainActor } from "../core/principal/credential.ts";
import { roleSessionOf } from "../core/principal/principal.ts";
import type { Fingerprints } from "../core/theft/discovery.ts";
import { IS_REFUSED, type SignInRow, type SignInWords } from "./identity.ts";
import { LOG_SOURCES, type LogId } from "./index.ts";

const PROVIDERS: ReadonlyMap<string, SignInWords> = new Map(
  LOG_SOURCES.flatMap(({ signIns }) => (signIns === undefined ? [] : [[signIns.provider, signIns]])),
);
/** Logs of identity providers. */
export const IDENTITY_LOGS: readonly LogId[] = LOG_SOURCES.filter(({ signIns }) => signIns !== undefined).map(
  ({ id }) => id,
);

/** Starts that an identity provider stands behind. */
const FEDERATED: readonly string[] = ["saml", "web-identity", "identity-center"];
/** Okta ends a session after 12 hours at the latest unless raised, and a role is assumed within one; longer ago proves little. */
const WINDOW_SECONDS = 12 * 3600;
/** Clocks of two houses. */
const SKEW_SECONDS = 60;
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
    failedBefore: mine.filter((one) => IS_REFUSED.test(one.row.outcome ?? "")).length,
    application: applicationOf(row),
    why: `${PROVIDERS.get(row.provider)?.log ?? row.provider}, ${row.event_type} (${row.event_id}): the last sign-in of this user before the session was opened.`,
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

/** What says most of a sign-in to AWS; of equals the last. */
const best = (matches: readonly Match[]): Match | null => {
  const rank = ({ row }: Match): number =>
    PROVIDERS.get(row.provider)?.rank(row, AWS_APPLICATION.test(row.apps ?? "")) ?? 0;
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
  const proofs = rows
    .filter(({ session_id: id }) => signIn.session_id === null || id === null || id === signIn.session_id)
    .map((row) => ({ row, says: PROVIDERS.get(row.provider)?.secondFactor(row) ?? null }));
  const used = proofs.filter(({ says }) => says === "used");
  return {
    mfa: used.length > 0 ? "used" : proofs.some(({ says }) => says === "refused") ? "refused" : "not seen",
    factors: [...new Set(used.flatMap(({ row }) => row.credential_type?.split("\n") ?? []))].sort(),
  };
};
