-- Finds: AssumeRole called by a role session: caller's role and the role it goes on to, successful or refused; another account weighs more.
-- Misses: chains whose first hop lies before the case table; roles assumed by services.
-- Parameters: own accounts.
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
