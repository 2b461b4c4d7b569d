-- Title: A machine, image or volume taken out of EC2
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: instance and image exports, images stored in S3, snapshots made, copied, or read block by block.
-- Misses: what is read on the machine itself.
-- Parameters: none
-- Origin: seed: AWS Data Exfiltration Investigation Pattern, phase 2: CreateInstanceExportTask, CreateSnapshot, CopySnapshot (2025-07-24)
-- Put right: The seed treats a plain snapshot like an export: making one takes nothing out of the account and weighs low. Newer ways out (ExportImage, CreateStoreImageTask, EBS direct reads) are added; backup services stay out.
-- Blind spot: EBS direct reads are data events, off by default.
-- False positive: Backups made by hand, images built, migrations.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' ' || coalesce(json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.imageId'),
    json_extract_scalar(requestparameters, '$.sourceSnapshotId'), json_extract_scalar(requestparameters, '$.snapshotId'), json_extract_scalar(requestparameters, '$.volumeId'), '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode,
  coalesce(json_extract_scalar(requestparameters, '$.exportToS3.s3Bucket'), json_extract_scalar(requestparameters, '$.s3ExportLocation.s3Bucket'),
    json_extract_scalar(requestparameters, '$.CreateStoreImageTaskRequest.Bucket'), json_extract_scalar(requestparameters, '$.bucket')) AS target_bucket,
  CASE WHEN eventname IN ('CreateSnapshot', 'CreateSnapshots', 'CreateImage') THEN 'low'
    WHEN eventname IN ('CopySnapshot', 'CopyImage') THEN 'medium' ELSE 'high' END AS severity
FROM case_events
WHERE ((eventsource = 'ec2.amazonaws.com' AND eventname IN ('CreateInstanceExportTask', 'ExportImage', 'CreateStoreImageTask', 'CreateSnapshot', 'CreateSnapshots',
      'CopySnapshot', 'CopyImage', 'CreateImage'))
    OR (eventsource = 'ebs.amazonaws.com' AND eventname IN ('ListSnapshotBlocks', 'GetSnapshotBlock', 'ListChangedBlocks')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND coalesce(invoked_by, '') NOT IN ('backup.amazonaws.com', 'dlm.amazonaws.com')
ORDER BY first_at, event_ids
