-- Title: Who am I, what is there: asked by a suspect
-- Severity: low
-- Technique: T1580
-- Phase: reconnaissance
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of kinds of question
-- Finds: kinds of reading calls that a suspect makes within an hour on identities, stores, secrets, machines and the organisation; of others, very many kinds.
-- Misses: what the actor knew before.
-- Parameter: suspects
-- Parameter: kinds of question = 25: Different kinds of question within an hour that count
-- Parameter: kinds of question of a suspect = 1: Different kinds of question within an hour that count when a suspect asks
-- Origin: Suzaku: User Enumeration; Role Enumeration; AWS STS GetCallerIdentity (2026-08-12)
-- Origin: Elastic: AWS Discovery API Calls via CLI from a Single Resource (2026-08-21)
-- Origin: Splunk: AWS Excessive Security Scanning (2024-10-24)
-- Origin: Sigma: Account Enumeration on AWS; Potential Storage Enumeration on AWS; Potential Network Enumeration on AWS; Potential Backup Enumeration on AWS (2026-08-05)
-- Origin: Panther: AWS CloudTrail Account Discovery; AWS Software Discovery (2026-07-01)
-- Blind spot: None.
-- False positive: Inventories, posture scanners and infrastructure tools ask very many kinds.
SELECT *, replace(eventsource, '.amazonaws.com', '') || ':' || eventname AS item
FROM case_events
WHERE principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND (regexp_like(eventname, '^(List|Describe|Lookup|Search|Simulate|HeadBucket|HeadObject|BatchDescribe)')
    OR (eventname LIKE 'Get%' AND NOT regexp_like(eventname, '^Get(Object$|ObjectTorrent|ObjectAnnotation|SecretValue|Parameter|SessionToken|FederationToken|SigninToken|PasswordData|RoleCredentials|CredentialsForIdentity|Temporary|DataAccess|TableData|Vectors|Item|Records|AuthorizationToken|DownloadUrl|LogEvents|QueryResults|ServiceLinkedRoleDeletionStatus|Media)')))
  AND eventname NOT IN ('ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'ListVectors')
