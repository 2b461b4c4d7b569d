/** What Step Functions bills: every state that an execution enters, counted by walking the ASL documents themselves. */

interface Document {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}

interface AslState {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Document[];
  readonly Parameters?: { readonly StateMachineArn?: string };
}

/** The states that each Choice leads to, one a visit, before it takes its default. */
export type Turns = Readonly<Record<string, readonly string[]>>;

const LIMIT = 100_000;
const CHILD = /^\$\{(\w+)Machine\}$/;

/** Transitions of a machine and of those that it starts, on the way without failures. */
export const transitionsOf = (name: string, turns: Turns, read: (name: string) => string): number => {
  const walk = (document: Document): number => {
    const taken = new Map<string, number>();
    let count = 0;
    for (let at: string | undefined = document.StartAt; at !== undefined; count += 1) {
      if (count > LIMIT) throw new RangeError(`${name}: expected an end within ${LIMIT} states`);
      const state: AslState = document.States[at]!;
      for (const branch of state.Branches ?? []) count += walk(branch);
      const child = CHILD.exec(state.Parameters?.StateMachineArn ?? "")?.[1];
      if (child !== undefined) count += transitionsOf(child, turns, read);
      at = state.Type === "Choice" ? choose(at, state, taken, turns) : state.Next;
    }
    return count;
  };
  return walk(JSON.parse(read(name)) as Document);
};

const choose = (
  name: string,
  { Choices = [], Default }: AslState,
  taken: Map<string, number>,
  turns: Turns,
): string | undefined => {
  const visit = taken.get(name) ?? 0;
  taken.set(name, visit + 1);
  const next = turns[name]?.[visit];
  if (next !== undefined && !Choices.some(({ Next }) => Next === next))
    throw new RangeError(`${name}: no choice leads to ${next}`);
  return next ?? Default;
};
