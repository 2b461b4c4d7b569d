-- Title: Snapshots made, shared and deleted within minutes
-- Severity: medium
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: two or more different kinds of snapshot calls by one caller within five minutes, sharing or deleting among them.
-- Misses: patient actors; sharing alone is found by ec2-snapshot-shared.
-- Parameters: none
-- Origin: Splunk: EC2 Snapshot (two distinct calls in 5 minutes) (2024-10-24)
-- Put right: Splunk counts failed calls and a look at the attributes after a creation, which every backup does; one of the two must share or delete.
-- Blind spot: Only the densest five minutes per caller are shown.
-- False positive: Infrastructure tests that make and delete snapshots.
WITH calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE eventsource = 'ec2.amazonaws.com' AND errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService'
    AND eventname IN ('CreateSnapshot', 'DescribeSnapshotAttribute', 'ModifySnapshotAttribute', 'DeleteSnapshot')
    AND coalesce(invoked_by, '') NOT IN ('guardduty.amazonaws.com', 'malware-protection.guardduty.amazonaws.com', 'backup.amazonaws.com', 'dlm.amazonaws.com')
),
windows AS (
  SELECT s.caller, s.at_second AS starts_at, count(DISTINCT c.eventname) AS kinds,
    count_if(c.eventname IN ('ModifySnapshotAttribute', 'DeleteSnapshot')) AS grave
  FROM (SELECT DISTINCT caller, at_second FROM calls) s JOIN calls c ON c.caller = s.caller
    AND c.at_second >= s.at_second AND c.at_second < s.at_second + 300
  GROUP BY s.caller, s.at_second
),
densest AS (
  SELECT *, row_number() OVER (PARTITION BY caller ORDER BY kinds DESC, starts_at) AS place FROM windows WHERE kinds >= 2 AND grave > 0
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  c.caller AS principal,
  min(c.access_key_id) AS access_key_id, min(c.sourceip) AS sourceip, CAST(NULL AS varchar) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT c.eventname ORDER BY c.eventname), ',') AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(d.kinds) AS kinds
FROM calls c JOIN densest d ON d.caller = c.caller AND d.place = 1 AND c.at_second >= d.starts_at AND c.at_second < d.starts_at + 300
GROUP BY c.caller
ORDER BY first_at, principal
