-- Title: A note of extortion uploaded
-- Severity: critical
-- Technique: T1657
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Finds: uploads whose file name reads like a note of extortion.
-- Misses: notes with ordinary names, and notes put into object tags or bucket names.
-- Parameters: none
-- Origin: Elastic: Ransom note upload (2026-08-21)
-- Origin: Panther: S3 ransomware note upload (2026-07-01)
-- Put right: The file name must read so, not any folder above it; refused uploads are attempts.
-- Blind spot: Names are the writer's choice.
-- False positive: Manuals on data recovery.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  object_key AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutObject', 'CopyObject', 'CreateMultipartUpload')
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND regexp_like(object_key, '(?i)(^|/)[^/]*(how[-_ ]?to[-_ ]?(decrypt|recover|restore)|(decrypt|recovery?|restore)[-_ ]?(instructions?|files?|help|your)|ransom[-_ ]?(note|demand)|(files?|data)[-_ ]?(encrypted|stolen|locked)|your[-_ ]?files|read[-_ ]?me[-_ ]?(for|to)[-_ ]?(decrypt|recover)|pay[-_ ]?(me|ransom|bitcoin)|warning[-_ ]?bucket)[^/]*$')
  AND NOT regexp_like(object_key, '(^|/)AWSLogs/')
ORDER BY first_at, event_ids
