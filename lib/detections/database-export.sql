-- Title: A database exported to S3
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: RDS snapshot exports and DynamoDB table exports, with the bucket they go to.
-- Misses: dumps made inside the database.
-- Parameters: none
-- Origin: Elastic: RDS StartExportTask; DynamoDB ExportTableToPointInTime (2026-08-21)
-- Put right: Elastic waits for a user new in ten days for DynamoDB; in an incident every export is looked at.
-- Blind spot: The bucket's account is named by DynamoDB only.
-- False positive: Nightly exports to a data lake.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' to ' || coalesce(json_extract_scalar(requestparameters, '$.s3BucketName'), json_extract_scalar(requestparameters, '$.s3Bucket'), '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode,
  coalesce(json_extract_scalar(requestparameters, '$.s3BucketName'), json_extract_scalar(requestparameters, '$.s3Bucket')) AS target_bucket,
  coalesce(json_extract_scalar(requestparameters, '$.sourceArn'), json_extract_scalar(requestparameters, '$.tableArn')) AS source,
  json_extract_scalar(requestparameters, '$.s3BucketOwner') AS target_account
FROM case_events
WHERE (eventsource = 'rds.amazonaws.com' AND eventname = 'StartExportTask')
  OR (eventsource = 'dynamodb.amazonaws.com' AND eventname = 'ExportTableToPointInTime')
ORDER BY first_at, event_ids
