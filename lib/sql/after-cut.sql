-- Finds: what succeeded after a cut, of all that touches the contained names: who, what, where, how often, first and last.
-- Misses: calls that failed (that is the cut at work); data events of buckets whose data events are not recorded.
-- Parameters: the time after which a call counts (ISO 8601 UTC, exclusive).
SELECT
  eventsource, eventname, bucket, source_bucket, principal_type, principal_id, principal_arn, principal_account, access_key_id, issuer_arn,
  session_created, sourceip, vpcendpointid, invoked_by,
  count(*) AS calls, count(DISTINCT object_key) AS objects, min(eventtime) AS first_at, max(eventtime) AS last_at,
  min(event_key) AS example
FROM (
  SELECT *, regexp_extract(copy_source, '^([^/?]+)/', 1) AS source_bucket
  FROM case_events
  WHERE errorcode IS NULL
    AND eventtime > ?
) called
GROUP BY
  eventsource, eventname, bucket, source_bucket, principal_type, principal_id, principal_arn, principal_account, access_key_id, issuer_arn,
  session_created, sourceip, vpcendpointid, invoked_by
ORDER BY first_at, example
