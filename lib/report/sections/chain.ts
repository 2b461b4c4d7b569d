import type { Credential, Hop, Start } from "../../case/chain.ts";
import { nameOf } from "../../core/principal/credential.ts";
import { type ChainLine, chainTree } from "../chainTree.ts";
import { chainChart, lineAnchor } from "../charts/chain.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, list, more, type Section, table, time, UNKNOWN } from "../elements.ts";
import { type Html, html, NOTHING, type Part } from "../html.ts";
import { sourcesOf } from "../sources.ts";

/** Credentials named in a sentence; the table has all that are drawn, the document all there are. */
const MOST_NAMED = 12;

/** Back to the human or workload, forward to everything made, and where to cut. */
export const chain = (dossier: CaseDossier): Section => {
  const traced = dossier.roleChain ?? null;
  const lines = traced === null ? [] : chainTree(traced);
  return {
    id: "chain",
    title: "Chain of credentials, and where to cut",
    body:
      traced === null
        ? html`<p class="none">Not known: the chain of credentials was not traced.</p>`
        : html`${cutOf(traced)}
<h3>From the start to every session ${sourcesOf(dossier, "chain")}</h3>
${chainChart(traced)}
${linesTable(lines)}
${more(lines.filter(({ hop }) => hop !== null).length, stepsOf(traced), "role-chain.json")}
${traced.notKnown.length === 0 ? NOTHING : html`<p>Not known of it:</p>${list(traced.notKnown, "")}`}`,
  };
};

type Traced = NonNullable<CaseDossier["roleChain"]>;

const stepsOf = ({ chains, sessions }: Traced): number =>
  new Set([...chains.flatMap(({ hops }) => hops), ...sessions].map(({ eventId, to }) => `${eventId}\n${nameOf(to)}`))
    .size;

const cutOf = ({ cut }: Traced): Html =>
  cut === null
    ? html`<p class="none">Where to cut is not known: no credential of the thief is known.</p>`
    : html`<p class="verdict bad">Cut at ${names([nameOf(cut.credential)])}${cut.revokeToo.length === 0 ? "." : html`, and revoke ${names(cut.revokeToo)}.`}</p>
<p>${cut.reason}</p>`;

const names = (all: readonly string[]): Part => [
  all.slice(0, MOST_NAMED).map((name, index) => html`${index === 0 ? "" : ", "}${code(name)}`),
  all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more (role-chain.json)` : "",
];

/** The picture in words; `LINK` says how sure a step is. */
const linesTable = (rows: readonly ChainLine[]): Html =>
  table<ChainLine>({
    caption: "The same, line by line",
    rows,
    empty: "Nobody's credentials are known.",
    anchor: lineAnchor,
    columns: [
      {
        head: "Credential or start",
        kind: "name",
        cell: ({ depth, name, whose, cut, revokeToo }) =>
          html`<small>level ${depth}</small> ${code(name)} ${whose}${cut ? html` <span class="pill bad">cut here</span>` : NOTHING}${revokeToo ? html` <span class="pill warn">revoke too</span>` : NOTHING}`,
      },
      {
        head: "In the hands of",
        cell: ({ start, held }) => (start !== null ? "–" : held === "thief" ? "the thief" : "its owner"),
      },
      {
        head: "How it came about",
        kind: "wide",
        cell: ({ start, hop, left }) => [
          start !== null
            ? [`${start.why}${BASIS[start.basis] ?? ""}`, signInOf(start)]
            : hop === null
              ? "No call in the logs read made it."
              : step(hop),
          left === 0 ? NOTHING : html` <strong>${left} more were made from it.</strong>`,
        ],
      },
      { head: "When", kind: "time", cell: ({ hop }) => (hop === null ? "–" : time(hop.at)) },
      { head: "Event", kind: "name", cell: ({ hop }) => (hop === null ? "–" : code(hop.eventId)) },
    ],
  });

const BASIS: Readonly<Record<string, string>> = {
  name: " Told only by how the session is named or by what its agent claims.",
};

/** The human's own sign-in, where the identity provider's log was given. */
const signInOf = ({ signIn }: Start): Part =>
  signIn == null
    ? NOTHING
    : html` Signed in at ${signIn.provider} as ${code(signIn.actor.name ?? signIn.actor.id ?? "not named")} ${time(signIn.at)} from ${signIn.clientIp === null ? UNKNOWN : code(signIn.clientIp)} (joined by ${signIn.match}); second factor ${signIn.mfa}, ${signIn.failedBefore} refused attempts before. ${signIn.why}`;

const step = ({ how, from, address, link, candidates, byThief, usedByThief }: Hop): Part =>
  html`${code(how)} ${from === null ? "by a service or an identity provider" : html`with ${code(named(from))}`} from ${address === null ? UNKNOWN : code(address)}${byThief ? ", with the thief's marks" : usedByThief === true ? ", and used with the thief's marks" : ""}. ${link === "key" ? "The answer holds the key." : candidates > 1 ? `Joined by the name of the session: one of ${candidates} calls that opened it.` : "Joined by the name of the session."}`;

const named = (one: Credential): string => nameOf(one) || "a credential without a name";
