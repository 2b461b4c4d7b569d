-- Title: Administrators' passwords of instances asked for
-- Severity: high
-- Technique: T1555.006
-- Phase: credential access
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of instances
-- Finds: callers who ask for the Windows passwords of several instances within an hour, refused or not; of a suspect, of one.
-- Misses: passwords that were read on the machine.
-- Parameter: suspects
-- Parameter: instances = 3: Different instances within an hour that count
-- Parameter: instances of a suspect = 1: Different instances within an hour that count when a suspect asks
-- Origin: Datadog: Retrieve EC2 Password Data (2026-08-19)
-- Origin: Elastic: AWS EC2 Unauthorized Admin Credential Fetch via Assumed Role (2026-08-21)
-- Origin: Panther: AWS EC2 Many Password Read Attempts (2026-07-01)
-- Origin: Splunk: AWS Credential Access GetPasswordData (2024-10-24)
-- Blind spot: The answer is encrypted: who has no private key reads nothing.
-- False positive: Fleet tools that set machines up.
SELECT *, json_extract_scalar(requestparameters, '$.instanceId') AS item
FROM case_events
WHERE eventsource = 'ec2.amazonaws.com' AND eventname = 'GetPasswordData' AND principal_type IS DISTINCT FROM 'AWSService'
