-- Finds: successful object reads by callers without a name or of another account, in a bucket while the actor had it open.
-- Misses: reads that no S3 data event recorded; callers that reads.sql finds by their own marks; reads of our own accounts.
-- Parameters: 4 texts of openings, one `from to bucket` a line; own account; 4 texts of access keys and 4 of principal ids in question; 2 of addresses.
WITH reads AS (
  SELECT e.*,
    coalesce(regexp_extract(copy_source, '^([^/%?]+)', 1), bucket) AS source_bucket,
    min(eventtime) OVER (
      PARTITION BY coalesce(regexp_extract(copy_source, '^([^/%?]+)', 1), bucket), principal_account
    ) AS account_first_at
  FROM case_events e
  WHERE errorcode IS NULL
    AND eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com', 's3-object-lambda.amazonaws.com',
      's3-outposts.amazonaws.com')
    AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData', 'CopyObject', 'UploadPartCopy')
    AND invoked_by IS NULL AND coalesce(principal_type, '') <> 'AWSService'
)
SELECT
  bucket, object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL AS has_expiry,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip, source_bucket, account_first_at,
  CASE WHEN copy_source IS NOT NULL THEN bucket END AS destination_bucket,
  CASE WHEN copy_source IS NOT NULL THEN regexp_extract(split_part(resources, concat(':s3:::', bucket, '","accountid":"'), 2), '^\d{12}') END AS destination_account,
  count(*) AS calls,
  CAST(sum(bytes_out) AS bigint) AS bytes_out,
  max(bytes_out) AS largest_answer,
  min(bytes_out) AS smallest_answer,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM reads
WHERE cardinality(filter(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)),
    w -> split_part(w, ' ', 3) = source_bucket AND split_part(w, ' ', 1) <= eventtime AND split_part(w, ' ', 2) > eventtime)) > 0
  AND coalesce(principal_account, '') <> ?
  AND NOT contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
  AND NOT contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
  AND NOT contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, ''))
GROUP BY bucket, object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip, source_bucket, account_first_at,
  CASE WHEN copy_source IS NOT NULL THEN bucket END,
  CASE WHEN copy_source IS NOT NULL THEN regexp_extract(split_part(resources, concat(':s3:::', bucket, '","accountid":"'), 2), '^\d{12}') END
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
