-- Title: Credentials of an EC2 instance used from outside
-- Severity: high
-- Technique: T1552.005
-- Phase: initial access
-- Logs: management, data
-- Fires on: success
-- Finds: sessions of an instance role (session name i-…) calling from a public address without a VPC endpoint.
-- Misses: actors who use the credentials on the instance itself or from within the VPC; container and Lambda roles, whose session has no instance id.
-- Parameter: suspects
-- Origin: Panther: Instance-role session from public IP (IMDS credential exfiltration) (2026-07-01)
-- Origin: Datadog: Steal EC2 instance credentials (2026-08-19)
-- Put right: An instance that calls from one public address only is at its own; a suspect's, or one with the agent of a laptop, is not.
-- Put right: An instance with an internet route shows its own public address too: one address alone weighs medium, a session seen from several weighs high. VPC endpoints and service names are no address and stay out.
-- Blind spot: Masked or proxied addresses hide the difference.
-- Blind spot: CloudTrail does not tell which public address is the instance's own.
-- False positive: Instances that reach AWS over their own public address or a NAT gateway.
WITH sessions AS (
  SELECT *, coalesce(regexp_extract(principal_id, ':(i-[0-9a-f]{8,17})$', 1), regexp_extract(principal_arn, '/(i-[0-9a-f]{8,17})$', 1)) AS instance
  FROM case_events
  WHERE principal_type = 'AssumedRole' AND invoked_by IS NULL AND vpcendpointid IS NULL
),
spread AS (
  SELECT instance, count(DISTINCT sourceip) AS addresses FROM sessions WHERE instance IS NOT NULL GROUP BY instance
),
suspected AS (
  SELECT DISTINCT instance FROM sessions
  WHERE instance IS NOT NULL AND arrays_overlap(split(?, ','), ARRAY[coalesce(access_key_id, '-'), coalesce(principal_id, '-')])
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  max(coalesce(nullif(s.principal_arn, ''), s.principal_id)) AS principal,
  s.access_key_id AS access_key_id, s.sourceip AS sourceip, min(s.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  s.instance || ' seen from ' || CAST(max(spread.addresses) AS varchar) || ' address(es)' AS detail,
  CASE WHEN count_if(s.errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  s.instance, count(DISTINCT s.bucket) AS buckets, max(s.useragent) AS useragent,
  CASE WHEN max(spread.addresses) > 1 THEN 'high' ELSE 'medium' END AS severity
FROM sessions s JOIN spread ON spread.instance = s.instance
LEFT JOIN suspected x ON x.instance = s.instance
WHERE (spread.addresses > 1 OR x.instance IS NOT NULL OR regexp_like(s.useragent, '(?i)darwin|macos|kali|parrot|pentoo'))
    AND regexp_like(sourceip, '^[0-9a-fA-F:.]+$') AND regexp_like(sourceip, '[.:]')
    AND NOT regexp_like(lower(sourceip), '^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)')
GROUP BY s.instance, s.access_key_id, s.sourceip
ORDER BY first_at, principal, sourceip, access_key_id
