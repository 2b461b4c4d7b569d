-- Title: A bucket deleted
-- Severity: medium
-- Technique: T1485
-- Phase: impact
-- Logs: management
-- Fires on: success
-- Finds: DeleteBucket, successful or refused.
-- Misses: objects deleted in a bucket that stays (see deletion-spike).
-- Parameters: none
-- Origin: Sigma: Bucket deleted (2026-08-05)
-- Origin: Panther: S3 bucket deleted (2026-07-01)
-- Put right: Refused deletions, of a bucket that is not empty, say, are attempts.
-- Blind spot: A bucket must be emptied first: the damage is done before.
-- False positive: Temporary buckets of tests and deployments.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  coalesce(bucket, '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname = 'DeleteBucket' AND principal_type IS DISTINCT FROM 'AWSService'
ORDER BY first_at, event_ids
