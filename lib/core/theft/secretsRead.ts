import type { SensitivityHints } from "../../case/opinion.ts";
import type { SecretRow } from "./storyTold.ts";

type SecretRead = NonNullable<SensitivityHints["secrets"]>[number];

/** What the actor read that is a secret by itself, each once, by kind and name. `rows` are the actor's alone. */
export const secretsRead = (rows: readonly SecretRow[]): readonly SecretRead[] =>
  [...Map.groupBy(rows.flatMap(named), ({ kind, name }) => `${kind}\n${name}`).values()]
    .map((same) => ({
      kind: same[0]!.kind,
      name: same[0]!.name,
      calls: same.reduce((sum, { calls }) => sum + calls, 0),
      firstAt: same.map(({ firstAt }) => firstAt).toSorted()[0]!,
      lastAt: same
        .map(({ lastAt }) => lastAt)
        .toSorted()
        .at(-1)!,
      eventIds: same.flatMap(({ eventIds }) => eventIds).slice(0, MOST_EVENTS),
    }))
    .toSorted((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind < b.kind ? 1 : -1));

const MOST_EVENTS = 5;

const named = ({ eventname, item, calls, first_at, last_at, event_ids }: SecretRow): readonly SecretRead[] =>
  namesIn(eventname, item).map((name) => ({
    kind: kindOf(eventname),
    name,
    calls: Number(calls),
    firstAt: first_at,
    lastAt: last_at,
    eventIds: event_ids.split(","),
  }));

const kindOf = (eventname: string): SecretRead["kind"] =>
  eventname === "GetPasswordData" ? "machine password" : eventname.includes("Secret") ? "secret" : "parameter";

/** A list of names is each of them; a filter stays as it was asked, for nobody knows what it returned. */
const namesIn = (eventname: string, item: string): readonly string[] => {
  try {
    const value: unknown = JSON.parse(item);
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
    return typeof value === "object" && value !== null ? [`${eventname} by filter ${item}`] : [item];
  } catch {
    return [item];
  }
};
