-- Title: Objects deleted by a suspect, or in masses
-- Severity: medium
-- Technique: T1485
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Rows: bursts of deletions
-- Finds: callers who delete masses of objects within an hour; of a suspect, a single batch or object counts.
-- Misses: expiry by a lifecycle rule; keys inside a batch, which is one event for up to 1,000.
-- Parameter: suspects
-- Parameter: deletions = 500: Different deletions within an hour that count
-- Parameter: deletions of a suspect = 1: Different deletions within an hour that count when a suspect asks
-- Origin: Panther: AWS S3 Delete Object Detection; AWS S3 Delete Objects Detection (2026-07-01)
-- Origin: Datadog: S3 Ransomware through individual file deletion; S3 Ransomware through batch file deletion (2026-08-19)
-- Blind spot: Without data events nothing is seen.
-- False positive: Applications that clean up after themselves.
SELECT *, coalesce(object_key, '') || ' ' || eventid AS item
FROM case_events
WHERE eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com') AND errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND eventname IN ('DeleteObject', 'DeleteObjects') AND NOT regexp_like(coalesce(object_key, ''), '(?i)(^|/)(stage|staging|tmp|temp|_temporary|incoming|landing|inbox|queue|processing|scratch|spool)(/|$)')
