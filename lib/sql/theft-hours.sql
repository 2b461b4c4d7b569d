-- Finds: successful object reads per hour and caller, for the histogram of the theft.
-- Misses: what no S3 data event recorded.
-- Parameters: start (inclusive); 4 texts of access keys and 4 of principal ids in question; 2 of addresses; one value a line.
SELECT
  substr(eventtime, 1, 13) AS hour, principal_type, principal_id, access_key_id, sourceip, bucket, object_key,
  count(*) AS calls,
  CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM case_events
WHERE errorcode IS NULL
  AND eventsource = 's3.amazonaws.com'
  AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'CopyObject', 'UploadPartCopy')
  AND eventtime >= ?
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
    OR contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, '')))
GROUP BY substr(eventtime, 1, 13), principal_type, principal_id, access_key_id, sourceip, bucket, object_key
ORDER BY hour, bucket, object_key, principal_id, access_key_id, sourceip
