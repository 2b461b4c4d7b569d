-- Title: Replication to another account's bucket switched on
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: enabled replication rules whose destination names a foreign account, or none, one row per rule.
-- Misses: objects replicated later: replication is no call of anybody and writes no event per object.
-- Parameter: own accounts
-- Origin: Splunk: AWS Exfiltration via Bucket Replication (2024-10-24)
-- Origin: Elastic: Bucket Replicated to Another Account (2026-08-21)
-- Origin: seed: Detecting S3 Data Exfiltration Attempts: foreign replication
-- Put right: Splunk fires on any replication and reads a single rule; Elastic looks for the text Account=, which an own account carries too. Rules are taken one by one, alone or in a list; disabled rules and failed calls do not count.
-- Blind spot: Account is only written when ownership changes hands: a rule without it may go to any bucket, and is reported as not named.
-- False positive: Backup and disaster-recovery set-ups.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
rules AS (
  SELECT e.*, coalesce(
      json_extract(e.requestparameters, '$.ReplicationConfiguration.Rule[' || CAST(t.n AS varchar) || ']'),
      json_extract(e.requestparameters, '$.ReplicationConfiguration.Rule')) AS rule
  FROM case_events e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.requestparameters, '$.ReplicationConfiguration.Rule')), 1), 1) - 1)) AS t(n)
  WHERE e.eventsource = 's3.amazonaws.com' AND e.eventname IN ('PutBucketReplication', 'PutReplicationConfiguration')
),
targets AS (
  SELECT *, json_extract_scalar(rule, '$.ID') AS rule_id, coalesce(json_extract_scalar(rule, '$.Status'), 'Enabled') AS rule_status,
    json_extract_scalar(rule, '$.Destination.Bucket') AS destination, json_extract_scalar(rule, '$.Destination.Account') AS destination_account
  FROM rules
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'to ' || coalesce(destination, '-') || ' of account ' || coalesce(destination_account, 'not named') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, rule_id, destination, destination_account,
  CASE WHEN destination_account IS NULL OR own.account IS NOT NULL THEN 'medium' ELSE 'high' END AS severity
FROM targets LEFT JOIN own ON own.account = destination_account
WHERE rule_status = 'Enabled' AND destination IS NOT NULL
  AND (destination_account IS NULL OR (NOT contains(split(?, ','), destination_account)))
ORDER BY first_at, event_ids, rule_id
