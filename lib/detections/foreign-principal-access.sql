-- Title: Objects reached by a principal of another account
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: successful object calls by callers whose account is none of ours, per caller, address and bucket.
-- Misses: foreign callers who first assumed a role of ours (see role-chaining and the role chain of the case).
-- Parameter: own accounts
-- Origin: seed: Detecting S3 Data Exfiltration Attempts, step 2: userIdentity.accountId != OUR_ACCOUNT_ID
-- Origin: Panther: VPC endpoint used by external principal (2026-07-01)
-- Put right: The seed asks for a literal OUR_ACCOUNT_ID and for events ReplicateObject, which do not exist; accounts are bound here, and another account whose logs are at hand weighs less. A foreign caller has no ARN and no key in the owner's copy: the principal id is used.
-- Blind spot: An account of ours that sends no logs and is not listed looks foreign.
-- False positive: Partners and vendors with granted access.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'account ' || principal_account || ': ' || array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  principal_account,
  count(DISTINCT object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out,
  CASE WHEN max(own.account) IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM case_events LEFT JOIN own ON own.account = principal_account
WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND regexp_like(principal_account, '^[0-9]+$')
  AND NOT contains(split(?, ','), principal_account)
  AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'CopyObject', 'UploadPartCopy', 'UploadPart',
    'ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'HeadObject', 'PutObject', 'DeleteObject', 'DeleteObjects')
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket, principal_account
ORDER BY first_at, principal, sourceip, bucket, principal_account
