-- Title: Another way to a bucket: access points, Object Lambda, Access Grants
-- Severity: medium
-- Technique: T1530
-- Phase: collection
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: access points made, with their block on public access off or for a bucket of another account, multi-Region and Object Lambda access points, and grants of S3 Access Grants.
-- Misses: policies of access points that name another account (see resource-policy-foreign).
-- Parameters: none
-- Origin: Cordon: access points are on no list of the peers
-- Blind spot: What is read through an access point is logged under its ARN.
-- False positive: Data teams give each application an access point of its own.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.CreateMultiRegionAccessPointRequest.Details.Name'), json_extract_scalar(requestparameters, '$.Grantee.GranteeIdentifier'), json_extract_scalar(requestparameters, '$.CreateAccessGrantRequest.Grantee.GranteeIdentifier')), '-')
    || CASE WHEN regexp_like(requestparameters, '(?i)"(BlockPublicPolicy|RestrictPublicBuckets)"\s*:\s*"?false') THEN ' with public access not blocked' ELSE '' END AS detail,
  coalesce(coalesce(json_extract_scalar(requestparameters, '$.CreateAccessPointRequest.Bucket'), json_extract_scalar(requestparameters, '$.CreateAccessPointRequest.BucketAccountId'), json_extract_scalar(requestparameters, '$.Grantee.GranteeIdentifier'), json_extract_scalar(requestparameters, '$.CreateAccessGrantRequest.Grantee.GranteeIdentifier')), bucket) AS target,
  CASE WHEN regexp_like(requestparameters, '(?i)"(BlockPublicPolicy|RestrictPublicBuckets)"\s*:\s*"?false') THEN 'high'
    WHEN eventname LIKE '%ObjectLambda%' OR eventname LIKE 'CreateAccessGrant%' THEN 'high'
    WHEN regexp_like(requestparameters, '"VpcConfiguration"') THEN 'low' END AS severity
FROM case_events
WHERE eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3-outposts.amazonaws.com')
  AND eventname IN ('CreateAccessPoint', 'CreateMultiRegionAccessPoint', 'CreateAccessPointForObjectLambda',
      'PutAccessPointConfigurationForObjectLambda', 'CreateAccessGrantsInstance', 'CreateAccessGrantsLocation',
      'CreateAccessGrant', 'AssociateAccessGrantsIdentityCenter', 'PutAccessPointPublicAccessBlock',
      'DeleteAccessPointPublicAccessBlock')
  AND principal_type IS DISTINCT FROM 'AWSService'
