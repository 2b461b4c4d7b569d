-- Title: Answers of queries written into a bucket of the caller's choice
-- Severity: high
-- Technique: T1567.002
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: UNLOAD and COPY statements of Athena and Redshift, and queries whose results go to a bucket that nobody used in the logs before.
-- Misses: results read where they were meant to go (bulk-download sees that).
-- Parameters: none
-- Origin: Cordon: UNLOAD is on no list of the peers
-- Blind spot: Whose a bucket is cannot be told from its name.
-- False positive: Data teams that unload for others, into buckets the logs do not show.
WITH calls AS (
  SELECT *, coalesce(json_extract_scalar(requestparameters, '$.queryString'), json_extract_scalar(requestparameters, '$.sql')) AS statement,
    coalesce(regexp_extract(coalesce(json_extract_scalar(requestparameters, '$.queryString'), json_extract_scalar(requestparameters, '$.sql')), '(?i)\bTO\s+''s3://([^/'']+)', 1), regexp_extract(json_extract_scalar(requestparameters, '$.resultConfiguration.outputLocation'), '^s3://([^/]+)', 1)) AS into_bucket
  FROM case_events
  WHERE ((eventsource = 'athena.amazonaws.com' AND eventname IN ('StartQueryExecution')) OR (eventsource = 'redshift-data.amazonaws.com' AND eventname IN ('ExecuteStatement', 'BatchExecuteStatement'))) AND principal_type IS DISTINCT FROM 'AWSService'
),
known AS (
  SELECT into_bucket, count(DISTINCT coalesce(access_key_id, principal_id)) AS callers, min(eventtime) AS first_at FROM calls GROUP BY into_bucket
),
own AS (
  SELECT DISTINCT bucket FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND bucket IS NOT NULL AND eventname IN ('CreateBucket', 'PutBucketPolicy', 'PutObject', 'GetBucketLocation', 'GetBucketAcl', 'ListObjects')
)
SELECT c.*, CASE WHEN regexp_like(c.statement, '(?i)^\s*UNLOAD') THEN 'UNLOAD into ' ELSE 'results into ' END || c.into_bucket AS detail, c.into_bucket AS target,
  CASE WHEN regexp_like(c.statement, '(?i)^\s*UNLOAD') AND own.bucket IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM calls c JOIN known k ON k.into_bucket = c.into_bucket
LEFT JOIN own ON own.bucket = c.into_bucket
WHERE regexp_like(c.statement, '(?i)^\s*UNLOAD') OR (k.callers = 1 AND own.bucket IS NULL AND json_extract_scalar(requestparameters, '$.resultConfiguration.outputLocation') IS NOT NULL)
