import { namesOf, QUERY, read } from "../../case/documents.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { HourOfTheft, ReportData } from "../../case/reportData.ts";
import { type DeniedRow, isActor } from "../../core/theft/discovery.ts";
import { type Conduct, type ConductRow, type Loot, type SecretRow, storyOf } from "../../core/theft/story.ts";
import { certaintyOf, type ReadRow, type TheftRules } from "../../core/theft/theft.ts";
import type { Ports, ReadPorts } from "../../ports/ports.ts";
import { prefixesOf } from "../../report/prefixes.ts";
import { ask } from "./queries.ts";
import type { TheftInput } from "./theftInput.ts";

interface HourRow {
  readonly hour: string;
  readonly principal_type: string | null;
  readonly principal_id: string | null;
  readonly access_key_id: string | null;
  readonly sourceip: string | null;
  readonly bucket: string;
  readonly object_key: string | null;
  readonly calls: number;
  readonly bytes_out: number | null;
}

export interface ReportInput extends TheftInput {
  readonly ledger: readonly TakenObject[];
  readonly parameters: readonly string[];
  readonly rules: TheftRules;
  /** Reads that the hours' own query does not find. */
  readonly otherRows: readonly ReadRow[];
}

const LARGEST = 500;

/** Figures for the report: hours, the largest objects, what was refused, and the story in order. */
export const reportDataOf = async (caseId: string, input: ReportInput, ports: Ports): Promise<ReportData> => {
  const hours = await ask<HourRow>(caseId, "theft-hours", input.parameters, ports);
  const denied = (await ask<DeniedRow>(caseId, "denied", [], ports)).filter((row) => isActor(row, input.marks));
  const sure = input.ledger.filter(({ certainty }) => certainty !== "upper-bound");
  return {
    hours: hoursOf([
      ...hours.filter((row) => certaintyOf({ ...row, principal_account: null }, input.rules) === "certain"),
      ...input.otherRows.filter((row) => certaintyOf(row, input.rules) === "certain").map(toHour),
    ]),
    objects: sure.toSorted((a, b) => (b.bytesOut ?? 0) - (a.bytesOut ?? 0)).slice(0, LARGEST),
    objectsTotal: sure.length,
    prefixes: prefixesOf(sure),
    denied: denied.map(({ eventname, errorcode, calls, first_at, last_at, event_ids }) => ({
      eventName: eventname,
      errorCode: errorcode,
      calls,
      firstAt: first_at,
      lastAt: last_at,
      eventIds: event_ids?.split(",") ?? [],
    })),
    story: storyWithFinding(await conductOf(caseId, input, ports), input),
    queries: await queryNotes(caseId, ports),
  };
};

/** Rows of the access log are of one hour each. */
const toHour = (row: ReadRow): Hour => ({
  hour: row.first_at.slice(0, 13),
  bucket: row.bucket ?? "",
  object_key: row.object_key,
  calls: row.calls,
  bytes_out: row.bytes_out,
});

type Hour = Pick<HourRow, "hour" | "bucket" | "object_key" | "calls" | "bytes_out">;

const hoursOf = (rows: readonly Hour[]): readonly HourOfTheft[] =>
  [...Map.groupBy(rows, ({ hour }) => hour)].map(([hour, parts]) => ({
    hour: `${hour}:00:00Z`,
    calls: parts.reduce((sum, { calls }) => sum + calls, 0),
    objects: new Set(parts.map(({ bucket, object_key }) => `${bucket}\n${object_key}`)).size,
    bytes: parts.reduce((sum, { bytes_out }) => sum + (bytes_out ?? 0), 0),
  }));

/** The actor's calls alone. */
const conductOf = async (caseId: string, { marks, changes, finding }: ReportInput, ports: Ports): Promise<Conduct> => ({
  rows: (await ask<ConductRow>(caseId, "conduct", [], ports)).filter((row) => isActor(row, marks)),
  changes: changes.filter((row) => isActor(row, marks)),
  secrets: (await ask<SecretRow>(caseId, "secrets", [], ports)).filter((row) => isActor(row, marks)),
  account: finding.accountId,
});

/** What the actor did in order, and the finding. */
const storyWithFinding = (conduct: Conduct, { ledger, finding }: ReportInput): ReportData["story"] =>
  [
    ...storyOf(conduct, lootOf(ledger)),
    {
      at: finding.createdAt,
      phase: "detection" as const,
      technique: null,
      text: `GuardDuty reports ${finding.type}`,
      eventIds: [],
    },
  ].toSorted((a, b) => (a.at < b.at ? -1 : 1));

const lootOf = (ledger: readonly TakenObject[]): readonly Loot[] =>
  [
    ...Map.groupBy(
      ledger.filter(({ certainty }) => certainty === "certain"),
      ({ bucket }) => bucket,
    ),
  ].map(([bucket, entries]) => ({
    bucket,
    objects: entries.length,
    firstAt: entries.map(({ firstAt }) => firstAt).toSorted()[0]!,
    lastAt: entries
      .map(({ lastAt }) => lastAt)
      .toSorted()
      .at(-1)!,
  }));

/** Every query that was run over the case so far. */
export const queryNotes = async (caseId: string, ports: Pick<ReadPorts, "cases">): Promise<ReportData["queries"]> => {
  const names = await namesOf(ports.cases, caseId, QUERY);
  return Promise.all(
    names.map(async (document) => {
      const run = await read(ports.cases, caseId, { ...QUERY, name: document });
      const { name, engine, bytesScanned, rowsTotal: rows, resultDigest } = run;
      return { name, engine, bytesScanned, rows, resultDigest, document };
    }),
  );
};
