-- Title: Code of a web page put into a bucket
-- Severity: low
-- Technique: T1565.001
-- Phase: impact
-- Logs: data
-- Fires on: success
-- Rows: calls
-- Finds: scripts and pages uploaded by hand below folders of a site.
-- Misses: uploads by a deployment tool, which say so.
-- Parameters: none
-- Origin: Elastic: AWS S3 Static Site JavaScript File Uploaded (2026-08-21)
-- Blind spot: What was written is in no log.
-- False positive: A site published by hand.
SELECT *, 'wrote ' || object_key AS detail, object_key AS target, CAST(NULL AS varchar) AS severity
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutObject', 'CompleteMultipartUpload') AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND regexp_like(object_key, '(?i)(^|/)(static|assets|public|www|dist|js|build)/(.*/)?[^/]+\.(js|mjs)$')
  AND NOT regexp_like(coalesce(useragent, ''), '(?i)terraform|pulumi|cloudformation|opentofu|codebuild|codepipeline|amplify|github')
