-- Finds: failed calls per identity, address, event and error: the wall of refusals that enumeration runs into.
-- Misses: refusals that CloudTrail leaves out of the other account's copy.
-- Parameters: none.
SELECT
  eventsource, eventname, errorcode, principal_type, principal_id, access_key_id, sourceip,
  count(*) AS calls,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids
FROM case_events
WHERE errorcode IS NOT NULL
GROUP BY eventsource, eventname, errorcode, principal_type, principal_id, access_key_id, sourceip
ORDER BY first_at, 1, 2, 3, 4, 5, 6, 7
