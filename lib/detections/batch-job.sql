-- Title: An S3 Batch Operations job over many objects
-- Severity: medium
-- Technique: T1119
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: S3 Batch jobs asked for (CreateJob) and made (JobCreated), one row per job; copies and restores weigh high.
-- Misses: what the job did to which object: its completion report says that.
-- Parameters: none
-- Origin: Splunk: Batch Service (JobCreated) (2024-10-24)
-- Put right: Splunk shows JobCreated, an event of the service that names no caller; it is joined to the CreateJob of the person who asked.
-- Blind spot: The manifest, that is which objects, is not in the log.
-- False positive: Lifecycle and tagging campaigns of the storage team.
WITH jobs AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller,
    coalesce(json_extract_scalar(responseelements, '$.jobId'), json_extract_scalar(responseelements, '$.JobId'), json_extract_scalar(serviceeventdetails, '$.jobId'),
      regexp_extract(json_extract_scalar(serviceeventdetails, '$.jobArn'), 'job/(.+)$', 1), eventid) AS job,
    json_extract_scalar(serviceeventdetails, '$.status') AS job_status,
    regexp_extract(json_format(json_extract(requestparameters, '$.CreateJobRequest')), '"(S3PutObjectCopy|S3InitiateRestoreObject|S3DeleteObjectTagging|S3PutObjectTagging|S3PutObjectAcl|S3ReplicateObject|LambdaInvoke|S3PutObjectLegalHold|S3PutObjectRetention)"', 1) AS operation,
    regexp_extract(json_format(json_extract(requestparameters, '$.CreateJobRequest.Operation')), '"TargetResource"\s*:\s*"([^"]+)"', 1) AS target
  FROM case_events
  WHERE eventsource IN ('s3.amazonaws.com', 's3-outposts.amazonaws.com') AND eventname IN ('CreateJob', 'JobCreated')
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(min(CASE WHEN eventname = 'CreateJob' THEN caller END), min(caller)) AS principal,
  min(access_key_id) AS access_key_id, min(CASE WHEN eventname = 'CreateJob' THEN sourceip END) AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  coalesce(max(operation), 'operation not logged') || coalesce(' to ' || max(target), '') || ' job ' || job AS detail,
  CASE WHEN count_if(errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  job, max(operation) AS operation, max(target) AS target, max(job_status) AS job_status,
  CASE WHEN max(operation) IN ('S3PutObjectCopy', 'S3InitiateRestoreObject', 'S3ReplicateObject', 'LambdaInvoke', 'S3PutObjectAcl') THEN 'high' ELSE 'medium' END AS severity
FROM jobs
GROUP BY job
ORDER BY first_at, job
