-- Title: Objects taken and then deleted in the same bucket
-- Severity: critical
-- Technique: T1485
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Finds: one caller who took and then deleted many objects of a bucket, the deletions within 30 hours after the first taking.
-- Misses: actors who delete under another identity; keys inside DeleteObjects calls (each counts as one deletion).
-- Parameter: suspects
-- Parameter: minutes = 1800: Minutes after the first taking
-- Parameter: taken = 10: Objects taken
-- Parameter: deletions = 10: Deletion calls after that
-- Origin: Panther: S3 exfil then deletion (disabled) (2026-07-01)
-- Put right: A job that moves its staging files, or renames within a bucket, takes nothing; neither does one within the network of the house, unless it is a suspect's.
-- Put right: Panther counts copies to other accounts only and in any order; downloads are takings too, and deletions must come after. Sessions of one role count together.
-- Blind spot: A mover that copies and then deletes looks the same.
-- False positive: Moves between buckets: copy, then delete (via aws s3 mv).
WITH suspected AS (
  SELECT DISTINCT access_key_id, principal_id FROM case_events
  WHERE arrays_overlap(split(?, ','), ARRAY[coalesce(access_key_id, '-'), coalesce(principal_id, '-')])
),
calls AS (
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second,
    CASE WHEN eventname IN ('CopyObject', 'UploadPartCopy') THEN regexp_extract(copy_source, '^(?:/|%2[Ff])?([^/%?]+)', 1) ELSE bucket END AS place,
    CASE WHEN eventname IN ('DeleteObject', 'DeleteObjects') THEN 'deleted' ELSE 'taken' END AS kind
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL
    AND eventname IN ('GetObject', 'SelectObjectContent', 'CopyObject', 'UploadPartCopy', 'DeleteObject', 'DeleteObjects')
    AND principal_type IS DISTINCT FROM 'AWSService'
    AND NOT regexp_like(coalesce(object_key, ''), '(?i)(^|/)(stage|staging|tmp|temp|_temporary|incoming|landing|inbox|queue|processing|scratch|spool)(/|$)')
    AND NOT (eventname IN ('CopyObject', 'UploadPartCopy') AND regexp_extract(copy_source, '^(?:/|%2[Ff])?([^/%?]+)', 1) = bucket)
    AND (NOT regexp_like(lower(coalesce(sourceip, '')), '^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)')
      OR access_key_id IN (SELECT access_key_id FROM suspected WHERE access_key_id IS NOT NULL) OR principal_id IN (SELECT principal_id FROM suspected WHERE principal_id IS NOT NULL))
),
taken AS (
  SELECT caller, place, min(at_second) AS begins, count(DISTINCT coalesce(copy_source, object_key)) AS objects FROM calls WHERE kind = 'taken' GROUP BY caller, place
)
SELECT * FROM (
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  c.caller AS principal,
  min(c.access_key_id) AS access_key_id, array_join(array_agg(DISTINCT c.sourceip ORDER BY c.sourceip), ',') AS sourceip, c.place AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  CAST(max(t.objects) AS varchar) || ' objects taken, ' || CAST(count_if(c.kind = 'deleted') AS varchar) || ' deletions after' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(t.objects) AS objects_taken, count_if(c.kind = 'deleted') AS deletions
FROM calls c JOIN taken t ON t.caller = c.caller AND t.place = c.place AND c.at_second >= t.begins
WHERE c.at_second <= t.begins + 60 * CAST(? AS bigint) AND t.objects >= CAST(? AS bigint)
GROUP BY c.caller, c.place
) found
WHERE deletions >= CAST(? AS bigint)
ORDER BY first_at, principal, bucket
