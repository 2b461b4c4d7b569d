-- Title: Tables of DynamoDB read through
-- Severity: medium
-- Technique: T1530
-- Phase: theft
-- Logs: management, data
-- Fires on: success
-- Rows: bursts of scans
-- Finds: callers who scan tables again and again within an hour; of a suspect, once.
-- Misses: queries by key; tables without data events.
-- Parameter: suspects
-- Parameter: scans = 100: Different scans within an hour that count
-- Parameter: scans of a suspect = 1: Different scans within an hour that count when a suspect asks
-- Origin: Elastic: AWS DynamoDB Scan by Unusual User (2026-08-21)
-- Blind spot: How much a scan returned is not in the log.
-- False positive: Reports and migrations.
SELECT *, eventid AS item
FROM case_events
WHERE eventsource = 'dynamodb.amazonaws.com' AND eventname IN ('Scan', 'ExecuteStatement', 'BatchExecuteStatement', 'BatchGetItem') AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
