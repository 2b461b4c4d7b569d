-- Title: The block on public access removed or weakened
-- Severity: high
-- Technique: T1562.001
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: public access block deleted, or written with any of its four switches off, on a bucket or the whole account.
-- Misses: access points, which have a block of their own set when they are made.
-- Parameters: none
-- Origin: Panther: DeleteBucketPublicAccessBlock (2026-07-01)
-- Origin: Sigma: BPA weakened (proposal, 2026-07) (2026-08-05)
-- Put right: Panther knows deletion only, Sigma's proposal the bucket only. A switch left out of the request counts as off, which is what S3 makes of it; the account's block counts too.
-- Blind spot: An account-wide block that stays keeps a bucket closed even when its own block is gone.
-- False positive: Websites being set up.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || CASE WHEN eventname LIKE 'Delete%' THEN '' ELSE ' ' || json_format(json_extract(requestparameters, '$.PublicAccessBlockConfiguration')) END AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode,
  CASE WHEN eventname LIKE '%Account%' THEN 'account' ELSE 'bucket' END AS scope
FROM case_events
WHERE eventsource = 's3.amazonaws.com'
  AND (eventname IN ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'DeletePublicAccessBlock')
    OR (eventname IN ('PutBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'PutPublicAccessBlock')
      AND json_extract(requestparameters, '$.PublicAccessBlockConfiguration') IS NOT NULL
      AND (coalesce(json_extract_scalar(requestparameters, '$.PublicAccessBlockConfiguration.BlockPublicAcls'), 'false') <> 'true'
        OR coalesce(json_extract_scalar(requestparameters, '$.PublicAccessBlockConfiguration.IgnorePublicAcls'), 'false') <> 'true'
        OR coalesce(json_extract_scalar(requestparameters, '$.PublicAccessBlockConfiguration.BlockPublicPolicy'), 'false') <> 'true'
        OR coalesce(json_extract_scalar(requestparameters, '$.PublicAccessBlockConfiguration.RestrictPublicBuckets'), 'false') <> 'true')))
ORDER BY first_at, event_ids
