import type { Target } from "../../case/plan.ts";
import type { ScanRound } from "../../case/scan.ts";
import type { Scene } from "../../core/plan/action.ts";
import { identityOf } from "../../core/plan/eligibility.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "../investigate/queries.ts";
import { scanRounds } from "../investigate/scan.ts";
import { textsOf } from "../investigate/texts.ts";

/** Who else a change of this target hurts, in sentences; never empty. */
export type BlastRadius = (target: Target) => readonly string[];

interface DependantRow {
  readonly kind: "identity" | "bucket";
  readonly subject: string;
  readonly principal: string;
  readonly calls: number;
  readonly sessions: number;
  readonly addresses: number;
  readonly agents: number;
  readonly services: number;
  readonly last_at: string;
}

const UNREAD = "The logs have not been read yet: who else uses this is not known.";
const UNTOLD = "The logs of this case do not tell who else uses this.";
/** Names in a sentence; the rest is counted, and all of them are in `queries/dependants.json`. */
const NAMED = 5;

/**
 * Computed from the case table when the logs were read; else it says that it is not known. What is counted is everybody
 * but the thief: calls as a suspect's identity from other addresses than the thief's are somebody else's work. Never
 * throws: a figure that is missing must not keep a plan from being made.
 */
export const blastRadiusOf = async (scene: Scene, ports: Ports): Promise<BlastRadius> => {
  const rounds = await scanRounds(scene.caseId, ports);
  const last = rounds.at(-1);
  if (last === undefined || last.result === null) return () => [UNREAD];
  try {
    const rows = await ask<DependantRow>(scene.caseId, "dependants", parametersOf(scene), ports);
    return (target) => [...sentences(target, rows, last)];
  } catch (error) {
    return () => [`Who else uses this could not be read from the logs: ${(error as Error).message}`];
  }
};

const parametersOf = ({ suspects, keys, addresses }: Scene): readonly string[] => {
  const ids = suspects.flatMap(({ principalId }) => principalId ?? []);
  const accessKeys = [
    ...suspects.flatMap(({ accessKeyId }) => accessKeyId ?? []),
    ...keys.map(({ accessKeyId }) => accessKeyId),
  ];
  return [
    ...textsOf(ids, 4),
    ...textsOf(accessKeys, 4),
    ...textsOf(addresses, 2),
    addresses.length === 0 ? "yes" : "no",
  ];
};

const sentences = (
  target: Target,
  rows: readonly DependantRow[],
  { request, result }: ScanRound,
): readonly string[] => {
  const window = `from ${request.from} to ${result?.watermark ?? request.to}`;
  if (target.bucket !== undefined) return [bucketSentence(target.bucket, rows, window)];
  const identity = nameOf(target);
  return identity === null ? [UNTOLD] : [identitySentence(identity, target.arn!, rows, window)];
};

const nameOf = ({ arn }: Target): string | null =>
  arn === undefined || !/:(?:user|role)\//.test(arn) ? null : identityOf(arn);

const bucketSentence = (bucket: string, rows: readonly DependantRow[], window: string): string => {
  const own = rows.filter(({ kind, subject }) => kind === "bucket" && subject === bucket);
  if (own.length === 0) return `Nobody but the thief was seen using bucket ${bucket} in the logs ${window}.`;
  const calls = own.reduce((sum, row) => sum + Number(row.calls), 0);
  return `Besides the thief, ${own.length} principal(s) used bucket ${bucket} ${window} with ${calls} call(s): ${namesOf(own)}.`;
};

const identitySentence = (identity: string, arn: string, rows: readonly DependantRow[], window: string): string => {
  const own = rows.filter(({ kind, principal }) => kind === "identity" && identityOf(principal) === identity);
  const sum = (member: "calls" | "sessions" | "addresses" | "agents" | "services"): number =>
    own.reduce((total, row) => total + Number(row[member]), 0);
  if (own.length === 0) return `Nobody but the thief was seen using ${arn} in the logs ${window}.`;
  const sessions = identity.startsWith("role:") ? `${sum("sessions")} session(s) of ` : "";
  return `Besides the thief, ${sessions}${arn} made ${sum("calls")} call(s) ${window}, from ${sum("addresses")} address(es) with ${sum("agents")} program(s)${sum("services") > 0 ? `, some through ${sum("services")} AWS service(s)` : ""}.`;
};

const namesOf = (rows: readonly DependantRow[]): string => {
  const named = rows.slice(0, NAMED).map(({ principal, calls }) => `${principal.toWellFormed()} (${calls})`);
  return rows.length > NAMED ? `${named.join(", ")} and ${rows.length - NAMED} more` : named.join(", ");
};
