-- Title: Buckets and their settings looked through
-- Severity: low
-- Technique: T1619
-- Phase: reconnaissance
-- Logs: management
-- Fires on: success
-- Finds: the densest ten minutes per caller and address with more than the given number of different bucket readings (kind of call and bucket).
-- Misses: slow readers who stay below the number; readings of objects (see object-listing-burst).
-- Parameter: readings = 5: Different readings within ten minutes that are still ordinary
-- Origin: Sigma: Bucket enumeration; potential storage enumeration (> 5 in 10 minutes) (2026-08-05)
-- Origin: seed: Reconstructing a breach with Athena: enumeration (2026-06-01)
-- Put right: Sigma's enumeration rule leaves out AssumedRole, which is how most actors call, and its burst rule counts in fixed windows per account. Here every identity counts and the window slides. Answers such as NoSuchBucketPolicy are readings too.
-- Blind spot: An actor who knows the bucket already asks nothing.
-- False positive: The S3 console reads a dozen settings per bucket page (via = console); posture scanners and inventories.
WITH calls AS (
  SELECT eventid, eventtime, eventname, errorcode, useragent, sourceip, bucket, access_key_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second, eventname || ' ' || coalesce(bucket, '-') AS item
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND principal_type IS DISTINCT FROM 'AWSService' AND sourceip IS NOT NULL
    AND regexp_like(eventname, '^(ListBuckets|ListAllMyBuckets|GetBucket[A-Za-z]+|GetAccountPublicAccessBlock|GetObjectLockConfiguration|GetAccelerateConfiguration)$')
),
points AS (
  SELECT DISTINCT caller, sourceip, at_second, item FROM calls
),
starts AS (
  SELECT DISTINCT caller, sourceip, at_second FROM points
),
windows AS (
  SELECT s.caller, s.sourceip, s.at_second AS starts_at, count(DISTINCT p.item) AS items
  FROM starts s JOIN points p ON p.caller = s.caller AND p.sourceip = s.sourceip
    AND p.at_second >= s.at_second AND p.at_second < s.at_second + 600
  GROUP BY s.caller, s.sourceip, s.at_second
),
densest AS (
  SELECT *, row_number() OVER (PARTITION BY caller, sourceip ORDER BY items DESC, starts_at) AS place FROM windows
  WHERE items > CAST(? AS bigint)
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  c.caller AS principal,
  min(c.access_key_id) AS access_key_id, c.sourceip AS sourceip, min(c.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  CAST(max(d.items) AS varchar) || ' different readings in 10 minutes, ' || CAST(count_if(c.errorcode IS NOT NULL) AS varchar) || ' without result' AS detail,
  CASE WHEN count_if(c.errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, CASE WHEN regexp_like(max(c.useragent), '(?i)S3Console|console\.amazonaws|aws-internal') THEN 'console' ELSE 'direct' END AS via,
  max(d.items) AS items, count(DISTINCT c.bucket) AS buckets,
  array_join(array_agg(DISTINCT c.eventname ORDER BY c.eventname), ',') AS calls
FROM calls c JOIN densest d ON d.caller = c.caller AND d.sourceip = c.sourceip AND d.place = 1
  AND c.at_second >= d.starts_at AND c.at_second < d.starts_at + 600
GROUP BY c.caller, c.sourceip
ORDER BY first_at, principal, sourceip
