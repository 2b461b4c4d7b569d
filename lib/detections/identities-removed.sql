-- Title: Users, keys, groups or rights removed
-- Severity: low
-- Technique: T1531
-- Phase: impact
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: users, access keys, passwords, groups and policies deleted, detached or taken away.
-- Misses: identities of an identity provider.
-- Parameters: none
-- Origin: Elastic: AWS IAM Group Deletion (2026-08-21)
-- Origin: Splunk: AWS IAM Delete Policy; AWS IAM Successful Group Deletion (2024-10-24)
-- Origin: Turbot: IAM Access Key Deleted (2025-03-03)
-- Blind spot: Who was locked out is not in the log.
-- False positive: Leavers, and keys rotated by hand.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.groupName'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName'), json_extract_scalar(requestparameters, '$.accessKeyId')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.groupName'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.policyArn')) AS target, CASE WHEN eventname IN ('DeleteUser', 'DeleteLoginProfile') THEN 'medium' END AS severity
FROM case_events
WHERE eventsource = 'iam.amazonaws.com'
  AND eventname IN ('DeleteUser', 'DeleteAccessKey', 'DeleteLoginProfile', 'DeleteGroup', 'DeleteRole', 'DeleteUserPolicy',
      'DeleteRolePolicy', 'DeleteGroupPolicy', 'DetachUserPolicy', 'DetachRolePolicy', 'DetachGroupPolicy',
      'RemoveUserFromGroup', 'DeletePolicy', 'DeletePolicyVersion')
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL AND NOT regexp_like(coalesce(useragent, ''), '(?i)terraform|hashicorp|pulumi|cloudformation|opentofu')
