-- Title: Permissions widened or a role opened
-- Severity: medium
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Finds: policies attached, written or versioned, group membership, and role trust changed; administrator rights and foreign accounts weigh more.
-- Misses: rights gained by assuming a stronger role (see role-chaining).
-- Parameter: own accounts
-- Origin: seed: Reconstructing a breach with Athena: escalation (AttachUserPolicy, PutUserPolicy) (2026-06-01)
-- Origin: Datadog: Create an administrative IAM user; backdoor an IAM role (2026-08-19)
-- Put right: A policy that only denies raises nothing.
-- Put right: The seed's query asks for CreateAccessKey and AssumeRole only and finds none of the policy changes its text names.
-- Blind spot: A managed policy is judged by its name, not by what it says.
-- Blind spot: Trust in an identity provider is not judged.
-- False positive: Deployment pipelines.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
changes AS (
  SELECT *, coalesce(json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.policyName')) AS policy,
    coalesce(json_extract_scalar(requestparameters, '$.policyDocument'), json_extract_scalar(requestparameters, '$.assumeRolePolicyDocument')) AS document
  FROM case_events
  WHERE eventsource = 'iam.amazonaws.com'
    AND eventname IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion', 'CreatePolicy',
      'SetDefaultPolicyVersion', 'AddUserToGroup', 'UpdateAssumeRolePolicy', 'CreateRole', 'DeleteRolePermissionsBoundary', 'DeleteUserPermissionsBoundary')
    AND principal_type IS DISTINCT FROM 'AWSService'
),
trusting AS (
  SELECT DISTINCT c.eventid
  FROM changes c CROSS JOIN UNNEST(regexp_extract_all(c.document, '(?:arn:aws[a-z-]*:(?:iam|sts)::|"AWS"\s*:\s*\[?\s*")([0-9]{12}|\*)[:"]', 1)) AS t(account)
  WHERE c.eventname IN ('UpdateAssumeRolePolicy', 'CreateRole') AND account NOT IN (SELECT account FROM own) AND NOT contains(split(?, ','), account)
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, c.eventid AS event_ids,
  eventname || ' ' || coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.groupName'), json_extract_scalar(requestparameters, '$.policyArn'), json_extract_scalar(requestparameters, '$.name'), '-') || CASE WHEN t.eventid IS NULL THEN '' ELSE ' trusts another account' END AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, policy,
  CASE WHEN t.eventid IS NOT NULL THEN 'high'
    WHEN regexp_like(policy, '/(AdministratorAccess|IAMFullAccess|PowerUserAccess|AmazonS3FullAccess)$') THEN 'high'
    WHEN regexp_like(document, '"Action"\s*:\s*\[?\s*"(\*|iam:\*|s3:\*)"') THEN 'high'
    ELSE 'medium' END AS severity
FROM changes c LEFT JOIN trusting t ON t.eventid = c.eventid
WHERE (eventname <> 'CreateRole' OR t.eventid IS NOT NULL)
  AND (eventname <> 'CreatePolicy' OR regexp_like(coalesce(document, ''), '"Action"\s*:\s*\[?\s*"(\*|[a-z0-9-]+:\*)"'))
  AND coalesce(policy, '') NOT LIKE '%/AWSCompromisedKeyQuarantine%'
  AND NOT (eventname LIKE 'Attach%' AND regexp_like(coalesce(policy, ''), '(?i)/[^/]*deny[^/]*$'))
  AND NOT (eventname IN ('PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion') AND regexp_like(coalesce(document, ''), '"Deny"') AND NOT regexp_like(document, '"Allow"'))
ORDER BY first_at, event_ids
