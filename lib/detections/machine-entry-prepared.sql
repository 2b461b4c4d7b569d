-- Title: A way onto machines prepared
-- Severity: medium
-- Technique: T1098.004
-- Phase: lateral movement
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: start-up scripts of instances changed, key pairs made or imported, serial consoles enabled, and keys given to users.
-- Misses: keys written on the machine.
-- Parameters: none
-- Origin: Elastic: AWS EC2 Stop, Start, and User Data Modification Correlation; AWS EC2 Serial Console Access Enabled (2026-08-21)
-- Origin: Sigma: AWS EC2 Startup Shell Script Change (2026-08-05)
-- Origin: Panther: AWS EC2 Startup Script Change (2026-07-01)
-- Origin: Datadog: Execute Commands on EC2 Instance via User Data (2026-08-19)
-- Blind spot: The script is masked in the log.
-- False positive: New machines, set up by hand.
SELECT *, CASE
    WHEN eventname = 'ModifyInstanceAttribute' AND NOT regexp_like(requestparameters, '(?i)"userData"') THEN NULL
    ELSE eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.keyName'), json_extract_scalar(requestparameters, '$.userName')), '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.keyName'), json_extract_scalar(requestparameters, '$.userName')) AS target,
  CASE WHEN eventname IN ('ModifyInstanceAttribute', 'EnableSerialConsoleAccess') THEN 'high' WHEN eventname IN ('CreateKeyPair', 'ImportKeyPair') THEN 'low' END AS severity
FROM case_events
WHERE ((eventsource = 'ec2.amazonaws.com' AND eventname IN ('ModifyInstanceAttribute', 'CreateKeyPair', 'ImportKeyPair', 'EnableSerialConsoleAccess'))
    OR (eventsource = 'ssm.amazonaws.com' AND eventname IN ('CreateActivation', 'RegisterManagedInstance'))
    OR (eventsource = 'iam.amazonaws.com' AND eventname = 'UploadSSHPublicKey')
    OR (eventsource = 'sagemaker.amazonaws.com' AND eventname IN ('CreateNotebookInstanceLifecycleConfig', 'UpdateNotebookInstanceLifecycleConfig')))
  AND principal_type IS DISTINCT FROM 'AWSService'
