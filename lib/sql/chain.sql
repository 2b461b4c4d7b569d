-- Finds: every step in the case table by which one credential led to another: access keys, role sessions, tokens, console sign-ins and role switches.
-- Misses: steps taken before the window, or by credentials that no indicator of the scan named; steps that only another account logged.
-- Parameters: none.
SELECT
  eventid, eventtime, eventname, eventsource, principal_type, principal_id, principal_arn, principal_account, user_name,
  access_key_id, issuer_arn, invoked_by, source_identity, on_behalf_of, session_created, session_mfa, sourceip, useragent,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.accessKeyId'),
    json_extract_scalar(responseelements, '$.credentials.accessKeyId')) AS minted_key,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.userName'), json_extract_scalar(requestparameters, '$.userName')) AS minted_user,
  coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'), json_extract_scalar(responseelements, '$.federatedUser.arn')) AS minted_arn,
  coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.assumedRoleId'),
    json_extract_scalar(responseelements, '$.federatedUser.federatedUserId'),
    CASE WHEN eventname = 'SwitchRole' THEN principal_id END) AS minted_session,
  coalesce(json_extract_scalar(requestparameters, '$.roleArn'), json_extract_scalar(requestparameters, '$.targetPrincipal')) AS role_arn,
  coalesce(json_extract_scalar(requestparameters, '$.sourceIdentity'), json_extract_scalar(responseelements, '$.sourceIdentity')) AS given_identity,
  json_extract_scalar(requestparameters, '$.roleSessionName') AS session_name,
  json_extract_scalar(requestparameters, '$.principalArn') AS saml_provider,
  json_extract_scalar(responseelements, '$.subject') AS saml_subject,
  coalesce(json_extract_scalar(responseelements, '$.provider'), json_extract_scalar(requestparameters, '$.providerId')) AS web_provider,
  json_extract_scalar(responseelements, '$.subjectFromWebIdentityToken') AS web_subject,
  json_extract_scalar(requestparameters, '$.serialNumber') AS mfa_serial,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa_used,
  json_extract_scalar(additionaleventdata, '$.SwitchFrom') AS switched_from,
  json_extract_scalar(responseelements, '$.credentials.expiration') AS expiration,
  json_extract_scalar(requestparameters, '$.durationSeconds') AS duration
FROM case_events
WHERE errorcode IS NULL
  AND (eventname IN ('CreateAccessKey', 'AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot',
      'GetSessionToken', 'GetFederationToken', 'SwitchRole')
    OR (eventname = 'ConsoleLogin' AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success'))
ORDER BY eventtime, event_key
