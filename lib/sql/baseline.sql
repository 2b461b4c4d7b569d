-- Finds: what the identities in question did with success: one row per hour, session, key, address, agent and bucket, with reads, copies and bytes.
-- Misses: what lies before the case table, which is as long as the scan's lookback; reads that no S3 data event recorded.
-- Parameters: 4 texts of stable ids (the role or user behind a session, else what is in front of the colon), one value a line.
SELECT
  substr(eventtime, 1, 13) AS hour, principal_type, coalesce(issuer_id, split_part(principal_id, ':', 1)) AS stable_id, principal_id,
  access_key_id, sourceip, useragent, bucket,
  count(*) AS calls,
  count_if(eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData')) AS reads,
  count_if(eventname IN ('CopyObject', 'UploadPartCopy')) AS copies,
  CAST(sum(CASE WHEN eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData') THEN bytes_out END) AS bigint) AS bytes_out,
  count_if(eventname IN ('DeleteObject', 'DeleteObjects')) AS deletes,
  count_if(eventname IN ('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath', 'GetPasswordData')) AS secrets,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM case_events
WHERE errorcode IS NULL
  AND contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(issuer_id, split_part(principal_id, ':', 1)))
GROUP BY substr(eventtime, 1, 13), principal_type, coalesce(issuer_id, split_part(principal_id, ':', 1)), principal_id, access_key_id, sourceip,
  useragent, bucket
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
