-- Title: A database snapshot shared with another account
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: restore permission on a database or cluster snapshot given to an account that is not ours, or to everybody.
-- Misses: snapshots exported to S3 (see database-export).
-- Parameter: own accounts
-- Origin: Elastic: Snapshot sharing rules (2026-08-21)
-- Origin: Datadog: Exfiltrate RDS snapshot by sharing (2026-08-19)
-- Put right: Cluster snapshots count too; a permission removed stays quiet.
-- Blind spot: The database's content is known to nobody from here.
-- False positive: Copies for a test account.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
shares AS (
  SELECT e.*, w.account
  FROM case_events e
  CROSS JOIN UNNEST(regexp_extract_all(json_format(json_extract(e.requestparameters, '$.valuesToAdd')), '"([0-9]{12}|all)"', 1)) AS w(account)
  WHERE e.eventsource = 'rds.amazonaws.com' AND e.eventname IN ('ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')
    AND json_extract_scalar(e.requestparameters, '$.attributeName') = 'restore'
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  coalesce(json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterSnapshotIdentifier'), '-') || ' to ' || shares.account AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode,
  coalesce(json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterSnapshotIdentifier')) AS snapshot,
  shares.account AS other_account, CASE WHEN shares.account = 'all' THEN 'critical' WHEN own.account IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM shares LEFT JOIN own ON own.account = shares.account
WHERE NOT contains(split(?, ','), shares.account)
ORDER BY first_at, event_ids, other_account
