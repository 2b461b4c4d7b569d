-- Title: Data management of a bucket changed
-- Severity: low
-- Technique: T1565.001
-- Phase: covering tracks
-- Logs: management, data
-- Fires on: success
-- Finds: logging, website, encryption, lifecycle and replication settings changed and archived objects restored; the variant that hit is named.
-- Misses: settings removed instead of changed (see bucket-configuration-deleted).
-- Parameters: none
-- Origin: Log360: AWS S3 Data Management Tampering
-- Origin: Sigma: aws_s3_data_management_tampering (78b3756a) (2026-08-05)
-- Put right: Logging switched on is none; what an infrastructure tool changes is left to the rules that judge its effect.
-- Put right: Of the seven event names of the Sigma rule four are permission names that CloudTrail never writes (PutEncryptionConfiguration, PutLifecycleConfiguration, PutReplicationConfiguration, ReplicateObject): the real ones are added, the dead ones kept as aliases, and the row says which hit. Success is required for it to fire.
-- Blind spot: Says that a setting was changed, not whether for worse: the detections of one setting each do.
-- False positive: Every deployment of a bucket.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  variant || ' ' || eventname AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, max(CASE WHEN regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu') THEN 'infrastructure-as-code' ELSE 'direct' END) AS via,
  eventname AS call, variant
FROM (
  SELECT *, CASE
      WHEN eventname IN ('PutBucketLogging', 'PutBucketWebsite', 'RestoreObject') THEN 'as published:'
      WHEN eventname IN ('PutBucketEncryption', 'PutBucketLifecycle', 'PutBucketReplication') THEN 'as CloudTrail writes it:'
      ELSE 'permission name:' END AS variant
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com'
    AND eventname IN ('PutBucketLogging', 'PutBucketWebsite', 'RestoreObject', 'PutBucketEncryption', 'PutBucketLifecycle', 'PutBucketReplication',
      'PutEncryptionConfiguration', 'PutLifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'PutReplicationConfiguration', 'ReplicateObject')
    AND principal_type IS DISTINCT FROM 'AWSService'
    AND NOT regexp_like(coalesce(useragent, ''), '(?i)terraform|hashicorp|pulumi|cloudformation|opentofu')
    AND NOT (eventname = 'PutBucketReplication' AND coalesce(json_extract_scalar(requestparameters, '$.ReplicationConfiguration.Rule.Destination.Account'), '-') = coalesce(recipient_account, ''))
    AND NOT (eventname = 'PutBucketLogging' AND regexp_like(coalesce(requestparameters, ''), '"LoggingEnabled"'))
) changed
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket, eventname, variant, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, principal, sourceip, bucket, call, outcome
