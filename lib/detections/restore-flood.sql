-- Title: Archived objects thawed in bulk
-- Severity: medium
-- Technique: T1530
-- Phase: collection
-- Logs: data
-- Fires on: success
-- Finds: more than the given number of successful RestoreObject calls within any hour by a caller: what is archived must be thawed before theft.
-- Misses: S3 Batch restores (see batch-job); objects in Intelligent-Tiering, which need no thawing.
-- Parameter: restores = 10: Restores within an hour that are still ordinary
-- Origin: Sigma: AWS S3 Data Management Tampering (RestoreObject) (2026-08-05)
-- Origin: Cordon: thaw before theft
-- Put right: Sigma fires on every single restore; one restore is ordinary, a flood is not.
-- Blind spot: Thawing takes hours: the theft may lie beyond the window.
-- False positive: Legal or audit requests.
WITH calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname = 'RestoreObject'
    AND principal_type IS DISTINCT FROM 'AWSService'
),
running AS (
  SELECT *, count(*) OVER (PARTITION BY caller, bucket ORDER BY at_second RANGE BETWEEN 3599 PRECEDING AND CURRENT ROW) AS in_an_hour
  FROM calls
),
peaks AS (
  SELECT *, max(in_an_hour) OVER (PARTITION BY caller, bucket) AS most FROM running
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, array_join(array_agg(DISTINCT sourceip ORDER BY sourceip), ',') AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  CAST(max(in_an_hour) AS varchar) || ' restores within an hour' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(in_an_hour) AS most_in_an_hour, count(DISTINCT object_key) AS objects
FROM peaks
WHERE most > CAST(? AS bigint)
GROUP BY caller, bucket
ORDER BY first_at, principal, bucket
