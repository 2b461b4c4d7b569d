-- Title: Versions deleted for good
-- Severity: high
-- Technique: T1485
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Rows: bursts of versions
-- Finds: callers who delete many versions of objects within an hour: nothing brings those back; of a suspect, a few.
-- Misses: expiry by a lifecycle rule; versions inside a batch, which name no key.
-- Parameter: suspects
-- Parameter: versions = 20: Different versions within an hour that count
-- Parameter: versions of a suspect = 2: Different versions within an hour that count when a suspect asks
-- Origin: Panther: AWS S3 Delete Object Detection (2026-07-01)
-- Origin: Datadog: S3 Ransomware through individual file deletion (2026-08-19)
-- Blind spot: Without data events nothing is seen.
-- False positive: Applications that clean up old versions themselves.
SELECT *, coalesce(bucket, '') || '/' || coalesce(object_key, '') || ' ' || coalesce(version_id, '') AS item
FROM case_events
WHERE eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com') AND errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND (eventname = 'DeleteObjectVersion' OR (eventname = 'DeleteObject' AND version_id IS NOT NULL))
