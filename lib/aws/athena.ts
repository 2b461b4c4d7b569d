import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type AthenaClient,
  type AthenaError,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type QueryExecution,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CordonError, TransientError } from "../base/errors.ts";
import type { Cell, Row } from "../case/scan.ts";
import type { Clock } from "../ports/ports.ts";
import { toExecutionParameters } from "./athenaText.ts";
import { toStepError } from "./failures.ts";

export interface AthenaOptions {
  readonly athena: AthenaClient;
  readonly workgroup: string;
  readonly database: string;
  readonly clock: Clock;
  /** A query over a case table that takes longer is stopped. */
  readonly querySeconds: number;
  readonly pollMs: number;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly string[];
  /** The same seed and statement never run twice: Athena answers with the execution that there is. */
  readonly seed: string;
}

export interface QueryRows {
  readonly rows: readonly Row[];
  readonly bytesScanned: number;
  readonly engine: string;
}

export type ExecutionState =
  | { readonly state: "running"; readonly submittedAt: string | null }
  | {
      readonly state: "failed";
      readonly reason: string;
      readonly retryable: boolean;
      readonly submittedAt: string | null;
    }
  | { readonly state: "done"; readonly bytesScanned: number; readonly engine: string };

export interface Athena {
  start(statement: Statement): Promise<string>;
  look(executionId: string): Promise<ExecutionState>;
  stop(executionId: string): Promise<void>;
  /** The rows of an execution that is done. */
  read(executionId: string): Promise<readonly Row[]>;
  /** Runs a statement to its end; tries anew what Athena calls retryable. */
  run(statement: Statement): Promise<QueryRows>;
}

const RUNS = 3;
/** Each attempt of a step leaves at most `RUNS` failed executions behind; steps are tried five times, and machines again. */
const MOST_SEEDS = 60;
const CLOCK_SKEW_MS = 1_000;
const PAGE_ROWS = 1000;
/** Athena error categories (API, AthenaError). */
const CATEGORIES: Readonly<Record<number, string>> = {
  1: "fault of the service",
  2: "fault of the query",
  3: "other fault",
};

export const createAthena = (options: AthenaOptions): Athena => {
  const { athena } = options;
  const look = (executionId: string): Promise<ExecutionState> =>
    guarded("look at a query", async () =>
      stateOf((await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: executionId }))).QueryExecution!),
    );
  const stop = async (executionId: string): Promise<void> =>
    void (await guarded("stop a query", () =>
      athena.send(new StopQueryExecutionCommand({ QueryExecutionId: executionId })),
    ));
  const start = (statement: Statement): Promise<string> =>
    guarded("start a query", () => startQuery(options, statement));
  return {
    ...{ start, look, stop },
    read: (executionId) => readRows(options, executionId),
    run: (statement) => runToEnd(options, { start, look, stop }, statement),
  };
};

const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toStepError("QUERY_FAILED", `Athena: ${what}`, error);
  }
};

/** Results are never reused: a reused one would not see the log files that came since (Athena user guide). */
const startQuery = async (
  { athena, workgroup, database }: AthenaOptions,
  { sql, parameters, seed }: Statement,
): Promise<string> => {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ...(parameters.length === 0 ? {} : { ExecutionParameters: [...toExecutionParameters(parameters)] }),
      ClientRequestToken: tokenOf({ sql, parameters, seed }),
      QueryExecutionContext: { Database: database },
      WorkGroup: workgroup,
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    }),
  );
  return QueryExecutionId!;
};

/** 64 characters; Athena wants 32 to 128. */
const tokenOf = (statement: Statement): string => createHash("sha256").update(JSON.stringify(statement)).digest("hex");

const stateOf = ({ Status, Statistics, EngineVersion }: QueryExecution): ExecutionState => {
  switch (Status?.State) {
    case "SUCCEEDED":
      return {
        state: "done",
        bytesScanned: Statistics?.DataScannedInBytes ?? 0,
        engine: engineOf(EngineVersion?.EffectiveEngineVersion),
      };
    case "FAILED":
    case "CANCELLED":
      return {
        state: "failed",
        reason: reasonOf(Status.State, Status.AthenaError, Status.StateChangeReason),
        retryable: isRetryable(Status.AthenaError),
        submittedAt: submissionOf(Status),
      };
    default:
      return { state: "running", submittedAt: submissionOf(Status) };
  }
};

