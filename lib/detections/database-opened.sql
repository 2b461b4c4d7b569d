-- Title: A database opened or its password changed
-- Severity: high
-- Technique: T1098
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: databases made public, restored where they are public, given another master password or another role, and their gates opened.
-- Misses: a rule of the network that was open before.
-- Parameters: none
-- Origin: Elastic: AWS RDS DB Instance Made Public; AWS RDS DB Instance or Cluster Password Modified; AWS RDS DB Instance Restored (2026-08-21)
-- Origin: Sigma: AWS RDS Master Password Change; Restore Public AWS RDS Instance (2026-08-05)
-- Origin: Panther: AWS RDS Instance Modified to be Publicly Accessible; AWS RDS Master Password Updated; AWS RDS Log File Downloaded (2026-07-01)
-- Origin: Turbot: RDS DB Instance Assigned Public IP Address; RDS DB Instance Master Password Updated (2025-03-03)
-- Blind spot: The password is masked in the log.
-- False positive: Operation of databases by hand.
SELECT *, CASE
    WHEN regexp_like(requestparameters, '(?i)"publiclyAccessible"\s*:\s*true') THEN eventname || ' public ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.clusterIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier')), '')
    WHEN eventname IN ('ModifyDBInstance', 'ModifyDBCluster', 'ModifyCluster') THEN CASE
      WHEN regexp_like(requestparameters, '(?i)"(masterUserPassword|manageMasterUserPassword)"') THEN eventname || ' master password ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.clusterIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier')), '')
      WHEN regexp_like(requestparameters, '(?i)"enableIAMDatabaseAuthentication"\s*:\s*false') THEN eventname || ' IAM login off ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier')), '') END
    ELSE eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier'), json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'), json_extract_scalar(requestparameters, '$.snapshotIdentifier'), json_extract_scalar(requestparameters, '$.dBSecurityGroupName'), json_extract_scalar(requestparameters, '$.logFileName')), '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'), json_extract_scalar(requestparameters, '$.clusterIdentifier'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier')) AS target,
  CASE WHEN regexp_like(requestparameters, '(?i)"publiclyAccessible"\s*:\s*true') THEN 'high' WHEN eventname LIKE 'Restore%' THEN 'medium' WHEN eventname IN ('DownloadDBLogFilePortion', 'DownloadCompleteDBLogFile', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'CreateDBSnapshot', 'CreateDBClusterSnapshot') THEN 'low' ELSE 'medium' END AS severity
FROM case_events
WHERE ((eventsource = 'rds.amazonaws.com' AND eventname IN ('ModifyDBInstance', 'ModifyDBCluster', 'CreateDBInstance', 'RestoreDBInstanceFromDBSnapshot',
      'RestoreDBInstanceToPointInTime', 'RestoreDBClusterFromSnapshot', 'RestoreDBInstanceFromS3', 'AddRoleToDBCluster',
      'AddRoleToDBInstance', 'AuthorizeDBSecurityGroupIngress', 'DownloadDBLogFilePortion', 'DownloadCompleteDBLogFile',
      'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'CreateDBSnapshot', 'CreateDBClusterSnapshot'))
    OR (eventsource = 'redshift.amazonaws.com' AND eventname IN ('ModifyCluster', 'CreateCluster', 'RestoreFromClusterSnapshot')))
  AND (eventname NOT IN ('CreateDBInstance', 'CreateCluster') OR regexp_like(requestparameters, '(?i)"publiclyAccessible"\s*:\s*true'))
  AND principal_type IS DISTINCT FROM 'AWSService'
