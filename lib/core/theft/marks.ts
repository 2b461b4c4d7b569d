import type { PrincipalRef } from "../../case/principal.ts";
import { type ActorRow, type Fingerprints, fingerprintsOf, type MintedRow } from "./discovery.ts";

/** What of a finding tells the actor apart. */
export interface MarkedFinding {
  readonly principals: readonly PrincipalRef[];
  readonly addresses: readonly { readonly ip: string }[];
  readonly window: { readonly firstSeen: string };
}

/** An address in use for so long before the first sign is a habit, and not the beginning of the theft. */
const HABIT_HOURS = 20;

/**
 * The marks of the actor. Where the owner calls with the same key from the same address, or the finding names no address,
 * nothing but time parts the two: then the actor begins at the finding's own first time (`since`). Addresses that the
 * finding does not name are taken from what the identity used in its time and had not used before.
 */
export const marksOf = (
  { principals, addresses, window }: MarkedFinding,
  actors: readonly ActorRow[],
  minted: readonly MintedRow[],
): Fingerprints => {
  const named = addresses.map(({ ip }) => ip);
  const firstSeen = `${window.firstSeen.slice(0, 19)}Z`;
  const uses = usesOf(principals, actors);
  if (named.length === 0) return fingerprintsOf(principals, freshAddresses(uses, firstSeen), minted, firstSeen);
  const since = named.some((ip) => isOwnersToo(ip, uses, firstSeen)) ? firstSeen : null;
  return fingerprintsOf(principals, named, minted, since);
};

/** Why calls before the first sign are nobody's for certain; null where the actor's address is not the owner's. */
export const sharedGround = ({ since = null, addresses }: Fingerprints): string | null => {
  if (since === null) return null;
  const from = addresses.size === 0 ? "wherever it called from" : `from ${[...addresses].sort().join(", ")}`;
  return `The suspect identity was used ${from} by its owner, and nothing but time tells the two apart: the actor is held to begin at ${since}; what was done before may be the actor's all the same.`;
};

const usesOf = (principals: readonly PrincipalRef[], actors: readonly ActorRow[]): readonly ActorRow[] =>
  actors.filter(({ access_key_id, principal_id }) =>
    principals.some(
      ({ accessKeyId, principalId }) =>
        (accessKeyId !== null && accessKeyId === access_key_id) ||
        (principalId !== null && principalId === principal_id),
    ),
  );

/** In use for long, and either nowhere else or with a program that the identity uses elsewhere too. */
const isOwnersToo = (ip: string, uses: readonly ActorRow[], firstSeen: string): boolean => {
  const before = uses.filter(({ first_at }) => first_at < firstSeen);
  const there = before.filter((row) => row.sourceip === ip && isHabit(row, firstSeen));
  const elsewhere = new Set(before.filter(({ sourceip }) => sourceip !== ip).map(({ useragent }) => useragent));
  return there.length > 0 && (elsewhere.size === 0 || there.some(({ useragent }) => elsewhere.has(useragent)));
};

const isHabit = ({ first_at }: ActorRow, firstSeen: string): boolean =>
  Date.parse(firstSeen) - Date.parse(first_at) >= HABIT_HOURS * 3_600_000;

/** None where the identity has no other address, or no new one: then its calls cannot be told apart by where they come from. */
const freshAddresses = (uses: readonly ActorRow[], firstSeen: string): readonly string[] => {
  const usual = new Set(
    uses.filter((row) => isHabit(row, firstSeen) || row.last_at < firstSeen).flatMap(({ sourceip }) => sourceip ?? []),
  );
  const later = uses.filter(({ last_at }) => last_at >= firstSeen).flatMap(({ sourceip }) => sourceip ?? []);
  const fresh = [...new Set(later)].filter((ip) => !usual.has(ip)).sort();
  return usual.size === 0 ? [] : fresh;
};
