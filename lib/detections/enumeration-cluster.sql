-- Title: Who am I, what is there, what may I do: asked within minutes
-- Severity: medium
-- Technique: T1580
-- Phase: reconnaissance
-- Logs: management, data
-- Fires on: success
-- Finds: the densest ten minutes per caller and address with at least the given number of different questions of orientation.
-- Misses: actors who were told the bucket and the key beforehand.
-- Parameter: questions = 4: Different questions within ten minutes that make a cluster
-- Origin: seed: Reconstructing a breach with Athena: enumeration (GetCallerIdentity, ListBuckets, ListObjectsV2, GetBucketPolicy, ListRoles) (2026-06-01)
-- Origin: Sigma: TruffleHog: GetCallerIdentity (2026-08-05)
-- Put right: The seed's query lists the events of seven names and leaves the clustering to the eye; ListObjectsV2 is logged as ListObjects, so both names count.
-- Blind spot: ListObjects is a data event and may not be logged.
-- False positive: The console, posture scanners, Terraform plans.
WITH calls AS (
  SELECT eventid, eventtime, eventname, errorcode, useragent, sourceip, bucket, access_key_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second, eventname AS item
  FROM case_events
  WHERE sourceip IS NOT NULL AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
    AND eventname IN ('GetCallerIdentity', 'ListBuckets', 'ListObjects', 'ListObjectsV2', 'GetBucketPolicy', 'GetBucketAcl', 'GetBucketLocation',
      'GetBucketReplication', 'GetBucketVersioning', 'GetBucketPublicAccessBlock', 'GetAccountPublicAccessBlock', 'ListRoles', 'ListUsers',
      'ListAccessKeys', 'ListAttachedUserPolicies', 'ListAttachedRolePolicies', 'ListUserPolicies', 'ListGroupsForUser', 'GetUser',
      'GetAccountAuthorizationDetails', 'SimulatePrincipalPolicy', 'DescribeTrails', 'GetTrailStatus', 'ListDetectors')
),
points AS (
  SELECT DISTINCT caller, sourceip, at_second, item FROM calls
),
starts AS (
  SELECT DISTINCT caller, sourceip, at_second FROM points
),
windows AS (
  SELECT s.caller, s.sourceip, s.at_second AS starts_at, count(DISTINCT p.item) AS items
  FROM starts s JOIN points p ON p.caller = s.caller AND p.sourceip = s.sourceip
    AND p.at_second >= s.at_second AND p.at_second < s.at_second + 600
  GROUP BY s.caller, s.sourceip, s.at_second
),
densest AS (
  SELECT *, row_number() OVER (PARTITION BY caller, sourceip ORDER BY items DESC, starts_at) AS place FROM windows
  WHERE items >= CAST(? AS bigint)
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  c.caller AS principal,
  min(c.access_key_id) AS access_key_id, c.sourceip AS sourceip, min(c.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT c.eventname ORDER BY c.eventname), ',') AS detail,
  CASE WHEN count_if(c.errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, CASE WHEN regexp_like(max(c.useragent), '(?i)S3Console|console\.amazonaws|aws-internal') THEN 'console' ELSE 'direct' END AS via,
  max(d.items) AS kinds, count_if(c.errorcode IS NOT NULL) AS refused
FROM calls c JOIN densest d ON d.caller = c.caller AND d.sourceip = c.sourceip AND d.place = 1
  AND c.at_second >= d.starts_at AND c.at_second < d.starts_at + 600
GROUP BY c.caller, c.sourceip
ORDER BY first_at, principal, sourceip
