-- Title: A bucket opened to everybody from some addresses
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: bucket policies whose Allow statements name everybody and narrow that by source address, VPC, referer or agent alone.
-- Misses: addresses that are the house's own, which look alike.
-- Parameters: none
-- Origin: Cordon: a policy that one address is enough for passes every rule that looks for Principal *
-- Blind spot: A referer and an agent are what the caller writes.
-- False positive: Buckets of a site behind one proxy.
WITH statements AS (
  SELECT e.*, coalesce(
      json_extract(e.requestparameters, '$.bucketPolicy.Statement[' || CAST(t.n AS varchar) || ']'),
      json_extract(e.requestparameters, '$.bucketPolicy.Statement')) AS statement
  FROM case_events e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.requestparameters, '$.bucketPolicy.Statement')), 1), 1) - 1)) AS t(n)
  WHERE e.eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com') AND e.eventname = 'PutBucketPolicy' AND principal_type IS DISTINCT FROM 'AWSService'
),
open AS (
  SELECT *, json_format(json_extract(statement, '$.Principal')) AS principals, json_format(json_extract(statement, '$.Condition')) AS conditions
  FROM statements
  WHERE json_extract_scalar(statement, '$.Effect') = 'Allow'
)
SELECT *, 'everybody who meets ' || conditions AS detail,
  regexp_extract(conditions, '"aws:(?:SourceIp|UserAgent|Referer)"\s*:\s*(\[[^\]]*\]|"[^"]*")', 1) AS target,
  CASE WHEN regexp_like(conditions, '"(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.)') THEN 'low' END AS severity
FROM open
WHERE regexp_like(principals, '^"\*"$|"AWS"\s*:\s*(\[[^\]]*)?"\*"')
  AND regexp_like(conditions, '(?i)"aws:(SourceIp|UserAgent|Referer)"')
  AND NOT regexp_like(conditions, '(?i)"aws:(PrincipalOrgID|PrincipalAccount|PrincipalArn|SourceAccount|SourceVpce|SourceVpc|PrincipalOrgPaths)"')
