import { counted } from "../../base/figures.ts";
import type { Chain, Credential, Cut, RoleChain } from "../../case/chain.ts";
import type { Fingerprints } from "../theft/discovery.ts";
import { nameOf } from "./credential.ts";
import { isAlive, isHeld } from "./hop.ts";

interface Candidate {
  readonly credential: Credential;
  readonly holder: Cut["holder"];
  readonly suspect: string;
  readonly depth: number;
  /** The identity or workload above it, which the actor was not seen to hold. */
  readonly above: string;
  /** A workload opened it and opens the next one too. */
  readonly renewed: boolean;
}

const WORKLOADS: readonly string[] = ["instance", "function", "task"];

/**
 * The most upstream credential in the actor's hands: walking up from each suspect, every hop that the actor made
 * moves the cut up; the first one that they did not make is its owner's rightful call. Of several chains the cut that
 * stops the most wins, then the longer way, then the name, so that the answer is the same every time.
 */
export const cutOf = (
  chains: readonly Chain[],
  sessions: RoleChain["sessions"],
  { marks, asOf }: { readonly marks: Fingerprints; readonly asOf: string | null },
): Cut | null => {
  const groups = [
    ...Map.groupBy(
      chains.map((chain) => candidateOf(chain, marks)),
      ({ credential }) => nameOf(credential),
    ).values(),
  ];
  const [best] = groups.toSorted(
    (a, b) =>
      b.length - a.length || depthOf(b) - depthOf(a) || (nameOf(a[0]!.credential) < nameOf(b[0]!.credential) ? -1 : 1),
  );
  return best === undefined ? null : describe(best, madeFrom(best[0]!.credential, sessions, asOf), chains.length);
};

const depthOf = (group: readonly Candidate[]): number => Math.max(...group.map(({ depth }) => depth));

const candidateOf = ({ suspect, hops, start }: Chain, { own }: Fingerprints): Candidate => {
  let credential = suspect;
  let depth = 0;
  for (const hop of hops.toReversed()) {
    if (!hop.byThief || hop.from === null || nameOf(hop.from) === "") break;
    credential = hop.from;
    depth += 1;
  }
  const next = hops.toReversed()[depth];
  return {
    credential,
    depth,
    renewed: next?.from === null && WORKLOADS.includes(start.kind),
    suspect: nameOf(suspect),
    holder: own.has(credential.accessKeyId ?? "") || own.has(credential.principalId ?? "") ? "thief-only" : "stolen",
    above:
      next === undefined
        ? `the start of the chain (${start.kind}${start.name === null ? "" : ` ${start.name}`})`
        : `${next.how} ${next.eventId}, which was not called with the actor's marks (${next.from === null ? start.kind : nameOf(next.from)})`,
  };
};

const describe = (group: readonly Candidate[], { made, left }: Made, chains: number): Cut => {
  const [{ credential, holder, above, renewed }] = group as [Candidate];
  const stops = [...new Set([nameOf(credential), ...group.map(({ suspect }) => suspect)])].sort();
  return {
    credential,
    holder,
    stops,
    revokeToo: made,
    reason: [
      `${nameOf(credential)} is the most upstream credential in the actor's hands: ${group.length} of ${counted(chains, "chain")} of the suspects ${group.length === 1 ? "leads" : "lead"} back to it, and above it is ${above}.`,
      holder === "thief-only"
        ? "Only the actor ever had it, so cutting it hurts nobody else."
        : "Its owner has it too and is cut off with the actor.",
      made.length === 0
        ? "No session of the actor's that still lives was made from it."
        : `${counted(made.length, "credential")} already made from it: each lives until it expires and must be revoked.`,
      ...(left === 0 ? [] : [`${counted(left, "session")} made from it and left alone: its owner's, or expired.`]),
      ...(renewed
        ? [
            "The workload is handed fresh keys of the same role by itself: whoever sits on it keeps access until it is isolated.",
          ]
        : []),
    ].join(" "),
  };
};

interface Made {
  /** The actor's, and alive. */
  readonly made: readonly string[];
  /** The owner's, and those that have expired. */
  readonly left: number;
}

const madeFrom = (credential: Credential, sessions: RoleChain["sessions"], asOf: string | null): Made => {
  const below = descendants(nameOf(credential), sessions);
  const live = sessions.filter((hop) => isHeld(hop) && isAlive(hop, { asOf })).map(({ to }) => nameOf(to));
  const made = [...new Set(live)].filter((name) => below.has(name)).sort();
  return { made, left: below.size - made.length };
};

const descendants = (name: string, sessions: RoleChain["sessions"]): ReadonlySet<string> => {
  const found = new Set<string>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { from, to } of sessions)
      if (from !== null && (nameOf(from) === name || found.has(nameOf(from)))) found.add(nameOf(to));
  }
  found.delete(name);
  return found;
};
