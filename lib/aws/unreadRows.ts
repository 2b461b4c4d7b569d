import type { SetAside } from "../case/scan.ts";
import type { Athena } from "./athena.ts";
import type { Bound } from "./sideLogs.ts";

/** Files named; more of them are counted in the last line. */
const MOST_FILES = 1000;

/**
 * Rows of a table of CloudTrail records that the case table cannot take, by the file they came from: without an id or a
 * name (a line that Athena could not parse is a row of nothing), a time of another form, a category that CloudTrail does not
 * have. `from`: that table; the two days are those of delivery, inclusive.
 */
export const unreadRows = (from: string, [firstDay, lastDay]: readonly [string, string]): Bound => ({
  sql: `SELECT "$path" AS source_file, count(*) AS records, count(*) OVER () AS files
FROM ${from}
WHERE day >= ? AND day <= ?
  AND (eventid IS NULL OR eventid = '' OR eventname IS NULL OR eventsource IS NULL OR eventtime IS NULL
    OR NOT regexp_like(eventtime, '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$')
    OR coalesce(nullif(eventcategory, ''), 'Management') NOT IN ('Management', 'Data', 'NetworkActivity', 'Insight', 'Aggregated'))
GROUP BY "$path"
ORDER BY 2 DESC, 1
LIMIT ${MOST_FILES}`,
  parameters: [firstDay, lastDay],
});

/** Files of which something was not understood, with what that is. */
export const unreadFiles = async (athena: Athena, asked: Bound, seed: string): Promise<readonly SetAside[]> => {
  const { rows } = await athena.run({ ...asked, seed: `${seed}|unread` });
  const named = rows.filter(({ records }) => Number(records) > 0);
  const files = Number(named[0]?.files ?? 0);
  return [
    ...named.map(({ source_file, records }) => ({
      file: String(source_file),
      reason: `Athena made no event of ${Number(records) === 1 ? "one record" : `${Number(records)} records`} in it.`,
    })),
    ...(files > named.length
      ? [{ file: `${files - named.length} more files`, reason: "Athena made no event of some of their records." }]
      : []),
  ];
};
