-- Title: Alarms and notices silenced
-- Severity: medium
-- Technique: T1562.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: rules of EventBridge disabled, deleted or emptied, alarms deleted or muted, topics and subscriptions removed, and contacts of the account changed.
-- Misses: a rule whose pattern was changed to match nothing.
-- Parameters: none
-- Origin: Elastic: AWS EventBridge Rule Disabled or Deleted; AWS CloudWatch Alarm Deletion (2026-08-21)
-- Origin: Turbot: EventBridge Rule Disabled; EventBridge Rule Deleted (2025-03-03)
-- Origin: Suzaku: AWS CloudWatch DeleteAlarms (2026-08-12)
-- Blind spot: Where a notice went is not in the log.
-- False positive: Stacks being torn down.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.rule'), json_extract_scalar(requestparameters, '$.alternateContactType'), json_extract_scalar(requestparameters, '$.topicArn'), json_extract_scalar(requestparameters, '$.subscriptionArn')), json_format(json_extract(requestparameters, '$.alarmNames')), '') AS detail,
  coalesce(coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.rule'), json_extract_scalar(requestparameters, '$.emailAddress'), json_extract_scalar(requestparameters, '$.topicArn')), json_format(json_extract(requestparameters, '$.alarmNames'))) AS target,
  CASE WHEN regexp_like(requestparameters, '(?i)guardduty|security|cloudtrail|macie|root') THEN 'high' END AS severity
FROM case_events
WHERE ((eventsource = 'events.amazonaws.com' AND eventname IN ('DisableRule', 'DeleteRule', 'RemoveTargets', 'DeleteEventBus'))
    OR (eventsource = 'monitoring.amazonaws.com' AND eventname IN ('DeleteAlarms', 'DisableAlarmActions', 'DeleteInsightRules'))
    OR (eventsource = 'sns.amazonaws.com' AND eventname IN ('DeleteTopic', 'Unsubscribe'))
    OR (eventsource = 'account.amazonaws.com' AND eventname IN ('PutAlternateContact', 'DeleteAlternateContact', 'PutContactInformation', 'StartPrimaryEmailUpdate',
      'AcceptPrimaryEmailUpdate')))
  AND principal_type IS DISTINCT FROM 'AWSService'
