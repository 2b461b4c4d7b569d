-- Title: Objects copied into a bucket of another account
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: CopyObject and UploadPartCopy where a bucket named in the record belongs to an account that is not ours.
-- Misses: copies whose record names no account of the destination; replication, S3 Batch and DataSync (see their own detections).
-- Parameter: own accounts
-- Origin: seed: Detecting S3 Data Exfiltration Attempts: cross-account copies
-- Origin: Panther: CopyObject to external account (2026-07-01)
-- Put right: The seed filters on the caller's account, so copies by stolen keys of our own account, which are the usual case, are missed, and names ReplicateObject, which is never logged. Here the accounts of the buckets are compared. Bytes are not summed: bytesTransferredOut of a copy is the size of the answer.
-- Blind spot: Cross-account buckets of ours that send no logs look foreign.
-- False positive: Migrations to an account not listed; vendors' buckets.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
parties AS (
  SELECT e.eventid, json_extract_scalar(e.resources, '$[' || CAST(t.n AS varchar) || '].accountid') AS account
  FROM case_events e CROSS JOIN UNNEST(sequence(0, 3)) AS t(n)
  WHERE e.eventsource = 's3.amazonaws.com' AND e.eventname IN ('CopyObject', 'UploadPartCopy')
    AND json_extract_scalar(e.resources, '$[' || CAST(t.n AS varchar) || '].type') = 'AWS::S3::Bucket'
),
abroad AS (
  SELECT eventid, min(account) AS account FROM parties
  WHERE NOT contains(split(?, ','), account)
  GROUP BY eventid
),
copies AS (
  SELECT e.*, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, a.account, own.account AS held,
    regexp_extract(e.copy_source, '^(?:/|%2[Ff])?([^/%?]+)', 1) AS source_bucket
  FROM case_events e JOIN abroad a ON a.eventid = e.eventid LEFT JOIN own ON own.account = a.account
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  source_bucket || ' to ' || bucket || ' of account ' || account AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  source_bucket, account AS other_account, count(DISTINCT object_key) AS objects,
  CASE WHEN max(held) IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM copies
GROUP BY caller, access_key_id, sourceip, bucket, source_bucket, account, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, principal, sourceip, bucket, source_bucket, outcome
