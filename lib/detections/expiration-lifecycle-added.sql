-- Title: A lifecycle rule that lets objects expire
-- Severity: low
-- Technique: T1485.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: enabled lifecycle rules that expire objects, old versions or delete markers, one row per rule; three days or less and log buckets weigh more.
-- Misses: expiry that was there before; objects already marked when the rule is taken back.
-- Parameters: none
-- Origin: Log360: AWS S3 Bucket Expiration Lifecycle Configuration Added
-- Origin: Elastic: defense_evasion_s3_bucket_lifecycle_expiration_added (2026-08-21)
-- Origin: Splunk: PutBucketLifecycle (Expiration.Days < 3) (2024-10-24)
-- Origin: Panther: CloudTrail short lifecycle (2026-07-01)
-- Origin: Datadog: CloudTrail logs impairment through S3 lifecycle rule (2026-08-19)
-- Put right: A tool that lets data of an ordinary bucket expire after more than 30 days keeps house; shorter, or on a bucket of logs, it counts.
-- Put right: Elastic tests for the text Expiration= and not the provider; Splunk reads one rule's days and IAM users only; disabled rules fire in both. Days, date, old versions and delete markers are read per rule, alone or in a list; disabled rules stay quiet; terms of three days or less and log buckets weigh more.
-- Blind spot: Whether a bucket holds logs is guessed from its name.
-- False positive: Ordinary retention rules (they weigh low).
WITH rules AS (
  SELECT e.*, coalesce(
      json_extract(e.requestparameters, '$.LifecycleConfiguration.Rule[' || CAST(t.n AS varchar) || ']'),
      json_extract(e.requestparameters, '$.LifecycleConfiguration.Rule')) AS rule
  FROM case_events e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.requestparameters, '$.LifecycleConfiguration.Rule')), 1), 1) - 1)) AS t(n)
  WHERE e.eventsource = 's3.amazonaws.com' AND e.eventname IN ('PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'PutLifecycleConfiguration')
),
terms AS (
  SELECT *, json_extract_scalar(rule, '$.ID') AS rule_id,
    TRY_CAST(json_extract_scalar(rule, '$.Expiration.Days') AS bigint) AS days,
    substr(json_extract_scalar(rule, '$.Expiration.Date'), 1, 10) AS on_date,
    TRY_CAST(json_extract_scalar(rule, '$.NoncurrentVersionExpiration.NoncurrentDays') AS bigint) AS noncurrent_days,
    json_extract_scalar(rule, '$.Expiration.ExpiredObjectDeleteMarker') AS delete_marker
  FROM rules
  WHERE json_extract_scalar(rule, '$.Status') = 'Enabled'
),
weighed AS (
  SELECT *, coalesce(days, CASE WHEN regexp_like(on_date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
      THEN date_diff('day', from_iso8601_timestamp(substr(eventtime, 1, 10) || 'T00:00:00Z'), from_iso8601_timestamp(on_date || 'T00:00:00Z')) END) AS term
  FROM terms
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'rule ' || coalesce(rule_id, '-') || ':' || coalesce(' after ' || CAST(days AS varchar) || ' days', '') || coalesce(' on ' || on_date, '')
    || coalesce(' old versions after ' || CAST(noncurrent_days AS varchar) || ' days', '') || CASE WHEN delete_marker = 'true' THEN ' delete markers' ELSE '' END AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, rule_id, days, on_date, noncurrent_days, delete_marker,
  CASE WHEN term <= 3 THEN 'high'
    WHEN noncurrent_days <= 3 THEN 'medium'
    WHEN regexp_like(bucket, '(?i)cloudtrail|(^|[-.])(trail|audit|access-?logs?|logs?)([-.]|$)') AND (term <= 90 OR noncurrent_days <= 90) THEN 'high'
    ELSE 'low' END AS severity
FROM weighed
WHERE (days IS NOT NULL OR on_date IS NOT NULL OR noncurrent_days IS NOT NULL OR delete_marker = 'true')
  AND NOT (regexp_like(coalesce(useragent, ''), '(?i)terraform|hashicorp|pulumi|cloudformation|opentofu') AND coalesce(term, 31) > 30 AND coalesce(noncurrent_days, 31) > 30
    AND NOT regexp_like(bucket, '(?i)cloudtrail|(^|[-.])(trail|audit|access-?logs?|logs?)([-.]|$)'))
ORDER BY first_at, event_ids, rule_id
