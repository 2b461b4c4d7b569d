-- Title: A bucket opened to everybody by policy
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: bucket policies that allow everybody (Principal *, alone or in a list, or NotPrincipal) without a condition that restricts it.
-- Misses: access point policies; conditions on values that are open all the same (see the policy evaluator).
-- Parameters: none
-- Origin: Elastic: Bucket Policy Public (2026-08-21)
-- Origin: Panther: AWS resource made public (2026-07-01)
-- Origin: Splunk: Detect New Open S3 buckets over AWS CLI (policies missed there) (2024-10-24)
-- Put right: Elastic looks for the text Principal=*, so {"AWS":"*"} and lists slip through, and a condition that restricts the statement fires all the same. Statements are taken one by one; a Deny for everybody stays quiet; conditions that restrict (AWS's own list of what is not public) keep it quiet unless they allow any value.
-- Blind spot: IfExists operators and negated ones do not restrict and are treated so; other keys of AWS's list that come later are unknown.
-- False positive: Websites and public datasets.
WITH statements AS (
  SELECT e.*, coalesce(
      json_extract(e.requestparameters, '$.bucketPolicy.Statement[' || CAST(t.n AS varchar) || ']'),
      json_extract(e.requestparameters, '$.bucketPolicy.Statement')) AS statement
  FROM case_events e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.requestparameters, '$.bucketPolicy.Statement')), 1), 1) - 1)) AS t(n)
  WHERE e.eventsource = 's3.amazonaws.com' AND e.eventname = 'PutBucketPolicy'
),
allowed AS (
  SELECT *, json_format(json_extract(statement, '$.Principal')) AS who, json_format(json_extract(statement, '$.Condition')) AS conditions,
    json_format(json_extract(statement, '$.Action')) AS actions
  FROM statements
  WHERE json_extract_scalar(statement, '$.Effect') = 'Allow'
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'everybody may ' || coalesce(actions, '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, actions, conditions
FROM allowed
WHERE (regexp_like(who, '^"\*"$|"AWS"\s*:\s*"\*"|"AWS"\s*:\s*\[[^\]]*"\*"') OR json_extract(statement, '$.NotPrincipal') IS NOT NULL)
  AND NOT coalesce(
    regexp_like(conditions, '(?i)"(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)"\s*:\s*\{[^{}]*"(aws:(SourceVpce|SourceVpc|VpceAccount|VpceOrgID|PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount|SourceArn|SourceOrgID|SourceIp|userid|username)|s3:DataAccessPointAccount|s3:DataAccessPointArn)"\s*:')
    AND NOT regexp_like(conditions, '"(0\.0\.0\.0/0|::/0|\*)"'), false)
ORDER BY first_at, event_ids, actions
