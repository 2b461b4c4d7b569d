-- Finds: every credential that a call in the case table made: access keys, role sessions, session and federation tokens.
-- Misses: credentials made outside the window; console sign-ins, which make none that a log shows.
-- Parameters: none.
SELECT
  eventid, eventtime, eventname, eventsource, principal_id, principal_arn, access_key_id, sourceip,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.accessKeyId'),
    json_extract_scalar(responseelements, '$.credentials.accessKeyId')) AS minted_key,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.userName'), json_extract_scalar(requestparameters, '$.userName')) AS minted_user,
  json_extract_scalar(responseelements, '$.assumedRoleUser.arn') AS minted_arn,
  json_extract_scalar(responseelements, '$.assumedRoleUser.assumedRoleId') AS minted_session,
  json_extract_scalar(requestparameters, '$.roleArn') AS role_arn
FROM case_events
WHERE errorcode IS NULL
  AND eventname IN ('CreateAccessKey', 'AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot',
    'GetSessionToken', 'GetFederationToken')
ORDER BY eventtime, event_key
