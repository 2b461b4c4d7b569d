-- Title: A wall of refusals
-- Severity: medium
-- Technique: T1580
-- Phase: reconnaissance
-- Logs: management, data
-- Fires on: attempt
-- Finds: the densest ten minutes per caller and address with at least the given number of refused calls, on S3 and elsewhere.
-- Misses: refusals that AWS leaves out of the other account's log; patient probing.
-- Parameter: refusals = 40: Refused calls within ten minutes that make a wall
-- Origin: Elastic: Bucket Enumeration / Brute Force (2026-08-21)
-- Origin: seed: Reconstructing a breach with Athena: the wall of AccessDenied (2026-06-01)
-- Put right: Elastic counts per bucket and only S3; an actor who maps what they may do is refused by every service, so all refusals of a caller count together, within a sliding window.
-- Blind spot: CloudTrail omits or redacts some refusals across accounts.
-- False positive: A deployment with a permission missing retries for hours.
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
