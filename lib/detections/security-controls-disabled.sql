-- Title: Several protections of a bucket switched off together
-- Severity: high
-- Technique: T1562.008
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: two or more different protections of one bucket switched off by one caller: logging, versioning, MFA delete, public access block, encryption.
-- Misses: one protection alone (see its own detection).
-- Parameter: controls = 2: Different protections that must go
-- Origin: Panther: S3 security control disabling (two distinct per bucket and actor) (2026-07-01)
-- Put right: Panther groups by session; the role behind the sessions is the caller here. The public access block and encryption count as protections too.
-- Blind spot: An actor with two identities stays below two each.
-- False positive: Buckets being retired.
WITH controls AS (
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, 'logging' AS control FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname = 'PutBucketLogging'
    AND json_extract(requestparameters, '$.BucketLoggingStatus') IS NOT NULL
    AND json_extract(requestparameters, '$.BucketLoggingStatus.LoggingEnabled') IS NULL
  UNION ALL
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, 'versioning' AS control FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname = 'PutBucketVersioning'
    AND lower(json_extract_scalar(requestparameters, '$.VersioningConfiguration.Status')) IN ('suspended', 'disabled')
  UNION ALL
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller, 'mfa-delete' AS control FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname = 'PutBucketVersioning'
    AND lower(json_extract_scalar(requestparameters, '$.VersioningConfiguration.MfaDelete')) = 'disabled'
  UNION ALL
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller,
    CASE eventname WHEN 'DeleteBucketEncryption' THEN 'encryption' ELSE 'public-access-block' END AS control FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL AND eventname IN ('DeleteBucketEncryption', 'DeleteBucketPublicAccessBlock')
)
SELECT * FROM (
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, array_join(array_agg(DISTINCT sourceip ORDER BY sourceip), ',') AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT control ORDER BY control), ',') AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  count(DISTINCT control) AS controls
FROM controls
WHERE bucket IS NOT NULL
GROUP BY caller, bucket
) found
WHERE controls >= CAST(? AS bigint)
ORDER BY first_at, principal, bucket
