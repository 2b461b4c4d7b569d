-- Title: Buckets or objects deleted far above the caller's own measure
-- Severity: high
-- Technique: T1485
-- Phase: impact
-- Logs: management, data
-- Fires on: success
-- Finds: hours in which a caller deleted more than the mean plus three standard deviations of its hours before, or floods by plain number.
-- Misses: keys inside a DeleteObjects call, which is one event for up to 1,000; lifecycle expiry.
-- Parameter: buckets, flood = 5: Buckets deleted in an hour that are a flood without history
-- Parameter: objects, flood = 500: Deletion calls in an hour that are a flood without history
-- Parameter: batches, flood = 20: DeleteObjects calls in an hour that are a flood without history
-- Parameter: hours = 15: Hours that must lie before, for a spike
-- Parameter: buckets, least = 2: Buckets deleted in an hour below which nothing is a spike
-- Parameter: objects, least = 20: Deletion calls in an hour below which nothing is a spike
-- Origin: Splunk: Detect Spike in S3 Bucket deletion (2024-10-24)
-- Origin: seed: Suspicious AWS S3 Activities: Detect Spike in S3 Bucket deletion (2023-04-24)
-- Put right: Splunk counts DeleteBucket only and per session ARN, so that each new session starts its baseline anew, and hours without a deletion are no points. The role behind the sessions is the caller, quiet hours count as zero, objects count too, and a flood fires without any history.
-- Blind spot: The baseline reaches only as far back as the case table.
-- False positive: Clean-up jobs, test runs, deployments being torn down.
WITH span AS (
  SELECT min(CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint)) AS begins FROM case_events
),
hours AS (
  SELECT coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, CASE eventname WHEN 'DeleteBucket' THEN 'bucket' ELSE 'object' END AS kind,
    CAST((CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) - span.begins) / 3600 AS bigint) AS hour_number,
    count(*) AS calls, count_if(eventname = 'DeleteObjects') AS batch_calls, min(eventtime) AS first_at, max(eventtime) AS last_at,
    min(access_key_id) AS access_key_id, array_join(array_agg(DISTINCT sourceip ORDER BY sourceip), ',') AS addresses, min(bucket) AS bucket,
    array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids, count(DISTINCT bucket) AS buckets
  FROM case_events CROSS JOIN span
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname IN ('DeleteBucket', 'DeleteObject', 'DeleteObjects')
    AND principal_type IS DISTINCT FROM 'AWSService'
  GROUP BY coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)), CASE eventname WHEN 'DeleteBucket' THEN 'bucket' ELSE 'object' END, CAST((CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) - span.begins) / 3600 AS bigint)
),
measured AS (
  SELECT *,
    CASE WHEN hour_number > 0 THEN coalesce(sum(calls) OVER before, 0) / CAST(hour_number AS double) END AS mean,
    CASE WHEN hour_number > 0 THEN coalesce(sum(calls * calls) OVER before, 0) / CAST(hour_number AS double) END AS mean_square
  FROM hours
  WINDOW before AS (PARTITION BY caller, kind ORDER BY hour_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
found AS (
  SELECT *, 'flood' AS rule FROM measured
  WHERE (kind = 'bucket' AND calls >= CAST(? AS bigint))
    OR (kind = 'object' AND (calls >= CAST(? AS bigint) OR batch_calls >= CAST(? AS bigint)))
  UNION ALL
  SELECT *, 'spike' AS rule FROM measured
  WHERE hour_number > CAST(? AS bigint)
    AND calls > mean + 3 * sqrt(CASE WHEN mean_square > mean * mean THEN mean_square - mean * mean ELSE 0 END)
    AND ((kind = 'bucket' AND calls >= CAST(? AS bigint)) OR (kind = 'object' AND calls >= CAST(? AS bigint)))
),
judged AS (
  SELECT *, row_number() OVER (PARTITION BY caller, kind, hour_number ORDER BY rule) AS place FROM found
)
SELECT
  first_at, last_at, caller AS principal, access_key_id, addresses AS sourceip, bucket, calls AS events, event_ids,
  CAST(calls AS varchar) || ' ' || kind || ' deletions in an hour' || CASE WHEN batch_calls > 0 THEN ' (' || CAST(batch_calls AS varchar) || ' of up to 1000 keys)' ELSE '' END
    || ', ' || rule AS detail,
  'succeeded' AS outcome, 'direct' AS via, kind, buckets, batch_calls, hour_number AS hours_before, rule
FROM judged
WHERE place = 1
ORDER BY first_at, principal, kind
