-- Finds: successful reads of data that are no reads of objects, or that a service makes in the caller's place, by an identity in question.
-- Misses: calls of services beside S3.
-- Parameters: start (inclusive); 4 texts of access keys and 4 of principal ids in question, one value a line.
SELECT eventsource, eventname, count(*) AS calls, min(eventtime) AS first_at, max(eventtime) AS last_at
FROM case_events
WHERE errorcode IS NULL AND eventtime >= ?
  AND ((eventsource = 's3vectors.amazonaws.com' AND eventname IN ('GetVectors', 'QueryVectors', 'ListVectors'))
    OR (eventcategory = 'Data' AND regexp_like(eventsource, '^s3[a-z-]*[.]amazonaws[.]com')
      AND regexp_like(eventname, '^(Get|Read|Select|Query|Download|Export)')
      AND NOT regexp_like(eventname, '^(GetObject|SelectObjectContent|GetObjectTorrent|GetObjectAnnotation|GetTableData)$|^GetObject(Acl|Attributes|Tagging|Retention|LegalHold|LockConfiguration)|^Get(Bucket|Public|Access|Multi)'))
    OR (eventsource = 's3files.amazonaws.com' AND eventname IN ('CreateFileSystem', 'CreateMountTarget', 'CreateAccessPoint')))
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, '')))
GROUP BY eventsource, eventname
ORDER BY eventsource, eventname
