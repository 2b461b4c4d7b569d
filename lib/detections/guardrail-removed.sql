-- Title: A permissions boundary or a denying policy removed
-- Severity: high
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: permissions boundaries set or removed, and policies detached or deleted that keep an identity from something.
-- Misses: a boundary replaced by a wider one of the same name.
-- Parameters: none
-- Origin: Elastic: AWS IAM Permission Boundary or Guardrail Policy Deleted by Unusual Identity (2026-08-21)
-- Origin: Suzaku: AWS IAM PutUserPermissionsBoundary; AWS IAM DeleteRolePermissionsBoundary (2026-08-12)
-- Blind spot: A policy that denies is told by its name.
-- False positive: Changes of a guardrail by the team that owns it.
SELECT *, CASE
    WHEN eventname IN ('PutUserPermissionsBoundary', 'PutRolePermissionsBoundary') THEN eventname || ' ' || coalesce(json_extract_scalar(requestparameters, '$.permissionsBoundary'), '-') || ' for ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName')), '-')
    WHEN eventname IN ('DeleteUserPermissionsBoundary', 'DeleteRolePermissionsBoundary') THEN eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName')), '-')
    WHEN regexp_like(coalesce(coalesce(json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName')), ''), '(?i)deny|boundary|guardrail|quarantine|restrict|scp') THEN eventname || ' ' || coalesce(json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName')) END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.policyArn')) AS target, CASE WHEN eventname IN ('PutUserPermissionsBoundary', 'PutRolePermissionsBoundary') THEN 'medium' END AS severity
FROM case_events
WHERE eventsource = 'iam.amazonaws.com'
  AND eventname IN ('PutUserPermissionsBoundary', 'PutRolePermissionsBoundary', 'DeleteUserPermissionsBoundary',
      'DeleteRolePermissionsBoundary', 'DetachUserPolicy', 'DetachRolePolicy', 'DetachGroupPolicy', 'DeleteUserPolicy',
      'DeleteRolePolicy', 'DeleteGroupPolicy', 'DeletePolicy', 'DeletePolicyVersion')
  AND principal_type IS DISTINCT FROM 'AWSService'
