-- Title: A decoy bucket was touched
-- Severity: high
-- Technique: T1530
-- Phase: reconnaissance
-- Logs: management, data
-- Fires on: attempt
-- Finds: any call, successful or refused, on a bucket named as a decoy.
-- Misses: decoys nobody told Cordon of: without names it stays silent.
-- Parameter: decoys = : Names of decoy buckets, comma-separated
-- Origin: Panther: Decoy bucket accessed (2026-07-01)
-- Put right: Panther needs one rule per decoy; one list does here. Refused calls count: nobody has business there.
-- Blind spot: Only as good as the list of decoys.
-- False positive: Scanners that walk over all buckets.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(slice(array_agg(DISTINCT eventname ORDER BY eventname), 1, 12), ',') AS detail,
  CASE WHEN count_if(errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  count(DISTINCT object_key) AS objects
FROM case_events
WHERE bucket <> '' AND contains(split(?, ','), bucket) AND principal_type IS DISTINCT FROM 'AWSService'
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket
ORDER BY first_at, principal, sourceip, bucket
