-- Title: Objects fetched through presigned URLs
-- Severity: medium
-- Technique: T1550.001
-- Phase: initial access
-- Logs: data
-- Fires on: success
-- Finds: successful calls signed in the query string that carry X-Amz-Expires, by signer, address and bucket.
-- Misses: presigned POST forms (HtmlForm); presigned URLs of signature version 2, which carry Expires instead.
-- Parameters: none
-- Origin: AWS: Prescriptive Guidance: identifying requests that used a presigned URL
-- Put right: QueryString alone is not enough: a signed query without an expiry is no presigned URL. Both marks are required.
-- Blind spot: The signer is logged, not the person who holds the URL: the address is all that is known of that person.
-- False positive: The S3 console and web applications hand out presigned URLs all day.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'valid at most ' || CAST(max(TRY_CAST(json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') AS bigint)) AS varchar) || ' s' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(TRY_CAST(json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') AS bigint)) AS longest_seconds,
  count(DISTINCT object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL
  AND auth_method = 'QueryString'
  AND json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket
ORDER BY first_at, principal, sourceip, bucket
