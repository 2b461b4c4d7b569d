/** Athena's API in front of a real Trino: the four calls that the product makes, over HTTP, as the SDK's own client speaks them. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Trino, TrinoRows } from "./trinoServer.ts";

export interface AthenaGateway {
  readonly endpoint: string;
  /** Every statement that was started, and what became of it. */
  readonly executions: readonly Execution[];
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly trino: Trino;
  /** How Trino names a folder of the lake, and how Athena does: `$path` is given as Athena gives it. */
  readonly paths: { readonly trino: string; readonly athena: string };
}

export interface Execution {
  readonly id: string;
  readonly sql: string;
  readonly workgroup: string;
  readonly submittedAt: number;
  state: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  error: string | null;
  rows: TrinoRows | null;
}

type Input = Readonly<Record<string, any>>;
/** Smaller than the product asks for, so that every longer answer is read in pages. */
const PAGE_ROWS = 500;

export const startAthenaGateway = async (options: GatewayOptions): Promise<AthenaGateway> => {
  const executions: Execution[] = [];
  const tokens = new Map<string, Execution>();
  const operations: Readonly<Record<string, (input: Input) => unknown>> = {
    StartQueryExecution: (input) => {
      const known = tokens.get(input.ClientRequestToken);
      if (known !== undefined) return { QueryExecutionId: known.id };
      const execution = start(input, options);
      tokens.set(input.ClientRequestToken, execution);
      executions.push(execution);
      return { QueryExecutionId: execution.id };
    },
    GetQueryExecution: ({ QueryExecutionId }) => ({ QueryExecution: describe(find(executions, QueryExecutionId)) }),
    GetQueryResults: (input) => pageOf(find(executions, input.QueryExecutionId), input),
    StopQueryExecution: ({ QueryExecutionId }) => {
      const execution = find(executions, QueryExecutionId);
      if (execution.state === "RUNNING") execution.state = "CANCELLED";
      return {};
    },
  };
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers["x-amz-target"]).split(".")[1]!;
    outgoing.setHeader("content-type", "application/x-amz-json-1.1");
    try {
      outgoing.end(JSON.stringify(operations[operation]!(JSON.parse(await textOf(incoming)))));
    } catch (error) {
      outgoing.statusCode = 400;
      outgoing.end(JSON.stringify({ __type: "InvalidRequestException", message: String(error) }));
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    executions,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  return text;
};

const find = (executions: readonly Execution[], id: string): Execution => {
  const found = executions.find((one) => one.id === id);
  if (found === undefined) throw new TypeError(`no execution ${id}`);
  return found;
};

/** What Athena refuses at the door is refused here too (API, StartQueryExecution). */
const start = (input: Input, { trino, paths }: GatewayOptions): Execution => {
  const {
    QueryString: sql,
    ExecutionParameters: parameters = [],
    QueryExecutionContext,
    WorkGroup,
    ClientRequestToken,
  } = input;
  const tooLong = parameters.find((one: string) => one.length < 1 || one.length > 1024);
  if (tooLong !== undefined) throw new TypeError("ExecutionParameters: 1 to 1,024 characters each");
  if (ClientRequestToken.length < 32 || ClientRequestToken.length > 128) throw new TypeError("ClientRequestToken");
  if (Buffer.byteLength(sql) > 262_144) throw new TypeError("QueryString: at most 262,144 bytes");
  const execution: Execution = {
    ...{ id: randomUUID(), sql, workgroup: WorkGroup, submittedAt: Date.now() / 1000 },
    ...{ state: "RUNNING", error: null, rows: null },
  };
  const text = bound(toTrino(sql, paths), parameters);
  void trino.query(QueryExecutionContext.Database, text).then(
    (rows) => execution.state === "RUNNING" && Object.assign(execution, { state: "SUCCEEDED", rows }),
    (error: Error) =>
      execution.state === "RUNNING" && Object.assign(execution, { state: "FAILED", error: error.message }),
  );
  return execution;
};

/** Words that the two differ in: a table property of Athena's CTAS, and where the files of the lake are said to lie. */
const toTrino = (sql: string, { trino, athena }: GatewayOptions["paths"]): string =>
  sql.replace(/, write_compression = '\w+'/, "").replaceAll('"$path"', `replace("$path", '${trino}', '${athena}')`);

/** Parameters come as literals of SQL, their quotes included. */
const bound = (sql: string, literals: readonly string[]): string =>
  literals.length === 0 ? sql : `EXECUTE IMMEDIATE '${sql.replaceAll("'", "''")}' USING ${literals.join(", ")}`;

const describe = ({ id, sql, state, error, rows, submittedAt }: Execution) => ({
  QueryExecutionId: id,
  Query: sql,
  Status: {
    State: state,
    SubmissionDateTime: submittedAt,
    ...(error === null
      ? {}
      : {
          StateChangeReason: error,
          AthenaError: { ErrorCategory: 2, ErrorType: 1, Retryable: false, ErrorMessage: error },
        }),
  },
  Statistics: { DataScannedInBytes: rows?.physicalInputBytes ?? 0 },
  EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
});

/** The first page begins with a row of the column names, as Athena's does. */
const pageOf = ({ rows, state }: Execution, { NextToken = "0", MaxResults = 1000 }: Input) => {
  if (rows === null) throw new TypeError(`the query is ${state}`);
  const at = Number(NextToken);
  const header = rows.columns.map(({ name }) => name);
  const all = [header, ...rows.rows];
  const until = at + Math.min(MaxResults, PAGE_ROWS);
  return {
    ...(until < all.length ? { NextToken: String(until) } : {}),
    ResultSet: {
      Rows: all.slice(at, until).map((row) => ({ Data: row.map(cell) })),
      ResultSetMetadata: {
        ColumnInfo: rows.columns.map(({ name, type }) => ({ Name: name, Type: type.replace(/\(.*/, "") })),
      },
    },
  };
};

const cell = (value: unknown) => (value === null || value === undefined ? {} : { VarCharValue: String(value) });
