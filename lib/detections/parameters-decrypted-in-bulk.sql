-- Title: SecureString parameters decrypted in bulk
-- Severity: high
-- Technique: T1555.006
-- Phase: credential access
-- Logs: management
-- Fires on: success
-- Rows: bursts of parameters
-- Finds: callers who have many parameters of Systems Manager decrypted within an hour; of a suspect, every one.
-- Misses: parameters read without decryption, which hold no secret; names inside a path.
-- Parameter: suspects
-- Parameter: parameters = 10: Different parameters within an hour that count
-- Parameter: parameters of a suspect = 1: Different parameters within an hour that count when a suspect asks
-- Origin: Elastic: AWS Systems Manager SecureString Parameter Request with Decryption Flag (2026-08-21)
-- Origin: Panther: AWS Decrypt SSM Parameters (2026-07-01)
-- Origin: Datadog: Retrieve And Decrypt SSM Parameters (2026-08-19)
-- Blind spot: A path returns every parameter below it in one call.
-- False positive: Services that load their settings when they start.
SELECT e.*, p.name AS item
FROM case_events e
CROSS JOIN UNNEST(regexp_extract_all(coalesce(json_format(json_extract(e.requestparameters, '$.names')), '"' || coalesce(coalesce(json_extract_scalar(e.requestparameters, '$.name'), json_extract_scalar(e.requestparameters, '$.path')), '-') || '"'), '"([^"]+)"', 1)) AS p(name)
WHERE eventsource = 'ssm.amazonaws.com' AND eventname IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
  AND regexp_like(requestparameters, '"withDecryption"\s*:\s*true') AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
