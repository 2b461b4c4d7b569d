/**
 * Settings as lines a person can read: indented JSON, with policies (JSON inside text) unfolded. For reading only; the
 * exact value is in the action's file of the bundle.
 */
export const stateLines = (state: unknown): readonly string[] =>
  JSON.stringify(unfolded(state), null, 2)?.split("\n") ?? ["nothing"];

const unfolded = (value: unknown): unknown => {
  if (typeof value === "string") return parsedOrSame(value);
  if (Array.isArray(value)) return value.map(unfolded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfolded(inner)]));
};

const parsedOrSame = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
