-- Title: Sign-ins to the console refused again and again
-- Severity: medium
-- Technique: T1110
-- Phase: initial access
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of attempts
-- Finds: addresses from which several console sign-ins or second factors failed within an hour; of root, one.
-- Misses: guesses spread over many addresses.
-- Parameter: suspects
-- Parameter: attempts = 5: Different attempts within an hour that count
-- Parameter: attempts of a suspect = 1: Different attempts within an hour that count when a suspect asks
-- Origin: Splunk: AWS High Number Of Failed Authentications From Ip; AWS Multiple Failed MFA Requests For User (2024-10-24)
-- Origin: Panther: AWS CloudTrail Password Spraying; Failed Root Console Login (2026-07-01)
-- Origin: Elastic: AWS Management Console Brute Force of Root User Identity (2026-08-21)
-- Blind spot: A user name that does not exist is masked in the log.
-- False positive: A password forgotten.
SELECT *, eventid AS item
FROM case_events
WHERE eventsource = 'signin.amazonaws.com' AND eventname IN ('ConsoleLogin', 'CheckMfa')
  AND (json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseelements, '$.CheckMfa') = 'Failure' OR errormessage = 'Failed authentication')
