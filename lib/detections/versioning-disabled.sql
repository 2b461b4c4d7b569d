-- Title: Bucket versioning suspended or MFA delete switched off
-- Severity: medium
-- Technique: T1490
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: versioning of a bucket suspended, or MFA delete switched off: what is deleted next cannot be had back.
-- Misses: buckets that never had versioning; versions deleted one by one while versioning stays on (see deletion-spike).
-- Parameters: none
-- Origin: Splunk: AWS Disable Bucket Versioning (2024-10-24)
-- Origin: Elastic: Versioning Suspended (2026-08-21)
-- Origin: Sigma: Bucket versioning disable (2026-08-05)
-- Origin: Panther: S3 suspend versioning; S3 disable MFA delete (2026-07-01)
-- Put right: Splunk counts failed calls, does not test the event source and ignores MfaDelete; here a failed call is an attempt and MfaDelete=Disabled fires.
-- Blind spot: A bucket that never had versioning loses its objects for good without any such call.
-- False positive: Cost clean-ups suspend versioning on purpose.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'Status=' || coalesce(json_extract_scalar(requestparameters, '$.VersioningConfiguration.Status'), '-')
    || ' MfaDelete=' || coalesce(json_extract_scalar(requestparameters, '$.VersioningConfiguration.MfaDelete'), '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname = 'PutBucketVersioning'
  AND (lower(json_extract_scalar(requestparameters, '$.VersioningConfiguration.Status')) IN ('suspended', 'disabled')
    OR lower(json_extract_scalar(requestparameters, '$.VersioningConfiguration.MfaDelete')) = 'disabled')
ORDER BY first_at, event_ids
