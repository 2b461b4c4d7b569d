/**
 * JSON values one after another in one text: what is left when pages of a CLI listing are appended to one file.
 * Returns every value; throws SyntaxError as JSON.parse does.
 */
export const parseConcatenated = (text: string): readonly unknown[] => {
  const values: unknown[] = [];
  for (let from = skipSpace(text, 0); from < text.length; ) {
    const end = endOfValue(text, from);
    values.push(JSON.parse(text.slice(from, end)));
    from = skipSpace(text, end);
  }
  return values;
};

const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && /[\s\uFEFF]/.test(text[at]!)) at += 1;
  return at;
};

/** Where the object or list that begins at `from` ends; the end of the text when it never closes. */
const endOfValue = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at);
    else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
};

const endOfString = (text: string, from: number): number => {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
};
