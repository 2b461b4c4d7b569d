-- Finds: the densest ten minutes per caller and address with at least the given number of refused calls, on S3 and elsewhere.
-- Misses: refusals that AWS leaves out of the other account's log; patient probing.
-- Parameters: refusals.
WITH calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE sourceip IS NOT NULL AND principal_type IS DISTINCT FROM 'AWSService'
    AND regexp_like(errorcode, '(?i)(AccessDenied|UnauthorizedOperation|Forbidden|AuthorizationError)')
),
running AS (
  SELECT caller, sourceip, at_second, eventid,
    count(*) OVER (PARTITION BY caller, sourceip ORDER BY at_second RANGE BETWEEN 599 PRECEDING AND CURRENT ROW) AS in_ten_minutes
  FROM calls
),
densest AS (
  SELECT *, row_number() OVER (PARTITION BY caller, sourceip ORDER BY in_ten_minutes DESC, at_second, eventid) AS place FROM running
  WHERE in_ten_minutes >= CAST(? AS bigint)
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  c.caller AS principal,
  min(c.access_key_id) AS access_key_id, c.sourceip AS sourceip, min(c.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(c.eventid ORDER BY c.eventtime, c.eventid), 1, 50), ',') AS event_ids,
  CAST(count(*) AS varchar) || ' refusals in 10 minutes: ' || array_join(slice(array_agg(DISTINCT c.eventname ORDER BY c.eventname), 1, 12), ',') AS detail,
  'attempted' AS outcome, 'direct' AS via,
  count(DISTINCT c.eventname) AS kinds, count(DISTINCT c.bucket) AS buckets
FROM calls c JOIN densest d ON d.caller = c.caller AND d.sourceip = c.sourceip AND d.place = 1
  AND c.at_second > d.at_second - 600 AND c.at_second <= d.at_second
GROUP BY c.caller, c.sourceip
ORDER BY first_at, principal, sourceip
