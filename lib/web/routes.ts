/** One line of the route table. `path` holds literal segments and `:name` for a value. */
export interface Route<Work> {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Whether a session is needed, and the header that proves the page itself is asking. */
  readonly open: boolean;
  readonly work: Work;
}

export type Values = Readonly<Record<string, string>>;

export type Match<Work> =
  | { readonly found: "route"; readonly route: Route<Work>; readonly values: Values }
  | { readonly found: "other-method"; readonly allow: string }
  | { readonly found: "nothing" };

/** What a value in a path may look like; ids and file names of ours, nothing that could become another path. */
const VALUE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
const PATH = /^\/(?:(?::?[A-Za-z][A-Za-z0-9.]*)(?:\/(?::?[A-Za-z][A-Za-z0-9.]*))*)?$/;

/** Finds the line of a table for a request; HEAD is GET without the body. Throws when the table itself is malformed. */
export const createRouter = <Work>(routes: readonly Route<Work>[]): ((method: string, path: string) => Match<Work>) => {
  for (const { path } of routes)
    if (!PATH.test(path)) throw new TypeError(`expected a path like /cases/:caseId, got ${path}`);
  return (method, path) => {
    const here = routes.flatMap((route) => {
      const values = valuesOf(route.path, path);
      return values === null ? [] : [{ route, values }];
    });
    const asked = method === "HEAD" ? "GET" : method;
    const match = here.find(({ route }) => route.method === asked);
    if (match !== undefined) return { found: "route", ...match };
    if (here.length === 0) return { found: "nothing" };
    return {
      found: "other-method",
      allow: here.map(({ route }) => (route.method === "GET" ? "GET, HEAD" : route.method)).join(", "),
    };
  };
};

const valuesOf = (template: string, path: string): Values | null => {
  const [wanted, got] = [template.split("/"), path.split("/")];
  if (wanted.length !== got.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = got[index]!;
    if (!part.startsWith(":")) {
      if (part !== value) return null;
    } else if (VALUE.test(value)) values[part.slice(1)] = value;
    else return null;
  }
  return values;
};
