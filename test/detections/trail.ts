import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Indicators, Row } from "../../lib/case/scan.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { openDuck, quoted, rowsOf } from "../../lib/embedded/trail-duckdb.ts";
import type { Event } from "./events.ts";

const CASE = "case-detections";
const LIMITS = { memoryLimitMb: 1000, threads: 2 };

/** A case table made by the product's own scan, of which a query can be shown a part. */
export interface CaseTable {
  /** Rows of `sql` over the events whose id begins with `prefix`. */
  query(sql: string, parameters: readonly string[], prefix?: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Writes the records as JSON lines, scans them, and opens the case table that came of it. */
export const caseTableOf = async (records: readonly Event[], extra: Partial<Indicators> = {}): Promise<CaseTable> => {
  const folder = await mkdtemp(join(tmpdir(), "cordon-detections-"));
  await mkdir(join(folder, "logs"));
  await writeFile(
    join(folder, "logs", "records.json"),
    records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  );
  return scanned(join(folder, "logs"), folder, { ...NOTHING, addresses: addressesOf(records), ...extra });
};

/** The same over a folder of log files. */
export const caseTableOfLogs = async (logsDir: string, extra: Partial<Indicators>): Promise<CaseTable> =>
  scanned(logsDir, await mkdtemp(join(tmpdir(), "cordon-detections-")), { ...NOTHING, ...extra });

const NOTHING: Indicators = { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets: [] };

const addressesOf = (records: readonly Event[]): readonly string[] => [
  ...new Set(records.map(({ sourceIPAddress }) => sourceIPAddress).filter((one) => typeof one === "string")),
];

const scanned = async (logsDir: string, folder: string, indicators: Indicators): Promise<CaseTable> => {
  const caseDir = join(folder, "case");
  const trail = createTrail({ logsDir, caseDir: () => caseDir, ...LIMITS });
  const ticket = await trail.start({
    caseId: CASE,
    round: 1,
    from: "2015-01-01T00:00:00Z",
    to: "2030-01-01T00:00:00Z",
    indicators,
  });
  for (;;) {
    const status = await trail.check(ticket);
    if (status.state === "failed") throw new Error(status.reason);
    if (status.state === "done") return opened(folder, join(caseDir, "trail"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const opened = async (root: string, folder: string): Promise<CaseTable> => {
  const duck = await openDuck({
    database: ":memory:",
    folders: [folder],
    spillFolder: join(folder, "spill"),
    ...LIMITS,
  });
  await duck.connection.run(
    `CREATE TABLE events AS SELECT * FROM read_parquet(${quoted(join(folder, "round-1.parquet"))})`,
  );
  return {
    query: async (sql, parameters, prefix = "") => {
      await duck.connection.run(
        `CREATE OR REPLACE VIEW case_events AS SELECT * FROM events WHERE starts_with(eventid, ${quoted(prefix)})`,
      );
      return rowsOf(duck.connection, sql, parameters);
    },
    close: async () => {
      duck.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};
