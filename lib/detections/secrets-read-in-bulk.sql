-- Title: Secrets read in bulk
-- Severity: high
-- Technique: T1555.006
-- Phase: credential access
-- Logs: management
-- Fires on: success
-- Rows: bursts of secrets
-- Finds: callers who read many secrets of Secrets Manager within an hour, or ask for all of them by a filter; of a suspect, every secret.
-- Misses: a program that is allowed one secret and reads that; values that a function gets from a cache.
-- Parameter: suspects
-- Parameter: secrets = 10: Different secrets within an hour that count
-- Parameter: secrets of a suspect = 1: Different secrets within an hour that count when a suspect asks
-- Origin: Elastic: AWS Secrets Manager Rapid Secrets Retrieval (2026-08-21)
-- Origin: Panther: AWS Secrets Manager Batch Retrieve Secrets; AWS Secrets Manager Retrieve Secrets Multi-Region (2026-07-01)
-- Origin: Datadog: Retrieve a High Number of Secrets Manager secrets (2026-08-19)
-- Put right: Panther's first rule looks at refused calls only; Elastic asks for 20 in five minutes. Different secrets count here, refused or not, and one is enough when a suspect asks.
-- Blind spot: Which secrets a batch with a filter returned is not in the log: treat all that the caller may read as read.
-- False positive: A deployment that fetches the settings of many services at once.
SELECT e.*, coalesce(p.name, 'batch') || ' in ' || coalesce(e.awsregion, '-') AS item
FROM case_events e
CROSS JOIN UNNEST(regexp_extract_all(coalesce(json_format(json_extract(e.requestparameters, '$.secretIdList')), '"' || coalesce(json_extract_scalar(e.requestparameters, '$.secretId'), '-') || '"'), '"([^"]+)"', 1)) AS p(name)
WHERE eventsource = 'secretsmanager.amazonaws.com' AND eventname IN ('GetSecretValue', 'BatchGetSecretValue')
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
