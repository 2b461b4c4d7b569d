-- Title: A distribution or an edge function in front of a bucket
-- Severity: medium
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: distributions of CloudFront made or changed with a bucket as their origin, origin access controls, and functions put on a distribution.
-- Misses: what is read through it, which is in its own logs.
-- Parameters: none
-- Origin: Suzaku: AWS CloudFront UpdateDistribution; AWS CloudFront CreateFunction (2026-08-12)
-- Blind spot: What was there before is not in the log.
-- False positive: Sites being built.
SELECT *, CASE
    WHEN regexp_like(eventname, '^(Create|Update)(Distribution|StreamingDistribution)') AND NOT regexp_like(requestparameters, '\.s3[.-]|"s3OriginConfig"|ambdaFunctionAssociations|unctionAssociations') THEN NULL
    ELSE regexp_replace(eventname, '20[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$', '') || ' ' || coalesce(regexp_extract(requestparameters, '"domainName"\s*:\s*"([^"]+)"', 1), coalesce(json_extract_scalar(requestparameters, '$.id'), json_extract_scalar(requestparameters, '$.name')), '') END AS detail,
  regexp_extract(requestparameters, '"domainName"\s*:\s*"([^"]+)"', 1) AS target,
  CASE WHEN regexp_like(requestparameters, '"lambdaFunctionARN"') THEN 'high' WHEN regexp_like(eventname, '^Create(OriginAccess|CloudFrontOrigin|Function)|^PublishFunction') THEN 'low' END AS severity
FROM case_events
WHERE eventsource = 'cloudfront.amazonaws.com' AND regexp_like(eventname, '^((Create|Update)(Distribution|StreamingDistribution|OriginAccessControl|CloudFrontOriginAccessIdentity|Function)|PublishFunction|CopyDistribution)') AND principal_type IS DISTINCT FROM 'AWSService'
