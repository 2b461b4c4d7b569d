-- Finds: versioning of a bucket suspended, or MFA delete switched off: what is deleted next cannot be had back.
-- Misses: buckets that never had versioning; versions deleted one by one while versioning stays on (see deletion-spike).
-- Parameters: none.
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
