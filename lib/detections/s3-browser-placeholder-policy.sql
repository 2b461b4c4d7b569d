-- Title: S3 Browser's unedited policy template written
-- Severity: high
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Finds: PutUserPolicy whose document still holds the placeholder bucket of S3 Browser's template.
-- Misses: templates that were filled in.
-- Parameters: none
-- Origin: Sigma: S3 Browser policy (PutUserPolicy with placeholder bucket) (2026-08-05)
-- Put right: Not bound to the user agent, which can be changed.
-- Blind spot: One actor's slip of the hand; others do not make it.
-- False positive: Somebody following a tutorial.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  coalesce(json_extract_scalar(requestparameters, '$.userName'), '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, useragent
FROM case_events
WHERE eventsource = 'iam.amazonaws.com' AND eventname IN ('PutUserPolicy', 'CreatePolicy', 'PutRolePolicy')
  AND regexp_like(json_extract_scalar(requestparameters, '$.policyDocument'), '<YOUR-BUCKET-NAME>|YOUR-BUCKET-NAME|<your-bucket-name>')
ORDER BY first_at, event_ids
