import { schemaFiles } from "../schemas/index.ts";

/** Mailboxes named after what they are for (RFC 2142, and as common), which stand in any text. */
const MAILBOXES =
  "abuse admin administrator alert alerts audit case cases ciso compliance contact csirt data hostmaster incident incidents info legal marketing noc operations postmaster press privacy report reports root sales security support team webmaster";

let members: ReadonlySet<string> | null = null;

/** Names of members that the published schemas give: no data, whoever is called so. */
export const schemaMembers = (): ReadonlySet<string> => {
  members ??= new Set([...schemaFiles().values()].flatMap((text) => [...membersIn(JSON.parse(text))]));
  return members;
};

function* membersIn(schema: unknown): Generator<string> {
  if (typeof schema !== "object" || schema === null) return;
  const { properties } = schema as { readonly properties?: unknown };
  if (typeof properties === "object" && properties !== null) yield* Object.keys(properties);
  for (const inner of Object.values(schema)) yield* membersIn(inner);
}

const words: ReadonlySet<string> = new Set(MAILBOXES.split(" "));

/** Whether a form of a name names nobody by itself: `report` of report@example.com. */
export const isOrdinary = (word: string): boolean => words.has(word.toLowerCase()) || schemaMembers().has(word);
