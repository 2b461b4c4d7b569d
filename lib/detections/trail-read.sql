-- Title: The trail's own events and detectors read
-- Severity: low
-- Technique: T1654
-- Phase: reconnaissance
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of questions
-- Finds: callers who look through events, detectors, findings and backups many times within an hour; of a suspect, once.
-- Misses: questions to a store of logs outside AWS.
-- Parameter: suspects
-- Parameter: questions = 30: Different questions within an hour that count
-- Parameter: questions of a suspect = 1: Different questions within an hour that count when a suspect asks
-- Origin: Suzaku: AWS CloudTrail LookupEvents (2026-08-12)
-- Blind spot: None.
-- False positive: Security engineers at work.
SELECT *, eventname || ' ' || substr(eventtime, 1, 16) AS item
FROM case_events
WHERE principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND ((eventsource = 'cloudtrail.amazonaws.com' AND eventname IN ('LookupEvents', 'DescribeTrails', 'GetTrailStatus', 'GetEventSelectors', 'StartQuery', 'ListTrails', 'GetTrail'))
    OR (eventsource = 'guardduty.amazonaws.com' AND eventname IN ('ListDetectors', 'GetDetector', 'ListFindings', 'GetFindings', 'ListIPSets'))
    OR (eventsource = 'backup.amazonaws.com' AND eventname IN ('ListBackupVaults', 'ListRecoveryPointsByBackupVault', 'ListBackupPlans'))
    OR (eventsource = 'securityhub.amazonaws.com' AND eventname IN ('GetFindings', 'DescribeHub'))
    OR (eventsource = 'config.amazonaws.com' AND eventname IN ('DescribeConfigurationRecorders', 'DescribeDeliveryChannels'))
    OR (eventsource = 'logs.amazonaws.com' AND eventname IN ('DescribeLogGroups', 'FilterLogEvents', 'StartQuery', 'GetLogEvents', 'DescribeSubscriptionFilters', 'GetLogRecord',
      'GetQueryResults')))