const submissionOf = (status: QueryExecutionStatus | undefined): string | null =>
  status?.SubmissionDateTime?.toISOString() ?? null;

const engineOf = (version: string | undefined): string => (version === undefined ? "Athena" : `Athena (${version})`);

const reasonOf = (state: string, error: AthenaError | undefined, change: string | undefined): string => {
  const category =
    error === undefined ? "" : ` (${CATEGORIES[error.ErrorCategory ?? 3]}, type ${error.ErrorType ?? "unknown"})`;
  return `Athena: ${state}${category}: ${error?.ErrorMessage ?? change ?? "no reason given"}`;
};

const isRetryable = (error: AthenaError | undefined): boolean =>
  error?.Retryable === true || error?.ErrorCategory === 1;

type Handles = Pick<Athena, "start" | "look" | "stop">;

/**
 * A seed gives the same execution for ever, a failed one too: those that an earlier attempt of the step left behind are
 * passed over, and count as none of the runs of this one.
 */
const runToEnd = async (options: AthenaOptions, handles: Handles, statement: Statement): Promise<QueryRows> => {
  const began = options.clock.now();
  let reason = "";
  for (let run = 1, fresh = 0; fresh < RUNS && run <= MOST_SEEDS; run += 1) {
    const executionId = await handles.start({ ...statement, seed: `${statement.seed}|${run}` });
    const ended = await untilEnded(options, handles, executionId);
    if (ended.state === "done")
      return { rows: await readRows(options, executionId), bytesScanned: ended.bytesScanned, engine: ended.engine };
    reason = ended.reason;
    if (isOlder(ended.submittedAt, began)) continue;
    if (!ended.retryable) throw new CordonError("QUERY_FAILED", reason);
    fresh += 1;
  }
  throw new TransientError("QUERY_FAILED", `${reason} (${RUNS} times)`);
};

/** Clocks differ by seconds; an earlier attempt lies further back, because its failure was waited for. */
const isOlder = (submittedAt: string | null, began: string): boolean =>
  submittedAt !== null && Date.parse(submittedAt) < Date.parse(began) - CLOCK_SKEW_MS;

type Ended = Exclude<ExecutionState, { state: "running" }>;

const untilEnded = async (
  { clock, querySeconds, pollMs }: AthenaOptions,
  { look, stop }: Handles,
  executionId: string,
): Promise<Ended> => {
  const limit = Date.parse(clock.now()) + querySeconds * 1000;
  for (;;) {
    const seen = await look(executionId);
    if (seen.state !== "running") return seen;
    if (Date.parse(clock.now()) >= limit) {
      await stop(executionId);
      return {
        ...{ state: "failed", reason: `Athena: stopped after ${querySeconds} seconds`, retryable: false },
        submittedAt: seen.submittedAt,
      };
    }
    await pause(pollMs);
  }
};

const readRows = ({ athena }: AthenaOptions, executionId: string): Promise<readonly Row[]> =>
  guarded("read results", async () => {
    const rows: Row[] = [];
    let token: string | undefined;
    do {
      const page: GetQueryResultsCommandOutput = await athena.send(
        new GetQueryResultsCommand({
          QueryExecutionId: executionId,
          MaxResults: PAGE_ROWS,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      rows.push(...rowsOf(page, token === undefined));
      token = page.NextToken;
    } while (token !== undefined);
    return rows;
  });

/** The first row of the first page repeats the column names. */
const rowsOf = ({ ResultSet }: GetQueryResultsCommandOutput, isFirst: boolean): readonly Row[] => {
  const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
  const rows = (ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0);
  return rows.map(({ Data = [] }) =>
    Object.fromEntries(columns.map(({ Name, Type }, at) => [Name!, toCell(Data[at]?.VarCharValue, Type!)])),
  );
};

const INTEGERS = new Set(["tinyint", "smallint", "integer", "int", "bigint"]);
const REALS = new Set(["double", "float", "real"]);

/** As the trail port gives them: integers as numbers where they are exact, else as decimal text. */
const toCell = (text: string | undefined, type: string): Cell => {
  if (text === undefined) return null;
  if (type === "boolean") return text === "true";
  if (REALS.has(type)) return Number(text);
  if (!INTEGERS.has(type)) return text;
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
};
