import { ENVELOPES, MOST_PREFIX, rowOf, unpacked } from "../../base/envelopes.ts";
import { parseConcatenated } from "../../base/jsonStream.ts";
import { fromSecurityHub } from "./securityHub.ts";

/** A finding not yet checked, and where in the input it stands. */
export interface Candidate {
  readonly path: string;
  readonly value: unknown;
}

/** Lists of findings: of GetFindings and Security Hub, and of whatever hands over records. */
const LISTS: readonly string[] = ["findings", "Findings", ...ENVELOPES.all];
/** What these hold should be a finding, even where it looks like none: what is wrong with it is said by its path. */
const OURS: readonly string[] = ["detail", "Message", "Body", "body", "Sns"];
const FORMS: readonly string[] = [...new Set([...ENVELOPES.one, ...OURS])];
/** Lists, members and texts by turns: a finding in Lambda → Kinesis → subscription → EventBridge → list is ten deep. */
const MOST_DEPTH = 24;

/** The findings in an input, whatever it came in; a thing in no known envelope stands for itself. */
export const candidatesOf = (input: unknown): readonly Candidate[] => opened({ path: "", value: input }, 0);

const opened = (one: Candidate, depth: number): readonly Candidate[] => {
  const { path, value } = one;
  if (depth > MOST_DEPTH) return [one];
  const row = Array.isArray(value) ? rowOf(value) : null;
  if (row !== null) return opened({ path, value: row }, depth + 1);
  if (Array.isArray(value))
    return value.flatMap((element, at) => opened({ path: `${path}[${at}]`, value: element }, depth + 1));
  if (typeof value !== "object" || value === null) return [one];
  const members = value as Members;
  const finding = isFinding(members) ? members : fromSecurityHub(members);
  if (finding !== null) return [{ path, value: finding }];
  const inside = (name: string, inner: unknown): readonly Candidate[] =>
    opened({ path: path === "" ? name : `${path}.${name}`, value: inner }, depth + 1);
  const lists = LISTS.filter((name) => typeof members[name] === "object" && members[name] !== null);
  const listed = lists.flatMap((name) => inside(name, members[name]));
  const forms = [...formsOf(members)].map(([name, inner]) => ({ name, found: inside(name, inner) }));
  const known = otherThan(
    listed,
    forms.flatMap(({ found }) => found.filter(isKnown)),
  );
  if (lists.length > 0) return [...listed, ...known];
  return known.length > 0 ? known : (forms.find(({ name }) => OURS.includes(name))?.found ?? [one]);
};

/** Each finding once, whatever the forms that it stands in. */
const otherThan = (seen: readonly Candidate[], found: readonly Candidate[]): readonly Candidate[] => {
  const ids = new Set(seen.map(idOf));
  return found.filter((one) => {
    const id = idOf(one);
    if (ids.has(id)) return false;
    ids.add(id);
    return true;
  });
};

const idOf = ({ value }: Candidate): unknown => {
  if (typeof value !== "object" || value === null) return value;
  const { id, Id } = value as Members;
  return id ?? Id ?? value;
};

type Members = Readonly<Record<string, unknown>>;

/** A finding has members of these names itself. */
const isFinding = (value: Members): boolean =>
  ("type" in value || "Type" in value) && ("accountId" in value || "AccountId" in value);

const isKnown = ({ value }: Candidate): boolean =>
  typeof value === "object" && value !== null && isFinding(value as Members);

/** The same thing in several forms, as far as each is JSON. */
function* formsOf(members: Members): Generator<readonly [name: string, inner: unknown]> {
  for (const name of FORMS) {
    const inner = members[name];
    if (typeof inner === "object" && inner !== null) yield [name, inner];
    if (typeof inner === "string") yield* valueIn(inner).map((value) => [name, value] as const);
  }
  for (const name of ENVELOPES.base64) {
    const text = typeof members[name] === "string" ? unpacked(members[name]) : null;
    if (text !== null) yield* valueIn(text).map((value) => [name, value] as const);
  }
}

/** The JSON values in a text, behind what a pipeline wrote before them: none, one, or several as a list. */
const valueIn = (text: string): readonly unknown[] => {
  const start = text.slice(0, MOST_PREFIX).search(/[{[]/);
  if (start === -1) return [];
  try {
    const values = parseConcatenated(text.slice(start));
    return values.length > 1 ? [values] : values;
  } catch {
    return [];
  }
};
