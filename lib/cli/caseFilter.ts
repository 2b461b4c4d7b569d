import { CordonError } from "../base/errors.ts";
import { printable } from "../base/evidenceError.ts";
import { distinct } from "../base/lists.ts";
import { CASE_STATUSES, type CaseHead } from "../case/case.ts";
import { DISCOVERED, FINDING, find, THEFT_SUMMARY } from "../case/documents.ts";
import type { ReadPorts } from "../ports/ports.ts";
import type { OptionSpecs, Typed } from "./command.ts";

const TIME = /^(\d{4}-\d{2}-\d{2})(?:(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;
/** Old buckets have capitals, underscores and up to 255 characters (S3, "Bucket naming rules"). */
const BUCKET = /^[A-Za-z0-9._-]{3,255}$/;

export const FILTER_OPTIONS: OptionSpecs = {
  since: { type: "string", value: "TIME", help: "opened at or after this date or time (UTC)" },
  until: { type: "string", value: "TIME", help: "opened before this date or time (UTC)" },
  principal: { type: "string", value: "TEXT", help: "a principal's ARN, id, name or access key contains this" },
  bucket: { type: "string", value: "NAME", help: "the bucket is concerned" },
  severity: { type: "string", value: "N", help: "severity of the finding at least N (0 to 10)" },
  status: { type: "string", value: "STATUS", help: "only cases with this status of the machine, as `--json` has it" },
};

/** A case with what filters ask about. */
export interface ListedCase extends CaseHead {
  readonly finding: { readonly type: string; readonly severity: number } | null;
  readonly principals: readonly string[];
  readonly buckets: readonly string[];
  /** Why its documents cannot be read; absent: they can. Such a case passes every filter, for what it is about is not known. */
  readonly unreadable?: string;
}

type Test = (one: ListedCase) => boolean;

/** The cases of a deployment that pass every filter typed, oldest first. Throws USAGE for a filter that means nothing. */
export const filteredCases = async (
  typed: Typed,
  { cases }: Pick<ReadPorts, "cases">,
): Promise<readonly ListedCase[]> => {
  const tests = testsOf(typed);
  const listed = await Promise.all((await cases.list()).map((head) => described(head, cases)));
  return listed.filter((one) => one.unreadable !== undefined || tests.every((test) => test(one)));
};

const testsOf = ({ values }: Typed): readonly Test[] => {
  assertOrder(values);
  return Object.entries(values).flatMap(([name, value]) => {
    const testFrom = TESTS[name];
    return testFrom === undefined || value === undefined ? [] : [testFrom(String(value))];
  });
};

const TESTS: Readonly<Record<string, (text: string) => Test>> = {
  since: (text) => {
    const from = instantFrom("since", text);
    return ({ openedAt }) => Date.parse(openedAt) >= from;
  },
  until: (text) => {
    const to = instantFrom("until", text);
    return ({ openedAt }) => Date.parse(openedAt) < to;
  },
  principal: (text) => {
    if (text.trim() === "") throw refused("principal", "a part of an ARN, id, name or access key", text);
    return ({ principals }) => principals.some((name) => name.includes(text));
  },
  bucket: (text) => {
    if (!BUCKET.test(text)) throw refused("bucket", "the name of a bucket", text);
    return ({ buckets }) => buckets.includes(text);
  },
  severity: (text) => {
    const least = Number(text);
    if (!/^\d+(?:\.\d+)?$/.test(text) || least > 10) throw refused("severity", "a number from 0 to 10", text);
    return ({ finding }) => finding !== null && finding.severity >= least;
  },
  status: (text) => {
    if (!(CASE_STATUSES as readonly string[]).includes(text))
      throw refused("status", `one of ${CASE_STATUSES.join(", ")}`, text);
    return ({ status }) => status === text;
  },
};

/** A day is its beginning, and a time without a zone is UTC: `Date` would take it for the time of this machine. */
export const instantFrom = (option: string, text: string): number => {
  const [, day = "", time = "T00:00", zone = "Z"] = TIME.exec(text) ?? [];
  const instant = Date.parse(`${day}${time}${zone}`);
  // 30 February is the 2nd of March to `Date`.
  if (!Number.isNaN(instant) && new Date(`${day}T00:00Z`).toISOString().startsWith(day)) return instant;
  throw refused(option, "a date or an ISO 8601 time, as 2026-11-21 or 2026-11-21T08:00Z", text);
};

const assertOrder = ({ since, until }: Typed["values"]): void => {
  if (since === undefined || until === undefined) return;
  if (instantFrom("since", String(since)) < instantFrom("until", String(until))) return;
  throw refused("until", `a time after --since ${String(since)}`, String(until));
};

const refused = (option: string, expected: string, got: string): CordonError =>
  new CordonError("USAGE", `--${option}: expected ${expected}, got "${printable(got)}"`);

const described = async (head: CaseHead, cases: ReadPorts["cases"]): Promise<ListedCase> => {
  try {
    return await describe(head, cases);
  } catch (error) {
    return { ...head, finding: null, principals: [], buckets: [], unreadable: (error as Error).message };
  }
};

const describe = async (head: CaseHead, cases: ReadPorts["cases"]): Promise<ListedCase> => {
  const finding = await find(cases, head.caseId, FINDING);
  const found = await find(cases, head.caseId, DISCOVERED);
  const theft = await find(cases, head.caseId, THEFT_SUMMARY);
  const refs = [...(finding?.principals ?? []), ...(found?.suspects ?? [])];
  const names = refs.flatMap(({ arn, principalId, userName, accessKeyId, issuerArn }) => [
    arn,
    principalId,
    userName,
    accessKeyId,
    issuerArn,
  ]);
  return {
    ...head,
    finding: finding === null ? null : { type: finding.type, severity: finding.severity },
    principals: distinct([...names, ...(found?.keys ?? []).map(({ accessKeyId }) => accessKeyId)]),
    buckets: distinct([...(finding?.buckets ?? []).map(({ name }) => name), ...(theft?.buckets ?? [])]),
  };
};
