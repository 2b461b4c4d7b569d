-- Title: A role's session assumes another role
-- Severity: low
-- Technique: T1550.001
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Finds: AssumeRole called by a role session: caller's role and the role it goes on to, successful or refused; another account weighs more.
-- Misses: chains whose first hop lies before the case table; roles assumed by services.
-- Parameter: own accounts
-- Origin: Elastic: STS role chaining (2026-08-21)
-- Origin: Sigma: AssumeRole misuse (2026-08-05)
-- Put right: Sigma fires on any AssumedRole caller with a role issuer, which is every workload; Elastic waits for a pair new in ten days. Here one row per pair with its count, and a role of another account weighs more.
-- Blind spot: Chains through SAML or web identity begin elsewhere; see the role chain of the principal dossier.
-- False positive: Deployment pipelines and cross-account tooling chain roles by design.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
hops AS (
  SELECT *, coalesce(issuer_arn, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account)) AS caller,
    json_extract_scalar(requestparameters, '$.roleArn') AS role_arn,
    regexp_extract(json_extract_scalar(requestparameters, '$.roleArn'), '^arn:[^:]+:iam::([0-9]{12}):', 1) AS role_account
  FROM case_events
  WHERE eventsource = 'sts.amazonaws.com' AND eventname = 'AssumeRole'
    AND principal_type = 'AssumedRole' AND invoked_by IS NULL
),
abroad AS (
  SELECT DISTINCT role_account AS account FROM hops
  WHERE role_account NOT IN (SELECT account FROM own) AND NOT contains(split(?, ','), role_account)
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, sourceip AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'goes on to ' || role_arn AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  role_arn,
  CASE WHEN max(abroad.account) IS NOT NULL THEN 'medium' ELSE 'low' END AS severity
FROM hops LEFT JOIN abroad ON abroad.account = role_account
WHERE role_arn IS NOT NULL
GROUP BY caller, sourceip, role_arn, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, principal, sourceip, role_arn, outcome
