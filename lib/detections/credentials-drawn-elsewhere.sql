-- Title: Credentials drawn from Identity Center, an identity pool or S3 Access Grants
-- Severity: medium
-- Technique: T1528
-- Phase: credential access
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: access tokens by a device code, role credentials of Identity Center, credentials of an identity pool without a login, and credentials vended by S3 Access Grants or Lake Formation.
-- Misses: tokens taken from a browser or a laptop.
-- Parameters: none
-- Origin: Panther: AWS SSO Access Token Retrieved by Unauthenticated IP; SIGNAL - Retrieve SSO access token (2026-07-01)
-- Origin: Elastic: AWS Cognito Unauthenticated Identity Pool Credentials Issued (2026-08-21)
-- Blind spot: Identity Center records the caller without an ARN.
-- False positive: People who sign in by the command line: the device code is the ordinary way there.
SELECT *, CASE
    WHEN eventname = 'CreateToken' AND json_extract_scalar(requestparameters, '$.grantType') = 'urn:ietf:params:oauth:grant-type:device_code' THEN 'access token by device code'
    WHEN eventname = 'GetRoleCredentials' THEN 'credentials of role ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.role_name'), json_extract_scalar(requestparameters, '$.roleName')), '-') || ' in ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.account_id'), json_extract_scalar(requestparameters, '$.accountId')), '-')
    WHEN eventname = 'GetCredentialsForIdentity' AND principal_type IN ('Unknown', 'AWSAccount') THEN 'credentials of identity ' || coalesce(json_extract_scalar(requestparameters, '$.identityId'), '-')
    WHEN eventname IN ('GetTemporaryGlueTableCredentials', 'GetTemporaryGluePartitionCredentials') THEN 'credentials for ' || coalesce(json_extract_scalar(requestparameters, '$.tableArn'), '-')
    WHEN eventsource = 's3.amazonaws.com' THEN 'credentials for ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.Target'), json_extract_scalar(requestparameters, '$.target')), '-')
    WHEN eventsource = 'lakeformation.amazonaws.com' THEN 'access to ' || coalesce(json_extract_scalar(requestparameters, '$.tableArn'), '-') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.role_name'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.Target'), json_extract_scalar(requestparameters, '$.target'), json_extract_scalar(requestparameters, '$.tableArn')) AS target,
  CASE WHEN eventname = 'CreateToken' THEN 'high' WHEN eventname = 'GetRoleCredentials' THEN 'low' END AS severity
FROM case_events
WHERE ((eventsource IN ('sso.amazonaws.com', 'sso-oidc.amazonaws.com') AND eventname IN ('CreateToken', 'GetRoleCredentials'))
    OR (eventsource = 'cognito-identity.amazonaws.com' AND eventname = 'GetCredentialsForIdentity')
    OR (eventsource IN ('s3.amazonaws.com', 'lakeformation.amazonaws.com') AND eventname IN ('GetDataAccess', 'GetTemporaryGlueTableCredentials', 'GetTemporaryGluePartitionCredentials')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
