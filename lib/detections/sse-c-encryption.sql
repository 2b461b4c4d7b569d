-- Title: Objects written under a key that only the writer holds (SSE-C)
-- Severity: medium
-- Technique: T1486
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Finds: uploads and copies encrypted with a customer-provided key, per caller and bucket; twenty or more weigh high.
-- Misses: client-side encryption, which no log shows.
-- Parameters: none
-- Origin: Elastic: SSE-C unusual; SSE-C excessive (20 per bucket) (2026-08-21)
-- Origin: Panther: CopyObject with client-side encryption (2026-07-01)
-- Put right: Panther calls it client-side encryption: SSE-C is done by S3 with the caller's key. Multipart uploads count; the copy source's own SSE-C header, which only reads, does not.
-- Blind spot: A bucket that blocks SSE-C shows refused calls only.
-- False positive: Few applications use SSE-C on purpose; they use it always.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'SSE-C on ' || CAST(count(DISTINCT object_key) AS varchar) || ' objects' AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  count(DISTINCT object_key) AS objects, count_if(eventname = 'CopyObject') AS copies,
  CASE WHEN count(*) >= 20 THEN 'high' ELSE 'medium' END AS severity
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutObject', 'CopyObject', 'CreateMultipartUpload')
  AND json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-customer-algorithm"]') IS NOT NULL
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, principal, sourceip, bucket, outcome
