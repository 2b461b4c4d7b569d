-- Title: A bucket or object opened to everybody by ACL
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: management, data
-- Fires on: success
-- Finds: ACLs that grant anything to all users or all AWS users: grants in the body, one or several, canned ACLs and grant headers.
-- Misses: policies (see bucket-policy-public); ACLs that have no effect because public access is blocked.
-- Parameters: none
-- Origin: Splunk: Detect New Open S3 buckets (2024-10-24)
-- Origin: Elastic: ACL public by new identity (2026-08-21)
-- Put right: Splunk reads grants only as a list, so a lone grant is skipped, knows no canned ACL and counts failures; Elastic knows canned ACLs only and excludes infrastructure tools by their user agent. All three forms count here, also authenticated-read and x-amz-grant-read, for objects and new buckets too.
-- Blind spot: Buckets with ACLs disabled (the default since April 2023) refuse the call: it is then an attempt.
-- False positive: Websites and public datasets.
WITH opened AS (
  SELECT *, CASE
      WHEN regexp_like(requestparameters, '"x-amz-acl"\s*:') THEN 'canned ' || coalesce(json_extract_scalar(requestparameters, '$["x-amz-acl"]'), json_extract_scalar(requestparameters, '$["x-amz-acl"][0]'), '')
      WHEN regexp_like(requestparameters, '"x-amz-grant-') THEN 'grant header'
      ELSE 'grant' END AS variant
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com'
    AND eventname IN ('PutBucketAcl', 'PutObjectAcl', 'CreateBucket', 'PutObject', 'CopyObject', 'CreateMultipartUpload')
    AND (regexp_like(json_format(json_extract(requestparameters, '$.AccessControlPolicy')), '"URI"\s*:\s*"https?://acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)"')
      OR regexp_like(requestparameters, '"x-amz-acl"\s*:\s*\[?\s*"(public-read|public-read-write|authenticated-read)"')
      OR regexp_like(requestparameters, '"x-amz-grant-(read|write|read-acp|write-acp|full-control)"\s*:\s*\[?\s*"([^"\\]|\\.)*groups/global/(AllUsers|AuthenticatedUsers)'))
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname || ' ' || variant || coalesce(' ' || object_key, '') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, variant,
  CASE WHEN eventname IN ('PutBucketAcl', 'CreateBucket') THEN 'high' ELSE 'medium' END AS severity
FROM opened
WHERE principal_type IS DISTINCT FROM 'AWSService'
ORDER BY first_at, event_ids
