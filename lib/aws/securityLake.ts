import { readFileSync } from "node:fs";
import * as z from "zod";
import type { ScanRequest } from "../case/scan.ts";
import { windowParameters } from "../sql/case-table.ts";
import { accountsIn } from "./lakeScope.ts";

/** Tables of Amazon Security Lake that hold CloudTrail's events: management, S3 data, of each region that is rolled up. */
export const SecurityLake = z.strictObject({
  database: z.string().regex(/^[a-z][a-z0-9_]{0,127}$/, "expected the Glue database of Security Lake"),
  tables: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,127}$/, "expected the name of a table")).min(1),
});
export type SecurityLake = z.output<typeof SecurityLake>;

/** Read when it is asked for: every function knows the schema above, and few this. */
const mapping = (): string =>
  readFileSync(new URL("./security-lake.sql", import.meta.url), "utf8").replaceAll(/^--.*\n/gm, "");

/**
 * Security Lake as the CloudTrail table that every text of ours asks. Each table is mapped by itself, because structs of two may
 * differ. The window is a literal on `time_dt`, by which Iceberg prunes: an event lies where its own time says, not its delivery.
 */
export const securityLakeOf = (
  { database, tables }: SecurityLake,
  request: Pick<ScanRequest, "from" | "to" | "accounts">,
): string => {
  const [, , from, to] = windowParameters(request);
  const stamp = (time: string): string => `TIMESTAMP '${time.slice(0, 19).replace("T", " ")}'`;
  const of =
    request.accounts === undefined ? "" : ` AND ${accountsIn(request.accounts).replace("account", "accountid")}`;
  const scanned = `time_dt >= ${stamp(from)} AND time_dt < ${stamp(to)}${of}`;
  const text = mapping();
  const one = (table: string): string =>
    text.replace("FROM security_lake", `FROM "${database}"."${table}"`).replace("WHERE scanned", `WHERE ${scanned}`);
  return `(${tables.map(one).join("\nUNION ALL\n")})`;
};
