import { fromSecurityHub } from "./securityHub.ts";

/** A finding not yet checked, and where in the input it stands. */
export interface Candidate {
  readonly path: string;
  readonly value: unknown;
}

/**
 * What findings arrive in: EventBridge and Security Hub (`detail`, `findings`), GetFindings (`Findings`), Lambda (`Records`
 * of SNS and SQS), `aws sqs receive-message` (`Messages`), SNS (`Message`, a text), SQS (`Body`, a text).
 */
const ENVELOPES = ["detail", "findings", "Findings", "Records", "Messages", "Sns", "Message", "body", "Body"] as const;
/** Lambda → SQS → SNS → EventBridge → list is six. */
const MOST_DEPTH = 8;

/** The findings in an input, whatever it came in; a thing in no known envelope stands for itself. */
export const candidatesOf = (input: unknown): readonly Candidate[] => opened({ path: "", value: input }, 0);

const opened = (one: Candidate, depth: number): readonly Candidate[] => {
  const { path, value } = one;
  if (depth > MOST_DEPTH) return [one];
  if (Array.isArray(value))
    return value.flatMap((element, at) => opened({ path: `${path}[${at}]`, value: element }, depth + 1));
  if (typeof value !== "object" || value === null) return [one];
  const name = isFinding(value) ? undefined : ENVELOPES.find((known) => isEnvelope(value, known));
  if (name === undefined) return [{ path, value: fromSecurityHub(value as Members) ?? value }];
  const inner = (value as Members)[name];
  return opened({ path: path === "" ? name : `${path}.${name}`, value: parsed(inner) }, depth + 1);
};

type Members = Readonly<Record<string, unknown>>;

/** A finding has members of these names itself. */
const isFinding = (value: object): boolean =>
  ("type" in value || "Type" in value) && ("accountId" in value || "AccountId" in value);

const isEnvelope = (value: object, name: string): boolean => {
  const inner = (value as Members)[name];
  return (typeof inner === "object" && inner !== null) || (typeof inner === "string" && /^\s*[{[]/.test(inner));
};

const parsed = (value: unknown): unknown => {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};
