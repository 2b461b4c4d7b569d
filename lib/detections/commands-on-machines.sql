-- Title: Commands run on machines and containers
-- Severity: medium
-- Technique: T1651
-- Phase: lateral movement
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: commands, sessions and automations of Systems Manager, keys pushed by Instance Connect, containers entered, cloud shells opened.
-- Misses: logins over the network with a key that was there before.
-- Parameters: none
-- Origin: Datadog: Usage of ssm:SendCommand on multiple instances; Usage of ssm:StartSession on multiple instances; Usage of EC2 Instance Connect on multiple instances; Usage of EC2 Serial Console to push SSH public key (2026-08-19)
-- Origin: Elastic: AWS SSM `SendCommand` Execution by Rare User; AWS SSM Session Started to EC2 Instance; AWS CloudShell Environment Created (2026-08-21)
-- Origin: Panther: AWS SSM Distributed Command; AWS EC2 Multi Instance Connect; AWS SSM Multiple Sessions (2026-07-01)
-- Blind spot: What was typed is in the logs of the session, if those are kept.
-- False positive: Patching, and people on call.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.documentName'), json_extract_scalar(requestparameters, '$.target'), json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.task'), json_extract_scalar(requestparameters, '$.container')), '') || coalesce(' on ' || json_format(json_extract(requestparameters, '$.instanceIds')), '') AS detail,
  coalesce(coalesce(json_extract_scalar(requestparameters, '$.target'), json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.task')), json_format(json_extract(requestparameters, '$.instanceIds'))) AS target,
  CASE WHEN eventname IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey') OR regexp_like(json_extract_scalar(requestparameters, '$.documentName'), 'RunShellScript|RunPowerShellScript|RunRemoteScript') THEN 'high'
    WHEN eventsource = 'cloudshell.amazonaws.com' THEN 'low' END AS severity
FROM case_events
WHERE ((eventsource = 'ssm.amazonaws.com' AND eventname IN ('SendCommand', 'StartSession', 'ResumeSession', 'StartAutomationExecution', 'CreateAssociation', 'CreateDocument',
      'UpdateDocument'))
    OR (eventsource = 'ec2-instance-connect.amazonaws.com' AND eventname IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey'))
    OR (eventsource = 'ecs.amazonaws.com' AND eventname = 'ExecuteCommand')
    OR (eventsource = 'cloudshell.amazonaws.com' AND eventname IN ('CreateEnvironment', 'CreateSession')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
