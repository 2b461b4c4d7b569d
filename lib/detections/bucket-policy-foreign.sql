-- Title: A bucket shared with another account by policy
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: bucket policies whose Allow statements name an account that is not ours, as principal or in a condition, or a canonical user id.
-- Misses: access through a role of ours that trusts another account (see privileges-raised); CloudFront origin identities, which carry no account.
-- Parameter: own accounts
-- Origin: Elastic: Bucket Policy Shared with External Account (2026-08-21)
-- Origin: Datadog: Backdoor an S3 bucket via its bucket policy (2026-08-19)
-- Put right: Elastic is quiet whenever the own account appears anywhere in the text, so that a policy naming both slips through; each account named is judged alone here. Service principals and Deny statements are no sharing.
-- Blind spot: Organisation-wide conditions (aws:PrincipalOrgID) of a foreign organisation are not resolved.
-- False positive: Partners, log archives, vendors.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
statements AS (
  SELECT e.*, coalesce(
      json_extract(e.requestparameters, '$.bucketPolicy.Statement[' || CAST(t.n AS varchar) || ']'),
      json_extract(e.requestparameters, '$.bucketPolicy.Statement')) AS statement
  FROM case_events e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.requestparameters, '$.bucketPolicy.Statement')), 1), 1) - 1)) AS t(n)
  WHERE e.eventsource = 's3.amazonaws.com' AND e.eventname = 'PutBucketPolicy'
),
named AS (
  SELECT s.*, p.account, json_format(json_extract(s.statement, '$.Action')) AS actions
  FROM statements s
  CROSS JOIN UNNEST(regexp_extract_all(
    coalesce(json_format(json_extract(s.statement, '$.Principal')), '') || ' ' || coalesce(regexp_extract(json_format(json_extract(s.statement, '$.Condition')), '"aws:PrincipalAccount"\s*:\s*(\[[^\]]*\]|"[^"]*")', 1), ''),
    '(?:arn:aws[a-z-]*:(?:iam|sts)::|")([0-9]{12}|[0-9a-f]{64})[:"]', 1)) AS p(account)
  WHERE json_extract_scalar(s.statement, '$.Effect') = 'Allow'
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  'account ' || named.account || ' may ' || coalesce(actions, '-') AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, named.account AS other_account, actions,
  CASE WHEN own.account IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM named LEFT JOIN own ON own.account = named.account
WHERE NOT contains(split(?, ','), named.account)
GROUP BY eventtime, principal_arn, principal_id, invoked_by, principal_account, access_key_id, sourceip, bucket, eventid, errorcode, principal_type,
  useragent, named.account, own.account, actions
ORDER BY first_at, event_ids, other_account, actions
