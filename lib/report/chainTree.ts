import type { Credential, Hop, RoleChain, Start } from "../case/chain.ts";
import { nameOf } from "../core/principal/credential.ts";
import { isHeld } from "../core/principal/hop.ts";

/** One line of the picture: who or what starts a chain, or a credential, below what it was made from. */
export interface ChainLine {
  /** 0: the start of a chain. */
  readonly depth: number;
  /** What tells it apart: a key id, a principal id, or the start's own name. */
  readonly name: string;
  /** Whose it is, in words. */
  readonly whose: string;
  readonly start: Start | null;
  /** The call that made it; null for a start, and for what no call in the logs made. */
  readonly hop: Hop | null;
  /** `owner`: nothing ties it to the actor; `thief`: a suspect's, opened by the actor, or used with the actor's marks. */
  readonly held: "owner" | "thief";
  readonly cut: boolean;
  /** Made already from what is cut: it lives on until it is revoked or expires. */
  readonly revokeToo: boolean;
  /** Further credentials made from the same one, which are not drawn. */
  readonly left: number;
}

interface Node {
  readonly name: string;
  readonly parent: string | null;
  readonly whose: string;
  readonly start: Start | null;
  readonly hop: Hop | null;
}

/** Nobody reads more in a picture; the whole is `role-chain.json`. */
const MOST_LINES = 40;
const MOST_CHILDREN = 8;

/** The chains and everything made from them as one tree, from the human or workload down, in the order in which it was made. */
export const chainTree = (chain: RoleChain): readonly ChainLine[] => {
  const nodes = nodesOf(chain);
  const below = Map.groupBy(nodes.values(), ({ parent }) => parent ?? "");
  const byActor = heldByActor(chain);
  const lines: ChainLine[] = [];
  const draw = (node: Node, depth: number): void => {
    const held = node.start === null && byActor.has(node.name);
    const children = (below.get(node.name) ?? []).toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
    const shown = children.slice(0, MOST_CHILDREN);
    lines.push({ ...lineOf(node, depth, held, chain), left: children.length - shown.length });
    for (const child of shown) if (lines.length < MOST_LINES) draw(child, depth + 1);
  };
  for (const root of below.get("") ?? []) if (lines.length < MOST_LINES) draw(root, 0);
  return lines;
};

const timeOf = ({ hop }: Node): string => hop?.at ?? "";

const lineOf = (
  { name, whose, start, hop }: Node,
  depth: number,
  held: boolean,
  { cut }: RoleChain,
): Omit<ChainLine, "left"> => ({
  depth,
  name: start === null ? name : (start.name ?? "not known"),
  whose,
  start,
  hop,
  held: held ? "thief" : "owner",
  cut: start === null && cut !== null && nameOf(cut.credential) === name,
  revokeToo: start === null && cut?.revokeToo.includes(name) === true,
});

/** Every name once, under what first led to it: the way back before the sessions made from it, so that a loop ends. */
const nodesOf = ({ chains, sessions }: RoleChain): ReadonlyMap<string, Node> => {
  const nodes = new Map<string, Node>();
  const add = (node: Node): void => {
    if (node.name !== "" && node.name !== node.parent && !nodes.has(node.name)) nodes.set(node.name, node);
  };
  const credential = (one: Credential, parent: string, hop: Hop | null): void =>
    add({ name: nameOf(one), parent, whose: whoseOf(one), start: null, hop });
  for (const { suspect, hops, start } of chains) {
    const root = startKey(start);
    add({ name: root, parent: null, whose: STARTS[start.kind] ?? start.kind, start, hop: null });
    const [first] = hops;
    if (first === undefined) credential(suspect, root, null);
    else if (first.from !== null) credential(first.from, root, null);
    for (const hop of hops) credential(hop.to, hop.from === null ? root : nameOf(hop.from), hop);
  }
  for (const hop of sessions) if (hop.from !== null) credential(hop.to, nameOf(hop.from), hop);
  return nodes;
};

/** Cannot be the name of a credential: those hold no line feed. */
const startKey = ({ kind, name, provider }: Start): string => `${kind}\n${name ?? ""}\n${provider ?? ""}`;

const heldByActor = ({ chains, sessions }: RoleChain): ReadonlySet<string> =>
  new Set([
    ...chains.map(({ suspect }) => nameOf(suspect)),
    ...[...chains.flatMap(({ hops }) => hops), ...sessions]
      .filter(isHeld)
      .flatMap(({ from, to, byThief }) => [...(from === null || !byThief ? [] : [nameOf(from)]), nameOf(to)]),
  ]);

/** `user developer-jane`, `session night-run of role etl-runner`, or what the log calls it. */
export const whoseOf = ({ type, arn, userName, principalId, issuerArn }: Credential): string => {
  const session = /:assumed-role\/([^/]+)\/(.+)$/s.exec(arn ?? "");
  if (session !== null) return `session ${session[2]} of role ${session[1]}`;
  if (userName !== null) return `user ${userName}`;
  if (issuerArn !== null) return `session of ${issuerArn.split("/").at(-1)}`;
  return arn ?? principalId ?? type ?? "whose is not known";
};

export const STARTS: Readonly<Record<Start["kind"], string>> = {
  "user-key": "IAM user with a long-term key",
  "user-console": "IAM user at the console",
  root: "root user of the account",
  saml: "person signed in through SAML",
  "web-identity": "person or workload with a web identity (OIDC)",
  "identity-center": "person signed in through Identity Center",
  instance: "EC2 instance",
  function: "Lambda function",
  task: "ECS task",
  service: "AWS service",
  "other-account": "another AWS account",
  anonymous: "anonymous caller",
  unknown: "start not in the logs read",
};
