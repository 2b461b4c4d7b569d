-- Title: Code that runs with a role was changed
-- Severity: medium
-- Technique: T1525
-- Phase: persistence
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: code, layers, environment and triggers of Lambda functions changed from outside a deployment tool, and layers shared.
-- Misses: code pulled at run time.
-- Parameters: none
-- Origin: Datadog: Overwrite Lambda Function Code; Add a Malicious Lambda Extension (2026-08-19)
-- Origin: Elastic: AWS Lambda Layer Added to Existing Function (2026-08-21)
-- Origin: Panther: Lambda Code Updated by User; Lambda Configuration Updated with Layers by User (2026-07-01)
-- Origin: Sigma: AWS New Lambda Layer Attached (2026-08-05)
-- Blind spot: The code itself is in no log.
-- False positive: Deployments by hand.
SELECT *, CASE
    WHEN regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') = 'UpdateFunctionConfiguration' AND NOT regexp_like(requestparameters, '(?i)"(layers|environment|role|handler|vpcConfig)"') THEN NULL
    ELSE regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.functionName'), json_extract_scalar(requestparameters, '$.layerName'), json_extract_scalar(requestparameters, '$.eventSourceArn')), '-') || CASE WHEN regexp_like(requestparameters, '(?i)"layers"\s*:\s*\[') THEN ' with layers' ELSE '' END END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.functionName'), json_extract_scalar(requestparameters, '$.layerName')) AS target,
  CASE WHEN regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') IN ('CreateEventSourceMapping', 'UpdateEventSourceMapping', 'PublishLayerVersion', 'CreateFunction') THEN 'low' END AS severity
FROM case_events
WHERE eventsource = 'lambda.amazonaws.com'
  AND regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') IN ('UpdateFunctionCode', 'UpdateFunctionConfiguration', 'CreateEventSourceMapping', 'UpdateEventSourceMapping',
      'PublishLayerVersion', 'CreateFunction')
  AND principal_type IS DISTINCT FROM 'AWSService'
