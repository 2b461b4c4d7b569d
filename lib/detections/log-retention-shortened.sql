-- Title: Logs kept shorter, or cut off
-- Severity: medium
-- Technique: T1070
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: retention of a log group shortened to 30 days and less, subscription and metric filters and destinations deleted.
-- Misses: log groups deleted (see trail-tampering); expiry rules on the bucket (see expiration-lifecycle-added).
-- Parameters: none
-- Origin: Panther: AWS CloudTrail Retention Lifecycle Too Short (2026-07-01)
-- Blind spot: What it was before is not in the log.
-- False positive: Groups of test systems.
SELECT *, CASE WHEN eventname = 'PutRetentionPolicy' THEN 'kept ' || coalesce(json_extract_scalar(requestparameters, '$.retentionInDays'), '-') || ' days: ' || coalesce(json_extract_scalar(requestparameters, '$.logGroupName'), '-') ELSE eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.logGroupName'), json_extract_scalar(requestparameters, '$.destinationName')), '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.logGroupName'), json_extract_scalar(requestparameters, '$.destinationName')) AS target,
  CASE WHEN regexp_like(coalesce(json_extract_scalar(requestparameters, '$.logGroupName'), ''), '(?i)trail|audit|flow') THEN 'high' END AS severity
FROM case_events
WHERE eventsource = 'logs.amazonaws.com' AND eventname IN ('PutRetentionPolicy', 'DeleteSubscriptionFilter', 'DeleteMetricFilter', 'DeleteDestination', 'DeleteQueryDefinition',
      'DisassociateKmsKey') AND principal_type IS DISTINCT FROM 'AWSService'
  AND (eventname <> 'PutRetentionPolicy' OR TRY_CAST(json_extract_scalar(requestparameters, '$.retentionInDays') AS bigint) <= 30)
