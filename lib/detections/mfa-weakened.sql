-- Title: A second factor or the password policy weakened
-- Severity: medium
-- Technique: T1556.006
-- Phase: persistence
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: second factors removed or registered, the password policy of the account changed or deleted, and passwords changed.
-- Misses: factors of an identity provider.
-- Parameters: none
-- Origin: Elastic: AWS IAM Deactivation of MFA Device; AWS IAM Virtual MFA Device Registration Attempt with Session Token; AWS IAM Account Password Policy Deleted (2026-08-21)
-- Origin: Splunk: AWS Multi-Factor Authentication Disabled; AWS New MFA Method Registered For User; AWS Password Policy Changes (2024-10-24)
-- Origin: Turbot: IAM User MFA Device Removed (2025-03-03)
-- Blind spot: Whether the new policy is weaker is not compared.
-- False positive: A new telephone.
SELECT *, eventname || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.serialNumber'), json_extract_scalar(requestparameters, '$.virtualMFADeviceName')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.serialNumber')) AS target,
  CASE WHEN eventname IN ('EnableMFADevice', 'ChangePassword', 'ResyncMFADevice', 'UpdateAccountPasswordPolicy') THEN 'low'
    WHEN eventname IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice') THEN 'high' END AS severity
FROM case_events
WHERE eventsource = 'iam.amazonaws.com'
  AND eventname IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice', 'EnableMFADevice', 'DeleteAccountPasswordPolicy',
      'UpdateAccountPasswordPolicy', 'ChangePassword')
  AND principal_type IS DISTINCT FROM 'AWSService'
