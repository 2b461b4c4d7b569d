-- Title: Objects of a bucket reached from an address new to it
-- Severity: medium
-- Technique: T1530
-- Phase: initial access
-- Logs: data
-- Fires on: success
-- Finds: pairs of bucket and source address whose first successful object call comes after the learning time of that bucket.
-- Misses: addresses used before the case table begins; actors behind an address that also ordinary callers use.
-- Parameter: learning hours = 12: Hours after the first call to a bucket in which its addresses are learnt and none is new
-- Origin: Splunk: Detect S3 access from a new IP (2024-10-24)
-- Origin: seed: Suspicious AWS S3 Activities: Detect S3 access from a new IP (2023-04-24)
-- Put right: Splunk reads server access logs with status 200 only, so a ranged read (206) is invisible and no principal is named; CloudTrail shows every read with its principal. The access-log form is s3-access-new-address-access-log.
-- Blind spot: What is new is judged against the case table only, which begins with the lookback of the case.
-- Blind spot: NAT and cloud ranges change addresses without meaning.
-- False positive: Roaming people, new NAT gateways, serverless and spot capacity.
WITH calls AS (
  SELECT eventid, eventtime, eventname, sourceip, bucket, object_key, bytes_out, access_key_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller,
    min(eventtime) OVER (PARTITION BY bucket) AS bucket_first_at,
    min(eventtime) OVER (PARTITION BY bucket, sourceip) AS pair_first_at
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND bucket IS NOT NULL
    AND (eventcategory = 'Data' OR object_key IS NOT NULL OR eventname IN ('ListObjects', 'ListObjectsV2', 'ListObjectVersions'))
    AND principal_type IS DISTINCT FROM 'AWSService'
    AND regexp_like(sourceip, '^[0-9a-fA-F:.]+$')
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  array_join(array_agg(DISTINCT caller ORDER BY caller), ',') AS principal,
  min(access_key_id) AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'new ' || CAST(date_diff('hour', from_iso8601_timestamp(min(bucket_first_at)), from_iso8601_timestamp(min(eventtime))) AS varchar) || ' h after the first call to the bucket in the case table' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') AS calls,
  count(DISTINCT object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM calls
WHERE date_diff('minute', from_iso8601_timestamp(bucket_first_at), from_iso8601_timestamp(pair_first_at)) >= 60 * CAST(? AS bigint)
GROUP BY bucket, sourceip
ORDER BY first_at, bucket, sourceip
