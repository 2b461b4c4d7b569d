-- Finds: events that the logs hold twice under one id with different contents.
-- Misses: differences in members that no column holds.
-- Parameters: none.
SELECT eventid, eventname, eventtime, source_file
FROM case_events
WHERE is_contested
ORDER BY eventtime, eventid
