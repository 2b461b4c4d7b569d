import type { Chain, Credential, Hop, RoleChain, Start } from "../../case/chain.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import { type Fingerprints, firstSignIn, isActor, isBeforeSign } from "../theft/discovery.ts";
import { type ChainActor, type ChainRow, type KnownCredentials, nameOf } from "./credential.ts";
import { cutOf } from "./roleChainCut.ts";
import { startOf } from "./roleChainStart.ts";

/** AWS limits chained sessions to an hour, not their number; what is longer than this is no chain anybody works with. */
export const MAXIMUM_HOPS = 32;

/**
 * The suspects' credentials followed back to the human or workload at the start and forward to every session made from
 * them. Source of the joins: CloudTrail user guide, `responseElements.credentials.accessKeyId` and `assumedRoleId`.
 */
export const traceChain = (
  suspects: readonly PrincipalRef[],
  rows: readonly ChainRow[],
  actors: readonly ChainActor[],
  marks: Fingerprints,
  asOf: string | null = null,
): RoleChain => {
  const world: KnownCredentials = { rows, actors, marks, agents: agentsOf(actors, marks) };
  const chains = startingPoints(suspects, actors).map((suspect) => chainOf(suspect, world));
  const sessions = sessionsFrom(chains, world);
  return {
    schema: "cordon/role-chain/v1",
    chains,
    sessions,
    cut: cutOf(chains, sessions, { marks, asOf }),
    asOf,
    notKnown: chains.flatMap(({ suspect, start, ended }) => doubtsOf(suspect, start, ended)),
  };
};

