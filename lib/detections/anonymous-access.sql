-- Title: Objects reached without credentials
-- Severity: high
-- Technique: T1530
-- Phase: initial access
-- Logs: data
-- Fires on: success
-- Finds: object calls by nobody: the caller's account or id is anonymous, successful or refused, per bucket and address.
-- Misses: reads through a public website or CDN in front of the bucket, which come from the CDN; ordinary cross-account callers (AWSAccount with an id).
-- Parameters: none
-- Origin: Elastic: Unauthenticated access by rare source (2026-08-21)
-- Origin: Sigma: Anonymous object access (proposal, 2026-06) (2026-08-05)
-- Put right: Sigma's proposal fires on every AWSAccount caller, which is how any cross-account read looks; only the anonymous marks count here, in either spelling. Refused calls are shown as attempts.
-- Blind spot: Without S3 data events nothing is seen.
-- False positive: Buckets that are public on purpose.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  'anonymous' AS principal,
  CAST(NULL AS varchar) AS access_key_id, sourceip, bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  count(DISTINCT object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM case_events
WHERE eventsource = 's3.amazonaws.com'
  AND (lower(principal_account) IN ('anonymous', 'anonymous_principal') OR lower(principal_id) IN ('anonymous', 'anonymous_principal'))
  AND access_key_id IS NULL
  AND eventname IN ('GetObject', 'HeadObject', 'GetObjectAcl', 'GetObjectAttributes', 'ListObjects', 'ListObjectsV2', 'ListObjectVersions',
    'ListBucket', 'HeadBucket', 'PutObject', 'DeleteObject', 'DeleteObjects', 'CopyObject', 'SelectObjectContent', 'PostObject')
GROUP BY bucket, sourceip, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, bucket, sourceip, outcome
