-- Title: Who may sign people in was changed
-- Severity: high
-- Technique: T1484.002
-- Phase: persistence
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: SAML and OIDC providers, Roles Anywhere profiles, trusted token issuers and the source of Identity Center made or changed.
-- Misses: a role that trusts a provider that was there before (see privileges-raised).
-- Parameters: none
-- Origin: Elastic: AWS IAM SAML Provider Created; AWS IAM OIDC Provider Created by Rare User; AWS IAM Roles Anywhere Profile Creation (2026-08-21)
-- Origin: Sigma: AWS Identity Center Identity Provider Change; AWS Suspicious SAML Activity (2026-08-05)
-- Origin: Splunk: AWS SAML Update identity provider (2024-10-24)
-- Origin: Panther: AWS SAML Activity (2026-07-01)
-- Blind spot: The certificate of a provider is not judged.
-- False positive: A new identity provider, planned; they are rare.
SELECT *, eventname || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.url'), json_extract_scalar(requestparameters, '$.sAMLProviderArn'), json_extract_scalar(requestparameters, '$.openIDConnectProviderArn'), json_extract_scalar(requestparameters, '$.directoryId'), json_extract_scalar(requestparameters, '$.identityPoolId')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.url'), json_extract_scalar(requestparameters, '$.sAMLProviderArn'), json_extract_scalar(requestparameters, '$.openIDConnectProviderArn')) AS target,
  CASE WHEN eventname IN ('UpdateSsoConfiguration', 'StartSSO', 'SetIdentityPoolRoles', 'DeleteSAMLProvider', 'DeleteOpenIDConnectProvider') THEN 'medium' END AS severity
FROM case_events
WHERE ((eventsource = 'iam.amazonaws.com' AND eventname IN ('CreateSAMLProvider', 'UpdateSAMLProvider', 'DeleteSAMLProvider', 'CreateOpenIDConnectProvider',
      'DeleteOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint', 'AddClientIDToOpenIDConnectProvider'))
    OR (eventsource = 'rolesanywhere.amazonaws.com' AND eventname IN ('CreateProfile', 'UpdateProfile', 'EnableProfile', 'UpdateTrustAnchor', 'EnableTrustAnchor'))
    OR (eventsource = 'cognito-identity.amazonaws.com' AND eventname = 'SetIdentityPoolRoles')
    OR (eventsource = 'sso.amazonaws.com' AND eventname IN ('AssociateDirectory', 'DisassociateDirectory', 'EnableExternalIdPConfigurationForDirectory',
      'DisableExternalIdPConfigurationForDirectory', 'CreateTrustedTokenIssuer', 'UpdateSsoConfiguration', 'StartSSO',
      'CreateInstance')))
  AND principal_type IS DISTINCT FROM 'AWSService'
