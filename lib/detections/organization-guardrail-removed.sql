-- Title: A guardrail of the organisation removed
-- Severity: critical
-- Technique: T1562.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: service control policies detached, changed or deleted, policy types disabled, delegated administrators removed, accounts closed or removed.
-- Misses: policies detached in another organisation's management account.
-- Parameters: none
-- Origin: Elastic: AWS Account Closed (2026-08-21)
-- Blind spot: Only the management account's logs hold these.
-- False positive: The cloud team, at planned hours.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.policyId'), json_extract_scalar(requestparameters, '$.targetId'), json_extract_scalar(requestparameters, '$.accountId'), json_extract_scalar(requestparameters, '$.servicePrincipal'), json_extract_scalar(requestparameters, '$.policyType')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.targetId'), json_extract_scalar(requestparameters, '$.accountId'), json_extract_scalar(requestparameters, '$.policyId')) AS target, CASE WHEN eventname IN ('UpdatePolicy', 'CreatePolicy', 'MoveAccount', 'InviteAccountToOrganization', 'CreateAccount') THEN 'medium' WHEN eventname IN ('RemoveAccountFromOrganization', 'CloseAccount') THEN 'high' END AS severity
FROM case_events
WHERE eventsource = 'organizations.amazonaws.com'
  AND eventname IN ('DetachPolicy', 'DeletePolicy', 'DisablePolicyType', 'UpdatePolicy', 'DeregisterDelegatedAdministrator',
      'DisableAWSServiceAccess', 'RemoveAccountFromOrganization', 'CloseAccount', 'MoveAccount', 'DeleteOrganization',
      'InviteAccountToOrganization', 'CreateAccount')
  AND principal_type IS DISTINCT FROM 'AWSService'
