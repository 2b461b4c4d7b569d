-- Title: AWS itself quarantined an access key
-- Severity: high
-- Technique: T1552
-- Phase: initial access
-- Logs: management
-- Fires on: success
-- Finds: AWSCompromisedKeyQuarantine attached to a user: AWS found the key in public.
-- Misses: leaks that AWS did not see.
-- Parameters: none
-- Origin: Elastic: AWS reacted: AWSCompromisedKeyQuarantine attached (2026-08-21)
-- Put right: The actor's own policy changes do not hide among it: privileges-raised leaves this policy out.
-- Blind spot: The quarantine leaves S3 reads allowed: it is a warning, not a containment.
-- False positive: Somebody attached it by hand after a leak.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  json_extract_scalar(requestparameters, '$.userName') || ' ' || json_extract_scalar(requestparameters, '$.policyArn') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, json_extract_scalar(requestparameters, '$.userName') AS user_name
FROM case_events
WHERE eventsource = 'iam.amazonaws.com' AND eventname = 'AttachUserPolicy'
  AND regexp_like(json_extract_scalar(requestparameters, '$.policyArn'), '/AWSCompromisedKeyQuarantine')
ORDER BY first_at, event_ids
