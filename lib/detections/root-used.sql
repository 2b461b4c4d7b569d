-- Title: The root user was used
-- Severity: high
-- Technique: T1078.004
-- Phase: initial access
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of calls
-- Finds: calls and sign-ins of the root user, its password asked for, and root sessions of member accounts.
-- Misses: what AWS does for the account by itself.
-- Parameter: suspects
-- Parameter: calls = 1: Different calls within an hour that count
-- Parameter: calls of a suspect = 1: Different calls within an hour that count when a suspect asks
-- Origin: Panther: Root Account Activity; Root Console Login; Root Password Changed (2026-07-01)
-- Origin: Elastic: AWS Management Console Root Login; AWS STS AssumeRoot by Rare User and Member Account; AWS Sign-In Root Password Recovery Requested (2026-08-21)
-- Origin: Sigma: AWS Root Credentials (2026-08-05)
-- Origin: Turbot: IAM Root User Console Login (2025-03-03)
-- Blind spot: None.
-- False positive: Tasks that only root can do; they are few, and planned.
SELECT *, eventname AS item
FROM case_events
WHERE ((principal_type = 'Root' AND coalesce(eventtype, '') <> 'AwsServiceEvent' AND invoked_by IS NULL)
    OR (eventsource = 'sts.amazonaws.com' AND eventname = 'AssumeRoot')
    OR (eventsource = 'signin.amazonaws.com' AND eventname IN ('PasswordRecoveryRequested', 'PasswordRecoveryCompleted')))
