-- Title: A shared snapshot was copied or restored by another account
-- Severity: critical
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: the notices that EC2 writes when another account copies a snapshot of ours or makes a volume of it.
-- Misses: images, and snapshots of databases, of which no such notice exists.
-- Parameters: none
-- Origin: Suzaku: AWS EC2 SharedSnapshotCopyInitiated; AWS EC2 SharedSnapshotVolumeCreated (2026-08-12)
-- Blind spot: None.
-- False positive: A partner who was given the snapshot on purpose.
SELECT *, eventname || ' ' || coalesce(json_extract_scalar(serviceeventdetails, '$.snapshotId'), json_extract_scalar(requestparameters, '$.snapshotId'), '') || ' by ' || coalesce(coalesce(json_extract_scalar(serviceeventdetails, '$.userId'), json_extract_scalar(serviceeventdetails, '$.accountId')), user_name, principal_account, '-') AS detail,
  coalesce(coalesce(json_extract_scalar(serviceeventdetails, '$.userId'), json_extract_scalar(serviceeventdetails, '$.accountId')), principal_account) AS target, CAST(NULL AS varchar) AS severity
FROM case_events
WHERE eventsource = 'ec2.amazonaws.com' AND eventname IN ('SharedSnapshotCopyInitiated', 'SharedSnapshotVolumeCreated')
