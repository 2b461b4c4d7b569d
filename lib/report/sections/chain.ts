import type { Credential, Hop, Start } from "../../case/chain.ts";
import { nameOf } from "../../core/principal/credential.ts";
import {
  code,
  codes,
  heading,
  list,
  more,
  nothing,
  pill,
  say,
  small,
  strong,
  table,
  text,
  time,
  UNKNOWN,
  verdict,
  when,
} from "../blocks.ts";
import { type ChainLine, chainTree } from "../chainTree.ts";
import { chartOfChain, lineAnchor } from "../charts/chain.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Block, Inline, Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";

/** Credentials named in a sentence; the table has all that are drawn, the document all there are. */
const MOST_NAMED = 12;

/** Back to the human or workload, forward to everything made, and where to cut. */
export const chain = (dossier: CaseDossier): Section => ({
  id: "chain",
  title: "Chain of credentials, and where to cut",
  blocks:
    dossier.roleChain == null
      ? [nothing("Not known: the chain of credentials was not traced.")]
      : tracedBlocks(dossier.roleChain, dossier),
});

type Traced = NonNullable<CaseDossier["roleChain"]>;

const tracedBlocks = (traced: Traced, dossier: CaseDossier): readonly Block[] => {
  const lines = chainTree(traced);
  const chart = chartOfChain(traced);
  return [
    ...cutOf(traced),
    heading(say`From the start to every session ${sourcesOf(dossier, "chain")}`),
    ...(chart === null ? [] : [chart]),
    linesTable(lines),
    ...more(lines.filter(({ hop }) => hop !== null).length, stepsOf(traced), "role-chain.json"),
    ...when(traced.notKnown.length > 0, text("Not known of it:"), list(traced.notKnown, "")),
  ];
};

const stepsOf = ({ chains, sessions }: Traced): number =>
  new Set([...chains.flatMap(({ hops }) => hops), ...sessions].map(({ eventId, to }) => `${eventId}\n${nameOf(to)}`))
    .size;

const cutOf = ({ cut }: Traced): readonly Block[] =>
  cut === null
    ? [nothing("Where to cut is not known: no credential of the actor is known.")]
    : [
        verdict(
          "bad",
          say`Cut at ${names([nameOf(cut.credential)])}${cut.revokeToo.length === 0 ? "." : say`, and revoke ${names(cut.revokeToo)}.`}`,
        ),
        text(cut.reason),
      ];

const names = (all: readonly string[]): Inline => [
  codes(all.slice(0, MOST_NAMED)),
  all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more (role-chain.json)` : "",
];

/** The picture in words; `LINK` says how sure a step is. */
const linesTable = (rows: readonly ChainLine[]): Block =>
  table<ChainLine>({
    caption: "The same, line by line",
    rows,
    empty: "Nobody's credentials are known.",
    anchor: lineAnchor,
    columns: [
      { head: "Credential or start", kind: "name", cell: credentialCell },
      {
        head: "In the hands of",
        cell: ({ start, held }) => (start !== null ? "–" : held === "thief" ? "the actor" : "its owner"),
      },
      { head: "How it came about", kind: "wide", cell: cameAbout },
      { head: "When", kind: "time", cell: ({ hop }) => (hop === null ? "–" : time(hop.at)) },
      { head: "Event", kind: "name", cell: ({ hop }) => (hop === null ? "–" : code(hop.eventId)) },
    ],
  });

const credentialCell = ({ depth, name, whose, cut, revokeToo }: ChainLine): Inline => [
  say`${small(`level ${depth}`)} ${code(name)} ${whose}`,
  cut ? say` ${pill("cut here", "bad")}` : "",
  revokeToo ? say` ${pill("revoke too", "warn")}` : "",
];

const cameAbout = ({ start, hop, left }: ChainLine): Inline => [
  start !== null
    ? [`${start.why}${BASIS[start.basis] ?? ""}`, signInOf(start)]
    : hop === null
      ? "No call in the logs read made it."
      : step(hop),
  left === 0 ? "" : [" ", strong(`${left} more were made from it.`)],
];

const BASIS: Readonly<Record<string, string>> = {
  name: " Told only by how the session is named or by what its agent claims.",
};

/** The human's own sign-in, where the identity provider's log was given. */
const signInOf = ({ signIn }: Start): Inline =>
  signIn == null
    ? ""
    : say` Signed in at ${signIn.provider} as ${code(signIn.actor.name ?? signIn.actor.id ?? "not named")} ${time(signIn.at)} from ${signIn.clientIp === null ? UNKNOWN : code(signIn.clientIp)} (joined by ${signIn.match}); second factor ${signIn.mfa}, ${signIn.failedBefore} refused attempts before. ${signIn.why}`;

const step = ({ how, from, address, link, candidates, byThief, usedByThief }: Hop): Inline =>
  say`${code(how)} ${from === null ? "by a service or an identity provider" : say`with ${code(named(from))}`} from ${address === null ? UNKNOWN : code(address)}${byThief ? ", with the actor's marks" : usedByThief === true ? ", and used with the actor's marks" : ""}. ${link === "key" ? "The answer holds the key." : candidates > 1 ? `Joined by the name of the session: one of ${candidates} calls that opened it.` : "Joined by the name of the session."}`;

const named = (one: Credential): string => nameOf(one) || "a credential without a name";
