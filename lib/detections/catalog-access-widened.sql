-- Title: Who may read the data lake was changed
-- Severity: medium
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: grants of Lake Formation, its administrators and registered locations.
-- Misses: grants to another account (see shared-with-account).
-- Parameters: none
-- Origin: Cordon: Lake Formation is on no list of the peers
-- Blind spot: What a principal could read before is not in the log.
-- False positive: Data stewards at work.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.principal.dataLakePrincipalIdentifier'), json_extract_scalar(requestparameters, '$.dataLakeSettings.dataLakeAdmins[0].dataLakePrincipalIdentifier'), json_extract_scalar(requestparameters, '$.resourceArn')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.principal.dataLakePrincipalIdentifier'), json_extract_scalar(requestparameters, '$.dataLakeSettings.dataLakeAdmins[0].dataLakePrincipalIdentifier'), json_extract_scalar(requestparameters, '$.resourceArn')) AS target,
  CASE WHEN eventname = 'PutDataLakeSettings' THEN 'high' WHEN eventname IN ('RegisterResource', 'DeregisterResource') THEN 'low' END AS severity
FROM case_events
WHERE eventsource = 'lakeformation.amazonaws.com' AND eventname IN ('PutDataLakeSettings', 'GrantPermissions', 'BatchGrantPermissions', 'RegisterResource', 'DeregisterResource',
      'CreateLakeFormationOptIn') AND principal_type IS DISTINCT FROM 'AWSService'
