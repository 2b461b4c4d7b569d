-- Title: Backups and what protects them deleted
-- Severity: high
-- Technique: T1490
-- Phase: impact
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: recovery points, vaults, locks, plans and snapshots deleted, deletion protection and point-in-time recovery switched off, file systems and databases deleted.
-- Misses: retention that runs out by itself.
-- Parameters: none
-- Origin: Elastic: AWS Backup Recovery Point Deleted; AWS Backup Vault Deleted or Vault Lock Removed; AWS RDS Snapshot Deleted; AWS EFS File System Deleted (2026-08-21)
-- Origin: Panther: AWS RDS Automated Backup Deleted; AWS RDS Deletion Protection Disabled; AWS RDS Snapshot Deleted (2026-07-01)
-- Origin: Turbot: EFS File System Backup Policy Disabled; EBS Snapshot Unlocked (2025-03-03)
-- Origin: Sigma: Modification or Deletion of an AWS RDS Cluster; AWS EFS Fileshare Modified or Deleted (2026-08-05)
-- Origin: Datadog: Deregister an Amazon EC2 AMI (2026-08-19)
-- Blind spot: A refused deletion of a locked vault is an attempt.
-- False positive: Old backups tidied by hand; test systems torn down.
SELECT *, CASE
    WHEN eventname IN ('ModifyDBInstance', 'ModifyDBCluster') AND NOT regexp_like(requestparameters, '(?i)"deletionProtection"\s*:\s*false|"backupRetentionPeriod"\s*:\s*0') THEN NULL
    WHEN eventname IN ('UpdateContinuousBackups', 'PutBackupPolicy', 'UpdateTable') AND NOT regexp_like(requestparameters, '(?i)"pointInTimeRecoveryEnabled"\s*:\s*false|"DISABLED"|"deletionProtectionEnabled"\s*:\s*false') THEN NULL
    ELSE eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.recoveryPointArn'), json_extract_scalar(requestparameters, '$.backupVaultName'), json_extract_scalar(requestparameters, '$.backupPlanId'), json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier'), json_extract_scalar(requestparameters, '$.snapshotId'), json_extract_scalar(requestparameters, '$.imageId'), json_extract_scalar(requestparameters, '$.fileSystemId'), json_extract_scalar(requestparameters, '$.backupArn'), json_extract_scalar(requestparameters, '$.tableName'), json_extract_scalar(requestparameters, '$.DeleteSnapshotRequest.SnapshotId')), '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.backupVaultName'), json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier'), json_extract_scalar(requestparameters, '$.snapshotId'), json_extract_scalar(requestparameters, '$.fileSystemId'), json_extract_scalar(requestparameters, '$.tableName')) AS target,
  CASE WHEN eventname IN ('DeleteSnapshot', 'DeregisterImage', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteTable', 'DeleteBackupSelection', 'ModifySnapshotAttribute', 'ResetSnapshotAttribute') THEN 'medium' END AS severity
FROM case_events
WHERE ((eventsource = 'backup.amazonaws.com' AND eventname IN ('DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupPlan',
      'DeleteBackupSelection', 'UpdateRecoveryPointLifecycle', 'DisassociateRecoveryPoint', 'DeleteBackupVaultAccessPolicy'))
    OR (eventsource = 'rds.amazonaws.com' AND eventname IN ('DeleteDBSnapshot', 'DeleteDBClusterSnapshot', 'DeleteDBInstanceAutomatedBackup', 'DeleteDBClusterAutomatedBackup',
      'DeleteDBInstance', 'DeleteDBCluster', 'DeleteGlobalCluster', 'ModifyDBInstance', 'ModifyDBCluster'))
    OR (eventsource = 'ec2.amazonaws.com' AND eventname IN ('DeleteSnapshot', 'DeregisterImage', 'UnlockSnapshot'))
    OR (eventsource = 'redshift.amazonaws.com' AND eventname IN ('DeleteClusterSnapshot', 'DeleteCluster'))
    OR (eventsource = 'dynamodb.amazonaws.com' AND eventname IN ('DeleteBackup', 'UpdateContinuousBackups', 'DeleteTable', 'UpdateTable'))
    OR (eventsource IN ('elasticfilesystem.amazonaws.com', 'fsx.amazonaws.com') AND eventname IN ('PutBackupPolicy', 'DeleteFileSystem', 'DeleteBackup', 'DeleteMountTarget')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
