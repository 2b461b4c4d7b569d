-- Title: Logging stopped, deleted or narrowed
-- Severity: critical
-- Technique: T1562.008
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: trails and event data stores stopped, deleted or narrowed; flow logs, DNS query logs and log groups deleted; the organisation left.
-- Misses: logs deleted in their bucket (see deletion-spike, expiration-lifecycle-added); a trail redirected by its bucket's policy.
-- Parameters: none
-- Origin: Sigma: Trail changes: StopLogging, UpdateTrail, DeleteTrail (2026-08-05)
-- Origin: seed: Reconstructing a breach with Athena: anti-forensics (StopLogging, DeleteTrail) (2026-06-01)
-- Origin: Datadog: Stop, delete trail; event selectors; remove VPC flow logs; delete DNS query logs; leave organization (2026-08-19)
-- Put right: Sigma fires on failed calls and on every UpdateTrail and knows no event selectors. A failed call is an attempt; selectors and updates say what was narrowed.
-- Blind spot: The last events before logging stops may never be delivered.
-- Blind spot: What the selectors were before is not in the log: selectors without S3 data events weigh low, because there may never have been any.
-- False positive: A trail replaced by an organisation trail.
WITH calls AS (
  SELECT *, CASE
      WHEN eventname = 'PutEventSelectors' THEN CASE
        WHEN regexp_like(requestparameters, '"advancedEventSelectors"\s*:\s*\[') THEN CASE
          WHEN NOT regexp_like(requestparameters, '"Management"') THEN 'management events off'
          WHEN NOT regexp_like(requestparameters, 'AWS::S3::Object') THEN 'no S3 data events' END
        WHEN regexp_like(requestparameters, '"includeManagementEvents"\s*:\s*false') THEN 'management events off'
        WHEN regexp_like(requestparameters, '"readWriteType"\s*:\s*"(ReadOnly|WriteOnly)"') THEN 'only part of reads and writes'
        WHEN regexp_like(requestparameters, '"excludeManagementEventSources"\s*:\s*\[\s*"') THEN 'sources excluded'
        WHEN NOT regexp_like(requestparameters, 'AWS::S3::Object') THEN 'no S3 data events' END
      WHEN eventname = 'UpdateTrail' THEN CASE
        WHEN regexp_like(requestparameters, '"(isMultiRegionTrail|includeGlobalServiceEvents|enableLogFileValidation|isOrganizationTrail)"\s*:\s*false') THEN 'narrowed'
        WHEN regexp_like(requestparameters, '"(s3BucketName|kmsKeyId)"\s*:\s*"') THEN 'redirected'
        WHEN regexp_like(requestparameters, '"cloudWatchLogsLogGroupArn"\s*:\s*""') THEN 'cut off from its log group' END
      WHEN eventname = 'PutInsightSelectors' THEN CASE WHEN regexp_like(requestparameters, '"insightSelectors"\s*:\s*\[\s*\]') THEN 'insights off' END
      WHEN eventname = 'LeaveOrganization' THEN 'organisation left'
      ELSE 'stopped or deleted' END AS change
  FROM case_events
  WHERE (eventsource = 'cloudtrail.amazonaws.com' AND eventname IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors',
      'StopEventDataStoreIngestion', 'DeleteEventDataStore', 'DeregisterOrganizationDelegatedAdmin'))
    OR (eventsource = 'ec2.amazonaws.com' AND eventname = 'DeleteFlowLogs')
    OR (eventsource = 'route53resolver.amazonaws.com' AND eventname IN ('DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig'))
    OR (eventsource = 'logs.amazonaws.com' AND eventname IN ('DeleteLogGroup', 'DeleteLogStream'))
    OR (eventsource = 'organizations.amazonaws.com' AND eventname = 'LeaveOrganization')
    OR (eventsource = 'config.amazonaws.com' AND eventname IN ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel'))
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' ' || change || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.trailName'),
    json_extract_scalar(requestparameters, '$.logGroupName'), json_extract_scalar(requestparameters, '$.DeleteFlowLogsRequest.FlowLogId.content')), '') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, change,
  CASE WHEN eventsource = 'cloudtrail.amazonaws.com' AND change IN ('stopped or deleted', 'management events off') THEN 'critical'
    WHEN change = 'no S3 data events' THEN 'low'
    WHEN change IN ('only part of reads and writes', 'sources excluded', 'narrowed', 'redirected', 'cut off from its log group', 'insights off') THEN 'medium'
    ELSE 'high' END AS severity
FROM calls
WHERE change IS NOT NULL
ORDER BY first_at, event_ids
