import {
  GetFindingsCommand,
  type GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from "@aws-sdk/client-guardduty";
import { opensCase, parseFindings } from "../core/finding/finding.ts";
import type { Settings } from "../core/settings.ts";
import { toStepError } from "./failures.ts";
import type { Started } from "./startResponse.ts";

export interface ReconcileOptions {
  readonly guardDuty: GuardDutyClient;
  readonly settings: Settings;
  /** Findings updated since then are looked at, ISO 8601 UTC. */
  readonly since: string;
  readonly start: (finding: unknown) => Promise<Started>;
}

export interface Reconciled {
  readonly seen: number;
  readonly started: readonly string[];
}

/** GetFindings takes 50 ids (API model). */
const PER_CALL = 50;

/**
 * Picks up findings whose event never came: the same names as for events, so that what did come is not started again. Each
 * is tried by itself; the first that fails is thrown when all were tried, and the next run tries them again.
 */
export const reconcile = async (options: ReconcileOptions): Promise<Reconciled> => {
  const found = await listFindings(options);
  const results = await inTurn(found, (finding) => startIfWanted(finding, options));
  const failed = results.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const started = results.flatMap((one) => (one.status === "fulfilled" && one.value !== null ? [one.value] : []));
  return { seen: found.length, started };
};

/** Every region by itself; the first that fails is thrown when all were tried. */
export const reconcileAll = async (
  guardDuties: readonly GuardDutyClient[],
  options: Omit<ReconcileOptions, "guardDuty">,
): Promise<Reconciled> => {
  const results = await inTurn(guardDuties, (guardDuty) => reconcile({ ...options, guardDuty }));
  const failed = results.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const done = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return {
    seen: done.reduce((sum, { seen }) => sum + seen, 0),
    started: done.flatMap(({ started }) => started),
  };
};

const listFindings = async ({ guardDuty, settings, since }: ReconcileOptions): Promise<readonly unknown[]> => {
  try {
    const { DetectorIds = [] } = await guardDuty.send(new ListDetectorsCommand({}));
    return (await Promise.all(DetectorIds.map((id) => findingsOf(guardDuty, id, settings, since)))).flat();
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", "GuardDuty: list findings", error);
  }
};

/** The execution that was started, or null: it opens no case, or has one. */
const startIfWanted = async (finding: unknown, { settings, start }: ReconcileOptions): Promise<string | null> => {
  if (!parseFindings(finding).every((one) => opensCase(one, settings))) return null;
  const { execution, how } = await start(finding);
  return how === "started" ? execution : null;
};

const inTurn = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly PromiseSettledResult<Result>[]> => {
  const results: PromiseSettledResult<Result>[] = [];
  for (const item of items) results.push(...(await Promise.allSettled([work(item)])));
  return results;
};

const findingsOf = async (
  guardDuty: GuardDutyClient,
  DetectorId: string,
  { minimumSeverity }: Settings,
  since: string,
) => {
  const criterion = {
    updatedAt: { GreaterThanOrEqual: Date.parse(since) },
    severity: { GreaterThanOrEqual: Math.floor(minimumSeverity) },
    "service.archived": { Equals: ["false"] },
  };
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await guardDuty.send(
      new ListFindingsCommand({
        DetectorId,
        FindingCriteria: { Criterion: criterion },
        MaxResults: PER_CALL,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    ids.push(...(page.FindingIds ?? []));
    token = page.NextToken === "" ? undefined : page.NextToken;
  } while (token !== undefined);
  const chunks = Array.from({ length: Math.ceil(ids.length / PER_CALL) }, (_, at) =>
    ids.slice(at * PER_CALL, (at + 1) * PER_CALL),
  );
  const pages = await Promise.all(
    chunks.map((FindingIds) => guardDuty.send(new GetFindingsCommand({ DetectorId, FindingIds }))),
  );
  return pages.flatMap(({ Findings = [] }) => Findings);
};
