-- Title: New credentials made
-- Severity: medium
-- Technique: T1098.001
-- Phase: persistence
-- Logs: management
-- Fires on: success
-- Finds: access keys, console passwords, session and federation tokens, users and sign-in certificates made or changed.
-- Misses: credentials of identity providers outside AWS; roles assumed (see role-chaining).
-- Parameters: none
-- Origin: Sigma: STS GetSessionToken by IAMUser (2026-08-05)
-- Origin: seed: Reconstructing a breach with Athena: persistence (CreateAccessKey) (2026-06-01)
-- Origin: Datadog: IAM backdoor user; create login profile; federation token (2026-08-19)
-- Put right: A key set inactive is none that was made.
-- Put right: Session tokens outlive a deactivated key until they expire, and federation tokens hide behind the user's name: both are credentials made, not mere calls.
-- Blind spot: A token made before the case table begins.
-- False positive: Administrators do this for a living; SDKs ask for session tokens when MFA is used.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' ' || coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.groupName'), json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.name'), '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.accessKeyId'), json_extract_scalar(responseelements, '$.credentials.accessKeyId')) AS minted_key
FROM case_events
WHERE ((eventsource = 'iam.amazonaws.com' AND eventname IN ('CreateAccessKey', 'UpdateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateUser',
      'UploadSigningCertificate', 'CreateServiceSpecificCredential', 'DeactivateMFADevice', 'CreateVirtualMFADevice'))
    OR (eventsource = 'sts.amazonaws.com' AND eventname IN ('GetSessionToken', 'GetFederationToken'))
    OR (eventsource = 'rolesanywhere.amazonaws.com' AND eventname = 'CreateTrustAnchor'))
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND NOT (eventname = 'UpdateAccessKey' AND json_extract_scalar(requestparameters, '$.status') = 'Inactive')
ORDER BY first_at, event_ids