/** One per credential: a reference without a key yields to one of the same principal that has one. */
const startingPoints = (suspects: readonly PrincipalRef[], actors: readonly ChainActor[]): readonly Credential[] => {
  const all = suspects.map((ref) => credentialOfRef(ref, actors)).filter((one) => nameOf(one) !== "");
  const keyed = new Set(all.filter(({ accessKeyId }) => accessKeyId !== null).map(({ principalId }) => principalId));
  const kept = all.filter(({ accessKeyId, principalId }) => accessKeyId !== null || !keyed.has(principalId));
  return [...new Map(kept.map((one) => [nameOf(one), one])).values()].toSorted((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
};

/** A finding may leave out the ARN and issuer that the logs tell of the same key. */
const credentialOfRef = (ref: PrincipalRef, actors: readonly ChainActor[]): Credential => {
  const seen = actors.find((row) =>
    ref.accessKeyId === null ? row.principal_id === ref.principalId : row.access_key_id === ref.accessKeyId,
  );
  return {
    type: seen?.principal_type ?? ref.type,
    principalId: ref.principalId ?? seen?.principal_id ?? null,
    arn: ref.arn ?? seen?.principal_arn ?? null,
    accountId: ref.accountId ?? seen?.principal_account ?? null,
    userName: ref.userName ?? seen?.user_name ?? null,
    accessKeyId: ref.accessKeyId ?? null,
    issuerArn: ref.issuerArn ?? seen?.issuer_arn ?? null,
  };
};

const chainOf = (suspect: Credential, world: KnownCredentials): Chain => {
  const hops: Hop[] = [];
  const seen = new Set<string>([nameOf(suspect)]);
  let row: ChainRow | null = null;
  for (let credential: Credential | null = suspect, before: string | null = null; credential !== null; ) {
    const found = mintOf(credential, before, world);
    if (found === null) return { suspect, hops, start: startOf(credential, row, world), ended: "start" };
    row = found.row;
    const hop = hopOf(found.row, credential, found, world);
    hops.unshift(hop);
    before = row.eventtime;
    credential = hop.from;
    if (credential !== null && seen.has(nameOf(credential)))
      return { suspect, hops, start: startOf(credential, row, world), ended: "cycle" };
    if (hops.length >= MAXIMUM_HOPS) return { suspect, hops, start: startOf(credential, row, world), ended: "limit" };
    if (credential !== null) seen.add(nameOf(credential));
  }
  return { suspect, hops, start: startOf(null, row, world), ended: "start" };
};

type Mint = { readonly row: ChainRow; readonly link: Hop["link"]; readonly candidates: number };

/** The call that made a credential: by its key; else the last call that opened the session before it was first used. */
const mintOf = (credential: Credential, before: string | null, { rows, actors }: KnownCredentials): Mint | null => {
  const { accessKeyId, principalId } = credential;
  const byKey = accessKeyId === null ? undefined : rows.find(({ minted_key }) => minted_key === accessKeyId);
  if (byKey !== undefined) return { row: byKey, link: "key", candidates: 1 };
  if (principalId === null || !principalId.includes(":")) return null;
  const opened = rows.filter(
    (row) => row.minted_session === principalId && (accessKeyId === null || row.minted_key === null),
  );
  const uses = actors.filter(
    (row) => row.principal_id === principalId && (accessKeyId === null || row.access_key_id === accessKeyId),
  );
  const limit = [before, ...uses.map(({ first_at }) => first_at)].filter((at) => at !== null).toSorted()[0] ?? null;
  const early = opened.filter(({ eventtime }) => limit === null || eventtime <= limit);
  const exact = early.filter((row) => uses.some(({ session_created }) => isSameSecond(session_created, row.eventtime)));
  const best = (exact.length > 0 ? exact : early).at(-1);
  return best === undefined
    ? null
    : { row: best, link: "session", candidates: exact.length > 0 ? exact.length : early.length };
};

/** `creationDate` comes as ISO basic or extended (facts: CloudTrail records); both have the same digits. */
const isSameSecond = (a: string | null | undefined, b: string): boolean =>
  (a ?? "").replaceAll(/\D/g, "").slice(0, 14) === b.replaceAll(/\D/g, "").slice(0, 14);

const hopOf = (
  row: ChainRow,
  to: Credential,
  { link, candidates }: Omit<Mint, "row">,
  world: KnownCredentials,
): Hop => ({
  eventId: row.eventid,
  at: row.eventtime,
  how: row.eventname,
  from: callerOf(row),
  to,
  address: row.sourceip,
  userAgent: row.useragent ?? null,
  link,
  candidates,
  byThief: isByThief(row, world),
  usedByThief: isUsedByThief(to, world),
  expiresAt: expiryOf(row),
});

/** Nobody's credential stands behind a service's or an identity provider's call. */
const callerOf = (row: ChainRow): Credential | null => {
  if (
    ["AWSService", "SAMLUser", "WebIdentityUser"].includes(row.principal_type ?? "") ||
    /^AssumeRoleWith/.test(row.eventname)
  )
    return null;
  const arn = row.eventname === "SwitchRole" ? (row.switched_from ?? null) : (row.principal_arn ?? null);
  const switched = row.eventname === "SwitchRole";
  return {
    type: switched ? (arn?.includes(":user/") === true ? "IAMUser" : null) : (row.principal_type ?? null),
    principalId: switched ? null : row.principal_id,
    arn,
    accountId: switched ? (arn?.split(":")[4] ?? null) : (row.principal_account ?? null),
    userName: switched ? (arn?.split("/").at(-1) ?? null) : (row.user_name ?? null),
    accessKeyId: switched ? null : row.access_key_id,
    issuerArn: switched ? null : (row.issuer_arn ?? null),
  };
};

const isByThief = (row: ChainRow, { marks, agents }: KnownCredentials): boolean => {
  const { own, shared, addresses } = marks;
  const carries = (set: ReadonlySet<string>): boolean =>
    set.has(row.access_key_id ?? "") || set.has(row.principal_id ?? "");
  if (carries(own)) return true;
  if (isBeforeSign(row, marks)) return false;
  return isFromActor(row, marks, agents) || (addresses.size === 0 && carries(shared));
};

/** A session opened by its owner is the actor's once it is used from where the actor is, or with what only the actor uses. */
const isUsedByThief = (
  { accessKeyId, principalId }: Credential,
  { actors, marks, agents }: KnownCredentials,
): boolean =>
  actors.some(
    (row) =>
      (accessKeyId === null
        ? principalId !== null && row.principal_id === principalId
        : row.access_key_id === accessKeyId) &&
      !isBeforeSign(row, marks) &&
      isFromActor(row, marks, agents),
  );

const isFromActor = (
  { sourceip, useragent }: { readonly sourceip: string | null; readonly useragent?: string | null },
  { addresses }: Fingerprints,
  agents: ReadonlySet<string>,
): boolean => (sourceip !== null && addresses.has(sourceip)) || agents.has(useragent ?? "");

/** Names of services, which stand for whoever called through them. */
const NO_MARK = /\.amazonaws\.com$|^AWS Internal$|^$/;

/** Programs that the actor uses, and that nobody in the logs read had used before the actor came. */
const agentsOf = (actors: readonly ChainActor[], marks: Fingerprints): ReadonlySet<string> => {
  const theirs = actors.filter((row) => isActor(row, marks) && firstSignIn(row, marks) === row.first_at);
  const begin = theirs.map(({ first_at }) => first_at).toSorted()[0] ?? "";
  const known = new Set(actors.filter(({ first_at }) => first_at < begin).map(({ useragent }) => useragent));
  const used = theirs.flatMap(({ useragent }) => useragent ?? []);
  return new Set(used.filter((agent) => !known.has(agent) && !NO_MARK.test(agent)));
};

/** Lasting keys do not expire. Without the answer's own time the length asked for counts; without either, STS's longest. */
const expiryOf = ({ eventname, eventtime, expiration, duration }: ChainRow): string | null => {
  if (eventname === "CreateAccessKey") return null;
  const told = Date.parse(`${(expiration ?? "").replaceAll(/\s/g, " ")} UTC`);
  const iso = Date.parse(expiration ?? "");
  const longest = /^Get/.test(eventname) ? LONGEST.token : LONGEST.role;
  const seconds = Math.min(Math.abs(Number(duration ?? "")) || longest, longest);
  const at = [told, iso, Date.parse(eventtime) + seconds * 1000].find((time) => !Number.isNaN(time));
  return at === undefined ? null : new Date(at).toISOString();
};

/** Seconds (STS API reference: GetSessionToken and GetFederationToken 36 hours, AssumeRole 12). */
const LONGEST = { token: 36 * 3600, role: 12 * 3600 } as const;

/** What a call made, as far as its answer tells. */
const madeBy = (row: ChainRow): Credential => ({
  type:
    row.eventname === "CreateAccessKey" || row.eventname === "GetSessionToken"
      ? "IAMUser"
      : row.eventname === "GetFederationToken"
        ? "FederatedUser"
        : "AssumedRole",
  principalId: row.minted_session ?? (row.eventname === "GetSessionToken" ? row.principal_id : null),
  arn: row.minted_arn ?? (row.eventname === "GetSessionToken" ? (row.principal_arn ?? null) : null),
  accountId: row.minted_arn?.split(":")[4] ?? row.principal_account ?? null,
  userName: row.eventname === "CreateAccessKey" ? row.minted_user : null,
  accessKeyId: row.minted_key,
  issuerArn: row.role_arn ?? null,
});

/** Breadth first; a credential is listed once, at its least depth, so that a loop ends. */
const sessionsFrom = (chains: readonly Chain[], world: KnownCredentials): RoleChain["sessions"] => {
  const on = chains.flatMap(({ suspect, hops }) => [
    suspect,
    ...hops.flatMap(({ from, byThief }) => (from !== null && byThief ? [from] : [])),
  ]);
  const known = new Set<string>();
  const sessions: (Hop & { depth: number })[] = [];
  let front: readonly Credential[] = [...new Map(on.map((one) => [nameOf(one), one])).values()];
  const roots = new Set(front.map(nameOf));
  for (let depth = 1; front.length > 0 && depth <= MAXIMUM_HOPS; depth += 1) {
    const made = world.rows
      .filter((row) => front.some((one) => isCaller(row, one)))
      .map((row) => ({ ...hopOf(row, madeBy(row), { link: "key", candidates: 1 }, world), depth }));
    const fresh = made.filter(({ to }) => nameOf(to) !== "" && !known.has(nameOf(to)) && known.add(nameOf(to)));
    sessions.push(...fresh);
    front = fresh.map(({ to }) => to).filter((one) => !roots.has(nameOf(one)));
  }
  return sessions.toSorted((a, b) => (a.at === b.at ? (a.eventId < b.eventId ? -1 : 1) : a.at < b.at ? -1 : 1));
};

const isCaller = (row: ChainRow, { accessKeyId, principalId }: Credential): boolean =>
  row.access_key_id !== null && accessKeyId !== null
    ? row.access_key_id === accessKeyId
    : principalId !== null && row.principal_id === principalId;

const doubtsOf = (suspect: Credential, start: Start, ended: Chain["ended"]): readonly string[] => [
  ...(start.kind === "unknown" ? [`Where ${nameOf(suspect)} comes from is not known: ${start.why}`] : []),
  ...(ended === "start"
    ? []
    : [
        `The way back from ${nameOf(suspect)} was not followed to its end: ${ended === "cycle" ? "it returns to itself" : `it has more than ${MAXIMUM_HOPS} steps`}.`,
      ]),
];
