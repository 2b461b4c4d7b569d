import type { CaseHead } from "../core/case.ts";
import { CordonError } from "../core/errors.ts";
import type { Finding } from "../core/finding.ts";
import type { Ports } from "../ports.ts";
import { findDocument } from "../response/documents.ts";
import type { Discovered } from "../response/scene.ts";
import type { OptionSpecs, Typed } from "./command.ts";

export const FILTER_OPTIONS: OptionSpecs = {
  since: { type: "string", value: "TIME", help: "opened at or after this date or time (UTC)" },
  until: { type: "string", value: "TIME", help: "opened before this date or time (UTC)" },
  principal: { type: "string", value: "TEXT", help: "a principal's ARN, id, name or access key contains this" },
  bucket: { type: "string", value: "NAME", help: "the bucket is concerned" },
  severity: { type: "string", value: "N", help: "severity of the finding at least N (0 to 10)" },
  status: { type: "string", value: "STATUS", help: "only cases with this status" },
};

/** A case with what filters ask about. */
export interface ListedCase extends CaseHead {
  readonly finding: { readonly type: string; readonly severity: number } | null;
  readonly principals: readonly string[];
  readonly buckets: readonly string[];
}

type Test = (one: ListedCase) => boolean;

/** The cases of a deployment that pass every filter typed, oldest first. Throws USAGE for a filter that means nothing. */
export const filteredCases = async (typed: Typed, { cases }: Pick<Ports, "cases">): Promise<readonly ListedCase[]> => {
  const tests = testsOf(typed);
  const listed = await Promise.all((await cases.list()).map((head) => describe(head, cases)));
  return listed.filter((one) => tests.every((test) => test(one)));
};

const testsOf = ({ values }: Typed): readonly Test[] => {
  const { since, until, principal, bucket, severity, status } = values;
  return [
    ...(since === undefined ? [] : [atLeast("since", since)]),
    ...(until === undefined ? [] : [not(atLeast("until", until))]),
    ...(principal === undefined
      ? []
      : [(one: ListedCase) => one.principals.some((name) => name.includes(String(principal)))]),
    ...(bucket === undefined ? [] : [(one: ListedCase) => one.buckets.includes(String(bucket))]),
    ...(severity === undefined ? [] : [severityOf(String(severity))]),
    ...(status === undefined ? [] : [(one: ListedCase) => one.status === status]),
  ];
};

const not =
  (test: Test): Test =>
  (one) =>
    !test(one);

const atLeast = (option: string, value: unknown): Test => {
  const text = String(value);
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time))
    throw new CordonError("USAGE", `--${option}: expected a date or an ISO 8601 time, got ${text}`);
  return ({ openedAt }) => Date.parse(openedAt) >= time;
};

const severityOf = (text: string): Test => {
  const least = Number(text);
  if (!Number.isFinite(least))
    throw new CordonError("USAGE", `--severity: expected a number from 0 to 10, got ${text}`);
  return ({ finding }) => finding !== null && finding.severity >= least;
};

const describe = async (head: CaseHead, cases: Ports["cases"]): Promise<ListedCase> => {
  const finding = await findDocument<Finding>(cases, head.caseId, "finding.json");
  const found = await findDocument<Discovered>(cases, head.caseId, "discovered.json");
  const theft = await findDocument<{ buckets: readonly string[] }>(cases, head.caseId, "theft-summary.json");
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

const distinct = (values: readonly (string | null)[]): readonly string[] =>
  [...new Set(values.filter((value) => value !== null))].sort();
