-- Title: GuardDuty switched off, blinded or taught to trust
-- Severity: critical
-- Technique: T1562.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: detectors deleted or disabled, protections switched off, trusted lists and suppression filters made, findings archived, members removed.
-- Misses: findings ignored in another product.
-- Parameters: none
-- Origin: Sigma: GuardDuty CreateIPSet, DeleteDetector, UpdateDetector enable=false (2026-08-05)
-- Put right: Failed calls fire in Sigma; single protections (S3) switched off, trusted lists updated, suppression filters and archiving are added.
-- Blind spot: A delegated administrator in another account leaves the event there.
-- False positive: Security engineers at work.
WITH calls AS (
  SELECT *, CASE
      WHEN eventname IN ('DeleteDetector', 'StopMonitoringMembers', 'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount', 'DisassociateMembers',
        'DeleteMembers', 'DeletePublishingDestination', 'DisableOrganizationAdminAccount', 'DeleteInvitations') THEN 'off'
      WHEN eventname = 'UpdateDetector' THEN CASE
        WHEN json_extract_scalar(requestparameters, '$.enable') = 'false' THEN 'off'
        WHEN regexp_like(requestparameters, '"enable"\s*:\s*false|"status"\s*:\s*"DISABLED"') THEN 'protection off' END
      WHEN eventname IN ('CreateIPSet', 'UpdateIPSet', 'CreateTrustedEntitySet', 'UpdateTrustedEntitySet') THEN 'trusted list'
      WHEN eventname IN ('DeleteThreatIntelSet', 'DeleteThreatEntitySet') THEN 'threat list removed'
      WHEN eventname IN ('CreateFilter', 'UpdateFilter') THEN CASE WHEN json_extract_scalar(requestparameters, '$.action') = 'ARCHIVE' THEN 'suppression' END
      WHEN eventname IN ('ArchiveFindings', 'UpdateFindingsFeedback') THEN 'findings archived' END AS change
  FROM case_events
  WHERE eventsource = 'guardduty.amazonaws.com' AND principal_type IS DISTINCT FROM 'AWSService'
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' ' || change AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, change,
  CASE WHEN change = 'off' THEN 'critical' WHEN change = 'findings archived' THEN 'low' ELSE 'high' END AS severity
FROM calls
WHERE change IS NOT NULL
ORDER BY first_at, event_ids
