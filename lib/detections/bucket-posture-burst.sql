-- Title: Settings of many buckets read within seconds
-- Severity: low
-- Technique: T1619
-- Phase: reconnaissance
-- Logs: management
-- Fires on: success
-- Finds: the densest ten seconds per caller and address in which protection settings of more than the given number of buckets were read.
-- Misses: slower scans (see bucket-enumeration).
-- Parameter: buckets = 15: Buckets within ten seconds that are still ordinary
-- Origin: Elastic: Rapid Bucket Posture API calls (2026-08-21)
-- Put right: Elastic counts resource ARNs, which older records do not carry; the bucket is taken from the request here. Console sessions are named, not left out: an actor may hold one.
-- Blind spot: Fewer buckets than the number give no burst.
-- False positive: Posture management and inventory tools.
WITH calls AS (
  SELECT eventid, eventtime, eventname, errorcode, useragent, sourceip, bucket, access_key_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second, bucket AS item
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND bucket IS NOT NULL AND sourceip IS NOT NULL
    AND principal_type IS DISTINCT FROM 'AWSService'
    AND eventname IN ('GetBucketAcl', 'GetBucketPublicAccessBlock', 'GetBucketPolicy', 'GetBucketPolicyStatus', 'GetBucketVersioning')
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
    AND p.at_second >= s.at_second AND p.at_second < s.at_second + 10
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
  CAST(max(d.items) AS varchar) || ' buckets in 10 seconds' AS detail,
  'succeeded' AS outcome, CASE WHEN regexp_like(max(c.useragent), '(?i)S3Console|console\.amazonaws|aws-internal') THEN 'console' ELSE 'direct' END AS via,
  max(d.items) AS buckets
FROM calls c JOIN densest d ON d.caller = c.caller AND d.sourceip = c.sourceip AND d.place = 1
  AND c.at_second >= d.starts_at AND c.at_second < d.starts_at + 10
GROUP BY c.caller, c.sourceip
ORDER BY first_at, principal, sourceip
