-- Title: A function opened to others
-- Severity: high
-- Technique: T1098.003
-- Phase: persistence
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: functions that everybody or another account may call, and functions with a web address without a login.
-- Misses: functions behind an API, which decides itself.
-- Parameter: own accounts
-- Origin: Datadog: Backdoor Lambda Function Through Resource-Based Policy (2026-08-19)
-- Origin: Elastic: AWS Lambda Function Policy Updated to Allow Public Invocation; AWS Lambda Layer Shared Externally (2026-08-21)
-- Origin: Sigma: New AWS Lambda Function URL Configuration Created (2026-08-05)
-- Origin: Turbot: Lambda Function Granted Public Access (2025-03-03)
-- Origin: Panther: AWS Potential Backdoor Lambda Function Through Resource-Based Policy (2026-07-01)
-- Blind spot: Whether it was called is a data event.
-- False positive: Webhooks, public by design.
SELECT *, CASE
    WHEN regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') IN ('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig') THEN CASE WHEN json_extract_scalar(requestparameters, '$.authType') = 'NONE' THEN 'web address without a login: ' || coalesce(json_extract_scalar(requestparameters, '$.functionName'), '-') ELSE 'web address: ' || coalesce(json_extract_scalar(requestparameters, '$.functionName'), '-') END
    WHEN json_extract_scalar(requestparameters, '$.principal') = '*' AND NOT regexp_like(requestparameters, '"(principalOrgID|sourceAccount|sourceArn)"') THEN 'everybody may call ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.functionName'), json_extract_scalar(requestparameters, '$.layerName')), '-')
    WHEN regexp_like(json_extract_scalar(requestparameters, '$.principal'), '^([0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:.*)$') THEN 'account ' || regexp_extract(json_extract_scalar(requestparameters, '$.principal'), '[0-9]{12}', 0) || ' may call ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.functionName'), json_extract_scalar(requestparameters, '$.layerName')), '-') END AS detail,
  coalesce(regexp_extract(json_extract_scalar(requestparameters, '$.principal'), '[0-9]{12}', 0), json_extract_scalar(requestparameters, '$.principal')) AS target,
  CASE WHEN regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') IN ('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig') AND json_extract_scalar(requestparameters, '$.authType') IS DISTINCT FROM 'NONE' THEN 'low' END AS severity
FROM case_events
WHERE eventsource = 'lambda.amazonaws.com' AND regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') IN ('AddPermission', 'AddLayerVersionPermission', 'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig') AND principal_type IS DISTINCT FROM 'AWSService'
  AND NOT contains(split(?, ','), coalesce(regexp_extract(json_extract_scalar(requestparameters, '$.principal'), '[0-9]{12}', 0), '-'))
