-- Title: Long-term access key used from an address new to it
-- Severity: medium
-- Technique: T1078.004
-- Phase: initial access
-- Logs: management, data
-- Fires on: success
-- Finds: pairs of a long-term access key (AKIA) and an address whose first successful call comes after the learning time of that key.
-- Misses: temporary keys (ASIA), see instance-role-outside and role-chaining; keys used by nobody else before the actor in the case table.
-- Parameter: learning hours = 12: Hours after the first use of a key in which its addresses are learnt and none is new
-- Origin: Elastic: Long-term key first seen from IP (2026-08-21)
-- Put right: Elastic tests any prefix-matched key over ten days; calls that a service makes for the caller (invokedBy, names instead of addresses) are left out here, because the address is then not the caller's.
-- Blind spot: A key that only the actor used has no earlier address to differ from.
-- False positive: A laptop on another network; a moved server.
WITH calls AS (
  SELECT eventid, eventtime, eventname, sourceip, bucket, object_key, bytes_out, access_key_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller,
    min(eventtime) OVER (PARTITION BY access_key_id) AS key_first_at,
    min(eventtime) OVER (PARTITION BY access_key_id, sourceip) AS pair_first_at
  FROM case_events
  WHERE errorcode IS NULL AND access_key_id LIKE 'AKIA%' AND invoked_by IS NULL AND regexp_like(sourceip, '^[0-9a-fA-F:.]+$')
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  max(caller) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  'key known ' || CAST(date_diff('hour', from_iso8601_timestamp(min(key_first_at)), from_iso8601_timestamp(min(eventtime))) AS varchar) || ' h before this address came' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  count(DISTINCT bucket) AS buckets,
  array_join(slice(array_agg(DISTINCT eventname ORDER BY eventname), 1, 20), ',') AS calls
FROM calls
WHERE date_diff('minute', from_iso8601_timestamp(key_first_at), from_iso8601_timestamp(pair_first_at)) >= 60 * CAST(? AS bigint)
GROUP BY access_key_id, sourceip
ORDER BY first_at, access_key_id, sourceip
