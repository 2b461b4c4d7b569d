import type { ScanResult, SetAside } from "../case/scan.ts";
import type { Athena } from "./athena.ts";
import type { Bound } from "./sideLogs.ts";

/** Files named; what is beyond is counted. */
const MOST_FILES = 1000;

/**
 * Rows of a table of CloudTrail records that the case table cannot take, by the file they came from: without an id or a
 * name (a line that Athena could not parse is a row of nothing), a time of another form, a category that CloudTrail does not
 * have. `from`: copies of the lake (`lakeOf`), two of which may hold the same file; the two days are those of delivery, inclusive.
 */
export const unreadRows = (from: string, [firstDay, lastDay]: readonly [string, string]): Bound => ({
  sql: `SELECT source_file, max(records) AS records, count(*) OVER () AS files
FROM (
  SELECT "$path" AS source_file, count(*) AS records
  FROM ${from}
  WHERE day >= ? AND day <= ?
    AND (eventid IS NULL OR eventid = '' OR eventname IS NULL OR eventsource IS NULL OR eventtime IS NULL
      OR NOT regexp_like(eventtime, '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$')
      OR coalesce(nullif(eventcategory, ''), 'Management') NOT IN ('Management', 'Data', 'NetworkActivity', 'Insight', 'Aggregated'))
  GROUP BY "$path", copy_number
)
GROUP BY source_file
ORDER BY 2 DESC, 1
LIMIT ${MOST_FILES}`,
  parameters: [firstDay, lastDay],
});

/** Files of which something was not understood, named and counted, and what asking took; or why that is not known. */
export type UnreadFound =
  | { readonly named: readonly SetAside[]; readonly files: number; readonly bytesScanned: number }
  | { readonly notKnown: string };

/** An answer that cannot be had ends no scan: it is named. */
export const unreadFiles = async (athena: Athena, asked: Bound, seed: string): Promise<UnreadFound> => {
  try {
    const { rows, bytesScanned } = await athena.run({ ...asked, seed: `${seed}|unread` });
    const named = rows.map(({ source_file, records }) => ({
      file: String(source_file),
      reason: `Athena made no event of ${Number(records) === 1 ? "one record" : `${Number(records)} records`} in it.`,
    }));
    return { named, files: Number(rows[0]?.files ?? 0), bytesScanned };
  } catch (error) {
    return { notKnown: `Athena could not say which records it made no event of: ${(error as Error).message}` };
  }
};

/** A scan's result with what was not understood in its files. */
export const withUnread = (result: ScanResult, found: UnreadFound): ScanResult => {
  if ("notKnown" in found)
    return { ...withInPart(result, null), unread: { notKnown: found.notKnown, unnamedFiles: 0 } };
  const { named, files, bytesScanned } = found;
  return {
    ...withInPart(result, files),
    bytesScanned: result.bytesScanned + bytesScanned,
    filesSetAside: [...result.filesSetAside, ...named],
    ...(files > named.length ? { unread: { notKnown: null, unnamedFiles: files - named.length } } : {}),
  };
};

const withInPart = (result: ScanResult, inPart: number | null): ScanResult => {
  const { inventory } = result;
  if (inventory?.input === undefined) return result;
  return { ...result, inventory: { ...inventory, input: { ...inventory.input, inPart } } };
};
