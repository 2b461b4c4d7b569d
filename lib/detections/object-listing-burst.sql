-- Title: Objects and resources listed in bulk
-- Severity: low
-- Technique: T1619
-- Phase: reconnaissance
-- Logs: management, data
-- Fires on: success
-- Finds: callers and addresses with more than the given number of successful List calls within any ten minutes.
-- Misses: inventories and metadata tables, which list a bucket without listing calls.
-- Parameter: listings = 50: List calls within ten minutes that are still ordinary
-- Origin: Sigma: Generic List* burst (> 50 in 10 minutes, unsupported) (2026-08-05)
-- Put right: Fixed windows split a burst in two; the window slides here, and calls that services make for the caller do not count.
-- Blind spot: Listing 50,000 keys takes 50 calls: small buckets never reach the number.
-- False positive: Sync tools and backups list everything every night.
WITH calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
    AND (eventname LIKE 'List%' OR eventname IN ('HeadBucket', 'GetBucketInventoryConfiguration'))
),
running AS (
  SELECT *, count(*) OVER (PARTITION BY caller, sourceip ORDER BY at_second RANGE BETWEEN 599 PRECEDING AND CURRENT ROW) AS in_ten_minutes
  FROM calls
),
peaks AS (
  SELECT *, max(in_ten_minutes) OVER (PARTITION BY caller, sourceip) AS most FROM running
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, sourceip AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  CAST(max(in_ten_minutes) AS varchar) || ' listings within 10 minutes' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(in_ten_minutes) AS most_in_ten_minutes, count(DISTINCT bucket) AS buckets,
  array_join(slice(array_agg(DISTINCT eventname ORDER BY eventname), 1, 12), ',') AS calls
FROM peaks
WHERE most > CAST(? AS bigint)
GROUP BY caller, sourceip
ORDER BY first_at, principal, sourceip
