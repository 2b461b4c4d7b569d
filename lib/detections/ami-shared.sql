-- Title: A machine image shared with another account
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: launch permission given on an image to an account that is not ours, to an organisation, or to everybody.
-- Misses: images copied by the other account afterwards.
-- Parameter: own accounts
-- Origin: Splunk: AMI attribute (launchPermission.add) (2024-10-24)
-- Origin: seed: AWS Data Exfiltration Investigation Pattern (2025-07-24)
-- Origin: Datadog: Exfiltrate an AMI by sharing it (2026-08-19)
-- Put right: Single entries and lists are read alike; organisations count; a permission removed stays quiet.
-- Blind spot: An organisation of our own is not told from another one.
-- False positive: Image factories.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
shares AS (
  SELECT e.*, w.account
  FROM case_events e
  CROSS JOIN UNNEST(regexp_extract_all(json_format(json_extract(e.requestparameters, '$.launchPermission.add')),
    '"(?:userId|group|organizationArn|organizationalUnitArn)"\s*:\s*"?([0-9]+|all|arn:[^"]+)"?', 1)) AS w(account)
  WHERE e.eventsource = 'ec2.amazonaws.com' AND e.eventname = 'ModifyImageAttribute'
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  json_extract_scalar(requestparameters, '$.imageId') || ' to ' || shares.account AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, json_extract_scalar(requestparameters, '$.imageId') AS image, shares.account AS other_account,
  CASE WHEN shares.account = 'all' THEN 'critical' WHEN own.account IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM shares LEFT JOIN own ON own.account = shares.account
WHERE NOT contains(split(?, ','), shares.account)
ORDER BY first_at, event_ids, other_account
