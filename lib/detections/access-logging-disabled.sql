-- Title: Server access logging of a bucket switched off
-- Severity: high
-- Technique: T1562.008
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: PutBucketLogging whose body names no log bucket.
-- Misses: logging sent to another bucket, which looks like switching it on; requests cut off by CloudTrail's size limit.
-- Parameters: none
-- Origin: Log360: AWS S3 Bucket Server Access Logging Disabled
-- Origin: Elastic: defense_evasion_s3_bucket_server_access_logging_disabled (2026-08-21)
-- Origin: Panther: S3 disable bucket logging (2026-07-01)
-- Put right: Panther tests requestParameters.logging = "", which is the query flag and there on every such call, logging switched on included; the body decides here. A failed call is an attempt.
-- Blind spot: CloudTrail's own data events may be on all the same: losing server access logs is not losing everything.
-- False positive: Buckets being retired.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'no LoggingEnabled' AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname = 'PutBucketLogging'
  AND json_extract(requestparameters, '$.BucketLoggingStatus') IS NOT NULL
    AND json_extract(requestparameters, '$.BucketLoggingStatus.LoggingEnabled') IS NULL
ORDER BY first_at, event_ids
