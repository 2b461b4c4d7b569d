-- Finds: successful reads of data that are no reads of objects, or that a service makes in the caller's place, by an identity in question.
-- Misses: calls of services that no row of this query names.
-- Parameters: start (inclusive); 4 texts of access keys and 4 of principal ids in question, one value a line.
SELECT eventsource, eventname, count(*) AS calls, min(eventtime) AS first_at, max(eventtime) AS last_at
FROM case_events
WHERE errorcode IS NULL AND eventtime >= ?
  AND ((eventsource = 's3vectors.amazonaws.com' AND eventname IN ('GetVectors', 'QueryVectors', 'ListVectors'))
    OR (eventsource = 's3files.amazonaws.com' AND eventname IN ('CreateFileSystem', 'CreateMountTarget', 'CreateAccessPoint')))
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, '')))
GROUP BY eventsource, eventname
ORDER BY eventsource, eventname
