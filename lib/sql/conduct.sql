-- Finds: what was done, by caller, event, bucket and outcome within each hour, with the first events behind it.
-- Misses: nothing of the case table; objects are not told apart here (reads.sql does).
-- Parameters: none.
SELECT
  substr(eventtime, 1, 13) AS hour, eventsource, eventname, errorcode, coalesce(readonly, 'false') AS readonly, bucket,
  principal_id, access_key_id, sourceip,
  count(*) AS calls,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 5), ',') AS event_ids
FROM case_events
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ORDER BY first_at, 1, 2, 3, 4, 5, 6, 7, 8, 9
