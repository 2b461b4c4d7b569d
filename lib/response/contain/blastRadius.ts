import { counted, minute } from "../../base/figures.ts";
import type { PlannedAction } from "../../case/plan.ts";
import type { ScanRound } from "../../case/scan.ts";
import type { Scene } from "../../core/plan/action.ts";
import { cutOf } from "../../core/plan/cutOf.ts";
import { type LoggedCall, stopperOf } from "../../core/plan/stopped.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "../investigate/queries.ts";
import { scanRounds } from "../investigate/scan.ts";
import { textsOf } from "../investigate/texts.ts";

/** Who else a change hurts, in sentences; never empty. */
export type BlastRadius = (change: Pick<PlannedAction, "target" | "before" | "requests">) => readonly string[];

interface DependantRow extends LoggedCall {
  readonly calls: number;
}

const UNREAD = "The logs have not been read yet: who else uses this is not known.";
/** Names in a sentence; the rest is counted, and all of them are in `queries/dependants.json`. */
const NAMED = 5;
/** Rows that the query gives at most. */
const MOST_ROWS = 20_000;

/**
 * The change's own condition, run over what everybody but the actor did with success: whoever it would have stopped is
 * hurt. Calls as a suspect's identity from other addresses than the actor's are somebody else's work. Never throws: a
 * figure that is missing must not keep a plan from being made.
 */
export const blastRadiusOf = async (scene: Scene, ports: Ports): Promise<BlastRadius> => {
  const rounds = await scanRounds(scene.caseId, ports);
  const last = rounds.at(-1);
  if (last === undefined || last.result === null) return () => [UNREAD];
  try {
    const rows = await ask<Omit<DependantRow, "sourceip">>(scene.caseId, "dependants", parametersOf(scene), ports);
    const calls = rows.map((row): DependantRow => ({ ...row, sourceip: null, calls: Number(row.calls) }));
    return (change) => sentences(change, calls, last);
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
  change: Parameters<BlastRadius>[0],
  rows: readonly DependantRow[],
  { request, result }: ScanRound,
): readonly string[] => {
  const window = `from ${minute(request.from)} to ${minute(result?.watermark ?? request.to)}`;
  const stops = stopperOf(cutOf(change));
  const answers = Map.groupBy(rows, stops);
  const [hit, open] = [answers.get("denied") ?? [], answers.get("unknown") ?? []];
  const cut = rows.length === MOST_ROWS ? [`Only the ${MOST_ROWS} most frequent kinds of call were compared.`] : [];
  const first =
    hit.length === 0
      ? `By the logs ${window} this stops nobody but the actor.`
      : `Besides the actor, this stops ${counted(principalsIn(hit).length, "principal")} with ${counted(callsOf(hit), "call")} ${window}: ${namesOf(hit)}.`;
  const second =
    open.length === 0
      ? []
      : [`For ${counted(callsOf(open), "more call")} the logs do not hold what its condition asks: ${namesOf(open)}.`];
  return [first, ...second, ...cut];
};

const callsOf = (rows: readonly DependantRow[]): number => rows.reduce((sum, { calls }) => sum + calls, 0);

const nameOf = ({ issuer_arn, principal_arn, invoked_by, principal_id }: DependantRow): string =>
  issuer_arn ?? principal_arn ?? invoked_by ?? principal_id ?? "whoever does not sign";

/** By the number of their calls, most first. */
const principalsIn = (rows: readonly DependantRow[]): readonly (readonly [string, readonly DependantRow[]])[] =>
  [...Map.groupBy(rows, nameOf)].sort(([a, one], [b, two]) => callsOf(two) - callsOf(one) || (a < b ? -1 : 1));

const namesOf = (rows: readonly DependantRow[]): string => {
  const all = principalsIn(rows);
  const named = all.slice(0, NAMED).map(([name, own]) => `${name.toWellFormed()} (${figuresOf(own)})`);
  return all.length > NAMED ? `${named.join(", ")} and ${all.length - NAMED} more` : named.join(", ");
};

const figuresOf = (rows: readonly DependantRow[]): string => {
  const sessions = new Set(rows.flatMap(({ principal_id }) => (principal_id?.includes(":") ? [principal_id] : [])));
  const services = [...new Set(rows.flatMap(({ invoked_by }) => invoked_by ?? []))].sort();
  return [
    counted(callsOf(rows), "call"),
    ...(sessions.size === 0 ? [] : [`in ${counted(sessions.size, "session")}`]),
    ...(services.length === 0 ? [] : [`some through ${services.slice(0, NAMED).join(", ")}`]),
  ].join(" ");
};
