-- Finds: object calls by nobody: the caller's account or id is anonymous, successful or refused, per bucket and address.
-- Misses: reads through a public website or CDN in front of the bucket, which come from the CDN; ordinary cross-account callers (AWSAccount with an id).
-- Parameters: none.
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
