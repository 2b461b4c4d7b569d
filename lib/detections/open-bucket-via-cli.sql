-- Title: A bucket opened to everybody from the command line
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: ACL, policy or public access block opened by a caller whose agent is the AWS CLI.
-- Misses: the same done by SDK or console (see bucket-acl-public, bucket-policy-public, public-access-block-weakened).
-- Parameters: none
-- Origin: Splunk: Detect New Open S3 Buckets over AWS CLI (2024-10-24)
-- Put right: Splunk's OR binds before its AND, so any PutBucketAcl from the CLI fires, private ones too, and x-amz-grant-read, the usual way to open a bucket, is shown but never tested. Canned ACLs, policies and the public access block were missed.
-- Blind spot: The agent can be changed; the detections without an agent see the same.
-- False positive: Administrators at the command line.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  eventname AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, useragent
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND regexp_like(useragent, '^\[?aws-cli/')
  AND ((eventname IN ('PutBucketAcl', 'CreateBucket') AND (regexp_like(json_format(json_extract(requestparameters, '$.AccessControlPolicy')), '"URI"\s*:\s*"https?://acs\.amazonaws\.com/groups/global/(AllUsers|AuthenticatedUsers)"')
      OR regexp_like(requestparameters, '"x-amz-acl"\s*:\s*\[?\s*"(public-read|public-read-write|authenticated-read)"')
      OR regexp_like(requestparameters, '"x-amz-grant-(read|write|read-acp|write-acp|full-control)"\s*:\s*\[?\s*"([^"\\]|\\.)*groups/global/(AllUsers|AuthenticatedUsers)')))
    OR (eventname = 'PutBucketPolicy'
      AND regexp_like(json_format(json_extract(requestparameters, '$.bucketPolicy')), '"Principal"\s*:\s*("\*"|\{[^{}]*"AWS"\s*:\s*(\[[^\]]*)?"\*")')
      AND regexp_like(json_format(json_extract(requestparameters, '$.bucketPolicy')), '"Effect"\s*:\s*"Allow"')
      AND json_extract(requestparameters, '$.bucketPolicy.Statement.Condition') IS NULL
      AND json_extract(requestparameters, '$.bucketPolicy.Statement[0].Condition') IS NULL)
    OR eventname IN ('DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock'))
ORDER BY first_at, event_ids
