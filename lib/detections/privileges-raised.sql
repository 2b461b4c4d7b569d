-- Finds: policies attached, written or versioned, group membership, and role trust changed; administrator rights and foreign accounts weigh more.
-- Misses: rights gained by assuming a stronger role (see role-chaining).
-- Parameters: own accounts.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
)
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
  coalesce(json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName')) AS policy,
  CASE WHEN regexp_like(json_extract_scalar(requestparameters, '$.policyArn'), '/(AdministratorAccess|IAMFullAccess|PowerUserAccess|AmazonS3FullAccess)$') THEN 'high'
    WHEN regexp_like(json_extract_scalar(requestparameters, '$.policyDocument'), '"Action"\s*:\s*\[?\s*"(\*|iam:\*|s3:\*)"') THEN 'high'
    WHEN eventname IN ('UpdateAssumeRolePolicy', 'CreateRole') AND coalesce(
      regexp_extract(coalesce(json_extract_scalar(requestparameters, '$.policyDocument'), json_extract_scalar(requestparameters, '$.assumeRolePolicyDocument')), 'arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):', 1) NOT IN (SELECT account FROM own) AND NOT contains(split(?, ','), regexp_extract(coalesce(json_extract_scalar(requestparameters, '$.policyDocument'), json_extract_scalar(requestparameters, '$.assumeRolePolicyDocument')), 'arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):', 1)), false) THEN 'high'
    ELSE 'medium' END AS severity
FROM case_events
WHERE eventsource = 'iam.amazonaws.com'
  AND eventname IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion',
    'SetDefaultPolicyVersion', 'AddUserToGroup', 'UpdateAssumeRolePolicy', 'CreateRole', 'DeleteRolePermissionsBoundary', 'DeleteUserPermissionsBoundary')
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND coalesce(json_extract_scalar(requestparameters, '$.policyArn'), '') NOT LIKE '%/AWSCompromisedKeyQuarantine%'
ORDER BY first_at, event_ids
