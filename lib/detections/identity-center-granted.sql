-- Title: Rights or people added in Identity Center
-- Severity: high
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: account assignments, permission sets and their policies, users, groups and memberships of Identity Center.
-- Misses: assignments made by an identity provider over SCIM, which come as a service.
-- Parameters: none
-- Origin: Suzaku: AWS SSO CreateAccountAssignment; AWS SSO AddMemberToGroup (2026-08-12)
-- Blind spot: What a permission set allows is not judged.
-- False positive: Joiners and movers, handled by the identity team.
SELECT *, eventname || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.managedPolicyArn'), json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.groupId'), json_extract_scalar(requestparameters, '$.principalId'), json_extract_scalar(requestparameters, '$.targetId')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.targetId'), json_extract_scalar(requestparameters, '$.principalId'), json_extract_scalar(requestparameters, '$.groupId')) AS target,
  CASE WHEN eventsource IN ('sso-directory.amazonaws.com', 'identitystore.amazonaws.com') THEN 'medium'
    WHEN eventname IN ('CreatePermissionSet', 'ProvisionPermissionSet') THEN 'medium' END AS severity
FROM case_events
WHERE ((eventsource = 'sso.amazonaws.com' AND eventname IN ('CreateAccountAssignment', 'CreatePermissionSet', 'AttachManagedPolicyToPermissionSet',
      'AttachCustomerManagedPolicyReferenceToPermissionSet', 'PutInlinePolicyToPermissionSet',
      'DeletePermissionsBoundaryFromPermissionSet', 'ProvisionPermissionSet', 'CreateApplicationAssignment'))
    OR (eventsource IN ('sso-directory.amazonaws.com', 'identitystore.amazonaws.com') AND eventname IN ('CreateUser', 'CreateGroup', 'AddMemberToGroup', 'CreateGroupMembership', 'UpdatePassword', 'UpdateUser',
      'DeleteMfaDeviceForUser', 'CreateBearerToken')))
  AND principal_type IS DISTINCT FROM 'AWSService'
