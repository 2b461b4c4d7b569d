-- Finds: every successful read of an object, and every copy from one bucket to another, by an identity or an address in question.
-- Misses: reads that no S3 data event recorded; what AWS services read for themselves (replication, batch, inventory).
-- Parameters: start (inclusive); 4 texts of access keys and 4 of principal ids in question; 2 of addresses; one value a line.
SELECT
  bucket, object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL AS has_expiry,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip,
  count(*) AS calls,
  CAST(sum(bytes_out) AS bigint) AS bytes_out,
  max(bytes_out) AS largest_answer,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM case_events
WHERE errorcode IS NULL
  AND eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3-object-lambda.amazonaws.com', 's3-outposts.amazonaws.com')
  AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'CopyObject', 'UploadPartCopy', 'RestoreObject')
  AND eventtime >= ?
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
    OR contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, '')))
GROUP BY bucket, object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip
ORDER BY bucket, object_key, version_id, eventname, copy_source, first_at, principal_id, access_key_id, sourceip
