-- Title: A VPC endpoint used from a public address
-- Severity: high
-- Technique: T1078.004
-- Phase: initial access
-- Logs: network
-- Fires on: success
-- Finds: events of a VPC endpoint for S3 (category NetworkActivity) whose source is a public address.
-- Misses: endpoints without network activity events, which are off by default.
-- Parameters: none
-- Origin: Panther: VPC endpoint event with global source IP (2026-07-01)
-- Put right: Refused calls are shown as attempts; private, carrier-grade, loopback and link-local ranges of both families are told apart.
-- Blind spot: Needs network activity events on the trail.
-- False positive: Addresses of an on-premises network with public numbering.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  vpcendpointid || ' ' || array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') AS detail,
  CASE WHEN count_if(errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  vpcendpointid
FROM case_events
WHERE (eventcategory = 'NetworkActivity' OR eventtype = 'AwsVpceEvent') AND vpcendpointid IS NOT NULL
  AND eventsource = 's3.amazonaws.com'
  AND regexp_like(sourceip, '^[0-9a-fA-F:.]+$') AND regexp_like(sourceip, '[.:]')
    AND NOT regexp_like(lower(sourceip), '^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)')
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket, vpcendpointid
ORDER BY first_at, principal, sourceip, bucket, vpcendpointid
