-- Title: Protection or settings of a bucket deleted
-- Severity: low
-- Technique: T1070
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: policy, replication, CORS, encryption, lifecycle, tagging, website or ownership settings deleted from a bucket.
-- Misses: settings overwritten with weaker ones (see data-management-tampering, bucket-policy-public).
-- Parameters: none
-- Origin: Elastic: Bucket Configuration Deletion (2026-08-21)
-- Origin: Panther: S3 delete bucket encryption; replication; policy (2026-07-01)
-- Origin: seed: Reconstructing a breach with Athena: anti-forensics (DeleteBucketEncryption) (2026-06-01)
-- Put right: A policy deleted minutes after it was opened is the trace of a theft through it: the timeline puts both side by side.
-- Blind spot: Deleting encryption no longer decrypts: S3 encrypts by default since January 2023.
-- False positive: Buckets being torn down.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com'
  AND eventname IN ('DeleteBucketPolicy', 'DeleteBucketReplication', 'DeleteBucketCors', 'DeleteBucketEncryption', 'DeleteBucketLifecycle',
    'DeleteBucketOwnershipControls', 'DeleteBucketWebsite', 'DeleteBucketInventoryConfiguration', 'DeleteBucketMetricsConfiguration')
  AND principal_type IS DISTINCT FROM 'AWSService'
ORDER BY first_at, event_ids
