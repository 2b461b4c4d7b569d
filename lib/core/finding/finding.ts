import { CordonError, type Fault } from "../../base/errors.ts";
import type { Finding } from "../../case/finding.ts";
import { candidatesOf } from "./findingEnvelope.ts";
import { addressesOf, bucketsOf, principalsOf, sequenceParts, signalsOf, unusualOf, windowOf } from "./findingParts.ts";
import { FindingSchema, faultsOf, type RawFinding } from "./findingSchema.ts";
import { strangerIn } from "./kinds.ts";
import { isSample } from "./samples.ts";
import { isSuspicion } from "./suspicion.ts";

/** `GetFindings` gives 50 a call and an export a few thousand; more in one input is a mistake or an attack. */
const MAX_FINDINGS = 10_000;

/**
 * Reads findings from an EventBridge event, an answer of `GetFindings` (SDK or CLI), a notice, a message of a queue, an
 * event of Security Hub, a list of any, or one bare finding; members in camelCase or PascalCase. An empty list gives an empty list.
 * Throws INPUT_INVALID: for something else with what it is, else with every fault of every finding. Sources: GuardDuty API 2017-11-28, EventBridge event schema.
 */
export const parseFindings = (input: unknown): readonly Finding[] => {
  const stranger = strangerIn(input);
  if (stranger !== null) throw noFinding(stranger);
  const candidates = candidatesOf(input);
  if (candidates.length > MAX_FINDINGS) throw invalid([tooMany(candidates.length)]);
  const faults: Fault[] = [];
  const findings: Finding[] = [];
  for (const { path, value } of candidates) {
    const parsed = FindingSchema.safeParse(value, { reportInput: true });
    if (parsed.success) findings.push(toFinding(parsed.data));
    else faults.push(...faultsOf(parsed.error, path));
  }
  if (faults.length > 0) throw invalid(faults);
  return findings;
};

type Opening = Pick<Finding, "type" | "severity"> & Partial<Pick<Finding, "buckets" | "signals" | "alsoTypes">>;

/**
 * Whether a finding is one that opens a case. `openOn` holds exact types, or prefixes ending in `*`. Where it holds attack
 * sequences on S3, one of another name that is about buckets or reads of objects opens a case too.
 */
export const opensCase = (
  finding: Opening,
  { openOn, minimumSeverity }: { readonly openOn: readonly string[]; readonly minimumSeverity: number },
): boolean =>
  finding.severity >= minimumSeverity &&
  openOn.some(
    (pattern) =>
      matches(finding.type, pattern) || (pattern.startsWith("AttackSequence:S3/") && isSequenceOnS3(finding)),
  );

/** Whether a finding that a person hands in can be responded to: what opens a case by itself, whatever its severity, and what is about S3 or an identity of IAM. */
export const opensByHand = (finding: Opening, { openOn }: { readonly openOn: readonly string[] }): boolean =>
  opensCase(finding, { openOn, minimumSeverity: 0 }) ||
  isSuspicion(finding.type) ||
  isSequenceOnS3(finding) ||
  /^[A-Za-z]+:(S3|IAM|IAMUser)\//.test(finding.type);

const isSequenceOnS3 = ({ type, buckets = [], signals = [], alsoTypes = [] }: Opening): boolean =>
  type.startsWith("AttackSequence:") &&
  (buckets.length > 0 ||
    signals.some((one) => one.type === "S3_DATA_EVENTS") ||
    alsoTypes.some((one) => one.startsWith("AttackSequence:S3/")));

const matches = (type: string, pattern: string): boolean =>
  pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;

const toFinding = (raw: RawFinding): Finding => {
  const service = raw.service;
  const call = service?.action?.awsApiCallAction;
  const remote = call?.remoteAccountDetails;
  return {
    id: raw.id,
    arn: raw.arn || null,
    type: raw.type,
    severity: raw.severity,
    accountId: raw.accountId,
    region: raw.region,
    partition: raw.partition || partitionOf(raw.arn || "", raw.region),
    createdAt: raw.createdAt,
    updatedAt: raw.updatedAt,
    count: service?.count ?? 1,
    archived: service?.archived ?? false,
    sample: isSample(raw),
    title: raw.title ?? "",
    description: raw.description ?? "",
    detectorId: service?.detectorId || null,
    principals: principalsOf(raw),
    buckets: bucketsOf(raw),
    addresses: addressesOf(raw),
    window: windowOf(raw),
    signals: signalsOf(raw),
    ...sequenceParts(raw),
    remoteAccount: remote?.accountId ? { accountId: remote.accountId, affiliated: remote.affiliated ?? null } : null,
    api: call?.api || null,
    unusual: unusualOf(raw),
  };
};

/** The partition stands in the finding's own ARN; else the region's name tells (AWS general reference, ARN format). */
const partitionOf = (arn: string, region: string): string => {
  const named = /^arn:(aws[a-z-]*):/.exec(arn)?.[1];
  if (named !== undefined) return named;
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
};

const tooMany = (got: number): Fault => ({ path: "", expected: `at most ${MAX_FINDINGS} findings`, got: String(got) });

const noFinding = (got: string): CordonError => {
  const expected = "a GuardDuty finding";
  return new CordonError("INPUT_INVALID", `expected ${expected}, got ${got}`, {
    faults: [{ path: "", expected, got }],
  });
};

const invalid = (faults: readonly Fault[]): CordonError => {
  const lines = faults
    .slice(0, 20)
    .map((fault) => `${fault.path || "input"}: expected ${fault.expected}, got ${fault.got}`);
  const more = faults.length > 20 ? `; and ${faults.length - 20} more` : "";
  return new CordonError("INPUT_INVALID", `not a GuardDuty finding: ${lines.join("; ")}${more}`, { faults });
};
