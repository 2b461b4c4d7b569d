-- Title: Every secret asked for at once
-- Severity: high
-- Technique: T1555.006
-- Phase: credential access
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: batches of secrets asked for by a filter instead of by name, the catch-all filter above all.
-- Misses: batches by name (see secrets-read-in-bulk).
-- Parameters: none
-- Origin: Panther: AWS Secrets Manager Batch Retrieve Secrets Catch-All (2026-07-01)
-- Origin: Datadog: Retrieve a High Number of Secrets Manager secrets (Batch) (2026-08-19)
-- Blind spot: Which secrets came back is not in the log.
-- False positive: Tools that load what carries a tag.
SELECT *, 'batch by filter ' || json_format(json_extract(requestparameters, '$.filters')) AS detail, CAST(NULL AS varchar) AS target,
  CASE WHEN regexp_like(requestparameters, '"!') THEN 'critical' END AS severity
FROM case_events
WHERE eventsource = 'secretsmanager.amazonaws.com' AND eventname = 'BatchGetSecretValue' AND principal_type IS DISTINCT FROM 'AWSService' AND json_extract(requestparameters, '$.filters') IS NOT NULL
