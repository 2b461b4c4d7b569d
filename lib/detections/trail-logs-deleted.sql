-- Title: Log files of the trail deleted
-- Severity: critical
-- Technique: T1070
-- Phase: covering tracks
-- Logs: data
-- Fires on: success
-- Rows: bursts of log files
-- Finds: objects below AWSLogs deleted, whatever the bucket is called.
-- Misses: expiry by a lifecycle rule (see expiration-lifecycle-added).
-- Parameter: suspects
-- Parameter: log files = 1: Different log files within an hour that count
-- Parameter: log files of a suspect = 1: Different log files within an hour that count when a suspect asks
-- Origin: Cordon: who deletes the log has read this list
-- Blind spot: Without data events of the log bucket nothing is seen.
-- False positive: Old logs tidied by hand, which a lifecycle rule does better.
SELECT *, CASE WHEN eventname = 'DeleteObjects' THEN 'batch in ' || coalesce(bucket, '-') ELSE object_key END AS item
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND principal_type IS DISTINCT FROM 'AWSService'
  AND ((eventname IN ('DeleteObject', 'DeleteObjectVersion') AND regexp_like(object_key, '(^|/)AWSLogs/([^/]+/)?[0-9]{12}/(CloudTrail|CloudTrail-Digest|vpcflowlogs|elasticloadbalancing|Config)/'))
    OR (eventname = 'DeleteObjects' AND regexp_like(bucket, '(?i)cloudtrail|(^|[-.])(trail|audit|access-?logs?)([-.]|$)')))
