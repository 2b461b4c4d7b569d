/**
 * The rows of a detection that counts different things within an hour. Its file selects the calls and says of each
 * `item` (null: not this one; a call that names several is there once for each); a row is a caller at an address, from windows of an hour that begin every half hour, so
 * that what happens within 30 minutes is never cut in two. Cost grows with the calls, not with their square.
 * Parameters, after those of the file: suspects, how many items count, how many of a suspect count.
 */
export const ofBursts = (calls: string, what: string): string => `WITH calls AS (
${calls.trimEnd().replaceAll(/^/gm, "  ")}
),
named AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account, '-') AS caller, coalesce(sourceip, '-') AS address,
    CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM calls
  WHERE item IS NOT NULL
),
windows AS (
  SELECT n.caller, n.address, t.half, (n.at_second + t.half * 1800) / 3600 AS hour, count(DISTINCT n.item) AS items
  FROM named n CROSS JOIN UNNEST(ARRAY[0, 1]) AS t(half)
  GROUP BY n.caller, n.address, t.half, (n.at_second + t.half * 1800) / 3600
),
suspected AS (
  SELECT DISTINCT caller, address FROM named
  WHERE arrays_overlap(split(?, ','), ARRAY[coalesce(access_key_id, '-'), coalesce(principal_id, '-'), address])
),
dense AS (
  SELECT w.* FROM windows w LEFT JOIN suspected s ON s.caller = w.caller AND s.address = w.address
  WHERE w.items >= CAST(? AS bigint) OR (s.caller IS NOT NULL AND w.items >= CAST(? AS bigint))
),
found AS (
  SELECT n.* FROM named n
  LEFT JOIN dense a ON a.caller = n.caller AND a.address = n.address AND a.half = 0 AND a.hour = n.at_second / 3600
  LEFT JOIN dense b ON b.caller = n.caller AND b.address = n.address AND b.half = 1 AND b.hour = (n.at_second + 1800) / 3600
  WHERE a.caller IS NOT NULL OR b.caller IS NOT NULL
),
things AS (
  SELECT caller, address, count(DISTINCT item) AS items, array_join(slice(array_agg(DISTINCT item ORDER BY item), 1, 10), ', ') AS some
  FROM found
  GROUP BY caller, address
)
SELECT
  min(f.eventtime) AS first_at, max(f.eventtime) AS last_at,
  f.caller AS principal, min(f.access_key_id) AS access_key_id, nullif(f.address, '-') AS sourceip, min(f.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(f.eventid ORDER BY f.eventtime, f.eventid), 1, 50), ',') AS event_ids,
  CAST(max(t.items) AS varchar) || ' ${what}: ' || max(t.some) AS detail,
  CASE WHEN count_if(f.errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  max(t.items) AS items, count_if(f.errorcode IS NOT NULL) AS refused
FROM (SELECT DISTINCT caller, address, eventid, eventtime, access_key_id, bucket, errorcode FROM found) f
JOIN things t ON t.caller = f.caller AND t.address = f.address
GROUP BY f.caller, f.address
ORDER BY first_at, principal, sourceip
`;
