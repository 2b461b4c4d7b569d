import type { InventoriedObject } from "./schemas/inventory.ts";

/** Takes objects one after another, and says at the end what came of them. */
export interface Tally<Done> {
  add(object: InventoriedObject): void;
  done(): Done;
}

/** Everything that is worked out of objects, in one pass over them: there may be millions. */
export const tally = <Tallies extends Readonly<Record<string, Tally<unknown>>>>(
  objects: Iterable<InventoriedObject>,
  tallies: Tallies,
): { readonly [Name in keyof Tallies]: ReturnType<Tallies[Name]["done"]> } => {
  const all = Object.values(tallies);
  for (const one of objects) for (const each of all) each.add(one);
  return Object.fromEntries(Object.entries(tallies).map(([name, each]) => [name, each.done()])) as never;
};
