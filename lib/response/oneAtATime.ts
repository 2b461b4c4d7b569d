const lines = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Runs `work` when everything of the same name begun before in this process has ended. Between processes nothing is
 * promised: there, exclusive creation, compare-and-set and claimed nonces decide.
 */
export const oneAtATime = <T>(place: object, name: string, work: () => Promise<T>): Promise<T> => {
  const line = lines.get(place) ?? new Map<string, Promise<unknown>>();
  lines.set(place, line);
  const mine = (line.get(name) ?? Promise.resolve()).then(work);
  const settled = mine
    .catch(() => undefined)
    .finally(() => {
      if (line.get(name) === settled) line.delete(name);
    });
  line.set(name, settled);
  return mine;
};
