-- Title: Object reads far above the caller's own measure
-- Severity: medium
-- Technique: T1530
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: ten-minute bins with more successful reads than the mean plus three standard deviations of the caller's bins before.
-- Misses: callers with no history in the case table; a theft that grows slowly.
-- Parameter: bins = 36: Ten-minute bins that must lie before
-- Parameter: reads = 50: Reads in a bin below which nothing is a spike
-- Origin: Splunk: Anomalous GetObject (10-minute bins) (2024-10-24)
-- Put right: Splunk bins per session ARN, so that every new session is new; the role behind the sessions is the caller here, and bins without a read count as zero.
-- Blind spot: The baseline reaches only as far back as the case table.
-- False positive: Jobs that run once a day.
WITH span AS (
  SELECT min(CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint)) AS begins FROM case_events
),
bins AS (
  SELECT coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, CAST((CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) - span.begins) / 600 AS bigint) AS bin,
    count(*) AS calls, min(eventtime) AS first_at, max(eventtime) AS last_at, min(access_key_id) AS access_key_id,
    array_join(array_agg(DISTINCT sourceip ORDER BY sourceip), ',') AS addresses, min(bucket) AS bucket,
    array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
    count(DISTINCT bucket || '/' || object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out
  FROM case_events CROSS JOIN span
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation')
    AND principal_type IS DISTINCT FROM 'AWSService'
  GROUP BY coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)), CAST((CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) - span.begins) / 600 AS bigint)
),
measured AS (
  SELECT *,
    coalesce(sum(calls) OVER before, 0) / CAST(bin AS double) AS mean,
    coalesce(sum(calls * calls) OVER before, 0) / CAST(bin AS double) AS mean_square
  FROM bins
  WHERE bin > 0
  WINDOW before AS (PARTITION BY caller ORDER BY bin ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
  first_at, last_at, caller AS principal, access_key_id, addresses AS sourceip, bucket, calls AS events, event_ids,
  CAST(calls AS varchar) || ' reads in 10 minutes against a mean of ' || CAST(CAST(round(mean) AS bigint) AS varchar) AS detail,
  'succeeded' AS outcome, 'direct' AS via, objects, bytes_out, bin AS bins_before
FROM measured
WHERE bin > CAST(? AS bigint) AND calls >= CAST(? AS bigint)
  AND calls > mean + 3 * sqrt(CASE WHEN mean_square > mean * mean THEN mean_square - mean * mean ELSE 0 END)
ORDER BY first_at, principal
