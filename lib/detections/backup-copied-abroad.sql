-- Title: A backup copied to another account or Region
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: copy jobs of AWS Backup, copies of snapshots and of file systems whose destination names another account; copies to another Region weigh little.
-- Misses: copies that a backup plan makes, which come as a service.
-- Parameter: own accounts
-- Origin: Cordon: a copy job carries a whole store in one call
-- Blind spot: Who may read the vault there is in its own account.
-- False positive: A disaster recovery account that is not listed as ours.
SELECT *, CASE
    WHEN eventname = 'StartCopyJob' THEN 'copy to ' || coalesce(json_extract_scalar(requestparameters, '$.destinationBackupVaultArn'), '-')
    ELSE eventname || ' from ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.sourceRegion'), json_extract_scalar(requestparameters, '$.sourceDBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.sourceBackupId'), json_extract_scalar(requestparameters, '$.CopySnapshotRequest.SourceRegion')), '-') END AS detail,
  regexp_extract(json_extract_scalar(requestparameters, '$.destinationBackupVaultArn'), ':([0-9]{12}):backup-vault:', 1) AS target,
  CASE WHEN regexp_extract(json_extract_scalar(requestparameters, '$.destinationBackupVaultArn'), ':([0-9]{12}):backup-vault:', 1) = recipient_account OR eventname <> 'StartCopyJob' THEN 'low' END AS severity
FROM case_events
WHERE ((eventsource = 'backup.amazonaws.com' AND eventname = 'StartCopyJob' AND NOT contains(split(?, ','), coalesce(regexp_extract(json_extract_scalar(requestparameters, '$.destinationBackupVaultArn'), ':([0-9]{12}):backup-vault:', 1), '-')))
    OR (eventsource = 'fsx.amazonaws.com' AND eventname = 'CopyBackup'))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
