-- Title: Gigabytes read
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: callers at an address who read more than the given bytes within an hour, however few the objects; of a suspect, less is enough.
-- Misses: copies inside S3, whose answer is small; reads without data events.
-- Parameter: suspects
-- Parameter: bytes = 1000000000: Bytes within an hour that count
-- Parameter: bytes of a suspect = 100000000: Bytes within an hour that count when a suspect reads
-- Origin: Turbot: S3 Large File Downloaded (2025-03-03)
-- Origin: Panther: AWS S3 Large Download (2026-07-01)
-- Put right: Turbot looks for a size in the request, which GetObject never carries; Panther adds up ten minutes and counts 50 MB for everybody. Bytes are those of additionalEventData, within any hour.
-- Blind spot: Bytes of encrypted and compressed objects are those sent.
-- False positive: Backups, restores, analytics: known role, regular hours.
WITH reads AS (
  SELECT eventid, eventtime, eventsource, sourceip, bucket, object_key, access_key_id, principal_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account, '-') AS caller,
    coalesce(sourceip, '-') AS address, coalesce(bytes_out, 0) AS bytes, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com') AND errorcode IS NULL AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetTableData')
    AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
),
windows AS (
  SELECT r.caller, r.address, t.half, (r.at_second + t.half * 1800) / 3600 AS hour, CAST(sum(r.bytes) AS bigint) AS bytes
  FROM reads r CROSS JOIN UNNEST(ARRAY[0, 1]) AS t(half)
  GROUP BY r.caller, r.address, t.half, (r.at_second + t.half * 1800) / 3600
),
suspected AS (
  SELECT DISTINCT caller, address FROM reads
  WHERE arrays_overlap(split(?, ','), ARRAY[coalesce(access_key_id, '-'), coalesce(principal_id, '-'), address])
),
dense AS (
  SELECT w.* FROM windows w LEFT JOIN suspected s ON s.caller = w.caller AND s.address = w.address
  WHERE w.bytes >= CAST(? AS bigint) OR (s.caller IS NOT NULL AND w.bytes >= CAST(? AS bigint))
)
SELECT
  min(r.eventtime) AS first_at, max(r.eventtime) AS last_at, r.caller AS principal, min(r.access_key_id) AS access_key_id, nullif(r.address, '-') AS sourceip, min(r.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(r.eventid ORDER BY r.eventtime, r.eventid), 1, 50), ',') AS event_ids,
  CAST(CAST(sum(r.bytes) AS bigint) / 1000000 AS varchar) || ' MB of ' || CAST(count(DISTINCT coalesce(r.bucket, '') || '/' || coalesce(r.object_key, '')) AS varchar) || ' objects' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  count(DISTINCT coalesce(r.bucket, '') || '/' || coalesce(r.object_key, '')) AS objects, CAST(sum(r.bytes) AS bigint) AS bytes_out
FROM reads r
LEFT JOIN dense a ON a.caller = r.caller AND a.address = r.address AND a.half = 0 AND a.hour = r.at_second / 3600
LEFT JOIN dense b ON b.caller = r.caller AND b.address = r.address AND b.half = 1 AND b.hour = (r.at_second + 1800) / 3600
WHERE a.caller IS NOT NULL OR b.caller IS NOT NULL
GROUP BY r.caller, r.address
ORDER BY first_at, principal, sourceip
