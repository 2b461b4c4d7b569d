-- Title: Retention or a legal hold weakened
-- Severity: high
-- Technique: T1490
-- Phase: impact
-- Logs: management, data
-- Fires on: success
-- Rows: calls
-- Finds: retention bypassed or shortened, legal holds lifted, default retention removed, locked objects deleted with a bypass.
-- Misses: objects that were never locked.
-- Parameters: none
-- Origin: Cordon: what is locked must first be unlocked
-- Blind spot: The retention before is not in the log.
-- False positive: Corrections of a wrong retention.
SELECT *, CASE
    WHEN eventname IN ('PutObjectLegalHold') AND NOT regexp_like(requestparameters, '"OFF"') THEN NULL
    WHEN eventname = 'PutObjectRetention' AND NOT regexp_like(requestparameters, '(?i)bypass-governance-retention"\s*:\s*"?true') THEN NULL
    WHEN eventname IN ('PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration') AND regexp_like(requestparameters, '"DefaultRetention"') THEN NULL
    WHEN eventname LIKE 'Delete%' AND NOT regexp_like(requestparameters, '(?i)bypass-governance-retention"\s*:\s*"?true') THEN NULL
    ELSE eventname || ' ' || coalesce(object_key, bucket, '') END AS detail,
  coalesce(object_key, bucket) AS target, CAST(NULL AS varchar) AS severity
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutObjectRetention', 'PutObjectLegalHold', 'PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration',
      'DeleteObject', 'DeleteObjects') AND principal_type IS DISTINCT FROM 'AWSService'
  AND (eventname NOT LIKE 'Delete%' OR regexp_like(requestparameters, '(?i)bypass-governance-retention'))
