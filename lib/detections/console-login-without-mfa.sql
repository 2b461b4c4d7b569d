-- Title: Signed in to the console without a second factor
-- Severity: medium
-- Technique: T1078.004
-- Phase: initial access
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: successful console sign-ins of users and root with MFAUsed No.
-- Misses: sign-ins through an identity provider, whose factor is not in CloudTrail.
-- Parameters: none
-- Origin: Datadog: Console Login without MFA (2026-08-19)
-- Origin: Elastic: AWS IAM User Console Login Without MFA (2026-08-21)
-- Origin: Panther: Logins Without MFA (2026-07-01)
-- Origin: Splunk: AWS Successful Single-Factor Authentication (2024-10-24)
-- Blind spot: A session of the console outlives the password.
-- False positive: Users who never got a second factor.
SELECT *, CASE WHEN json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success' AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'No'
    THEN principal_type || ' signed in without a second factor' END AS detail,
  user_name AS target, CASE WHEN principal_type = 'Root' THEN 'high' END AS severity
FROM case_events
WHERE eventsource = 'signin.amazonaws.com' AND eventname = 'ConsoleLogin' AND principal_type IN ('IAMUser', 'Root')
