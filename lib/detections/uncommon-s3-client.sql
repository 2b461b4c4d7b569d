-- Title: Calls with a bulk client, a file browser or an attack tool
-- Severity: low
-- Technique: T1530
-- Phase: initial access
-- Logs: management, data
-- Fires on: success
-- Finds: successful calls whose user agent names a bulk S3 client, a file browser, a penetration-test tool or distribution.
-- Misses: agents that were changed: the user agent is whatever the caller says.
-- Parameters: none
-- Origin: Elastic: Uncommon S3 client (2026-08-21)
-- Origin: Sigma: TruffleHog user agent (2026-08-05)
-- Put right: Elastic knows two clients and waits for a user new in seven days; Sigma looks for one scanner. Here one list, every row with its counts, so that an old habit can be seen as one.
-- Blind spot: An actor who uses boto3 or the AWS CLI, or lies about the agent.
-- False positive: People who use such a client every day; rclone in backup jobs.
WITH calls AS (
  SELECT *, lower(regexp_extract(useragent,
    '(?i)(s3 browser|cyberduck|winscp|rclone|s3cmd|s5cmd|cloudberry|trufflehog|pacu|scoutsuite|prowler|cloudfox|stratus-red-team|kali|parrot|pentoo)', 1)) AS client
  FROM case_events
  WHERE errorcode IS NULL
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'client ' || client AS detail,
  'succeeded' AS outcome, min(CASE WHEN invoked_by IS NULL THEN 'direct' ELSE 'service' END) AS via,
  client, count(DISTINCT object_key) AS objects,
  CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM calls
WHERE client IS NOT NULL
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, client
ORDER BY first_at, principal, sourceip, client
