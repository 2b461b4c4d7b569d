import { ACCESS_LOG, write } from "../../case/documents.ts";
import type { TakenObject } from "../../case/objects.ts";
import {
  type AccessLogRow,
  corroborated,
  idsByArn,
  isInQuestion,
  sizesIn,
  summaryOf,
  toReadRow,
} from "../../core/logs/accessLog.ts";
import { type Opening, openingFor, openingsOf } from "../../core/theft/opening.ts";
import type { ReadRow } from "../../core/theft/theft.ts";
import { accessLog } from "../../logs/index.ts";
import { foundOf } from "../../logs/told.ts";
import type { Ports } from "../../ports/ports.ts";
import { ask } from "./queries.ts";
import { textsOf } from "./texts.ts";
import type { TheftInput } from "./theftInput.ts";

export interface OtherReads {
  /** Reads that `reads.sql` does not find, none of them twice. */
  readonly rows: readonly ReadRow[];
  /** Sizes at the time of reading, keyed `bucket\nkey`. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What could not be looked at, a sentence each. */
  readonly notKnown: readonly string[];
  /** Why the access logs could not be used; undefined where they could, or none were given. */
  readonly failed: string | undefined;
  /** The ledger with what the access log says; writes `access-log.json`. */
  corroborate(ledger: readonly TakenObject[]): Promise<readonly TakenObject[]>;
}

export interface OtherReadsInput extends TheftInput {
  readonly since: string;
  /** Those of `reads.sql`. */
  readonly parameters: readonly string[];
}

/** More windows than this are no theft but a storm of edits; the earliest are looked at and the rest is said. */
const MOST_OPENINGS = 40;

/**
 * Reads by those whom the actor let in, and reads that the server access log alone has. Never throws: what else there may
 * be must keep nothing from being counted.
 */
export const otherReads = async (caseId: string, input: OtherReadsInput, ports: Ports): Promise<OtherReads> => {
  const openings = openingsOf(input.changes, input.marks, input.finding.accountId);
  const opened = await openedReads(caseId, input, openings, ports);
  const access = await accessLogReads(caseId, input, openings, ports);
  const notKnown = [...opened.notKnown, ...access.notKnown];
  return {
    rows: [...opened.rows, ...access.rows],
    sizes: sizesIn(access.log),
    notKnown,
    failed: access.state === "failed" ? access.notKnown[0] : undefined,
    corroborate: async (ledger) => {
      const told = corroborated(ledger, access.log);
      await write(ports.cases, caseId, ACCESS_LOG, summaryOf(told, access.state, access.notKnown));
      return told;
    },
  };
};

interface OpenedRow extends ReadRow {
  readonly source_bucket: string;
  readonly account_first_at: string;
}

type Found = Pick<OtherReads, "rows" | "notKnown">;

const openedReads = async (
  caseId: string,
  { finding, parameters }: OtherReadsInput,
  openings: readonly Opening[],
  ports: Ports,
): Promise<Found> => {
  if (openings.length === 0) return { rows: [], notKnown: [] };
  const windows = openings.slice(0, MOST_OPENINGS).map(({ from, to, bucket }) => `${from} ${to ?? "9999"} ${bucket}`);
  const left = openings.length - windows.length;
  const notKnown = left > 0 ? [`Reads during ${left} further openings of buckets were not looked for.`] : [];
  try {
    const given = [...textsOf(windows, 4), finding.accountId, ...parameters.slice(1)];
    const rows = await ask<OpenedRow>(caseId, "opened-reads", given, ports);
    return { rows: rows.flatMap((row) => letIn(row, openings)), notKnown };
  } catch (error) {
    return {
      rows: [],
      notKnown: [`Reads by those whom the actor let in could not be looked for: ${(error as Error).message}`],
    };
  }
};

/** The row with the event that let it in; nothing where its caller was let in before, or by somebody else. */
const letIn = (row: ReadRow & Partial<OpenedRow>, openings: readonly Opening[]): readonly ReadRow[] => {
  if (row.object_key === null) return [];
  const opening = openingFor(
    {
      bucket: row.source_bucket ?? row.bucket ?? "",
      accountId: row.principal_account,
      isNameless:
        row.principal_id === null || row.principal_id === "" || /^anonymous/i.test(`${row.principal_account}`),
      at: row.first_at,
      accountFirstAt: row.account_first_at ?? null,
    },
    openings,
  );
  return opening === null ? [] : [{ ...row, opened_by: opening.eventId }];
};

interface AccessFound extends Found {
  readonly state: "used" | "not given" | "failed";
  readonly log: readonly AccessLogRow[];
}

const accessLogReads = async (
  caseId: string,
  { actors, marks, finding, since, rounds }: OtherReadsInput,
  openings: readonly Opening[],
  ports: Ports,
): Promise<AccessFound> => {
  if (foundOf(rounds.at(-1)?.result?.inventory, accessLog.id) === null)
    return { state: "not given", rows: [], log: [], notKnown: [] };
  try {
    const log = await ask<AccessLogRow>(caseId, "access-log-reads", [since], ports);
    const idOf = idsByArn(actors, finding.principals);
    const rows = log
      .filter(({ in_cloudtrail }) => !in_cloudtrail)
      .map((row) => toReadRow(row, idOf))
      .flatMap((row) => (isInQuestion(row, marks) ? [row] : letIn(row, openings)));
    return { state: "used", rows, log, notKnown: [] };
  } catch (error) {
    const notKnown = [`Server access logs were given and could not be asked: ${(error as Error).message}`];
    return { state: "failed", rows: [], log: [], notKnown };
  }
};
