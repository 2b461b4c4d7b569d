-- Finds: every successful read of an object, and every copy of one, by an identity or an address in question, or by a service on somebody's order.
-- Misses: reads that no S3 data event recorded; orders given before the window; replication whose writes only the other account logs.
-- Parameters: start (inclusive); 4 texts of access keys and 4 of principal ids in question; 2 of addresses; one value a line.
WITH orders AS (
  SELECT
    eventname AS order_name, principal_id AS ordered_by, access_key_id AS ordered_key, sourceip AS ordered_from,
    CASE eventname WHEN 'CreateJob' THEN 's3-batch-operations_' || json_extract_scalar(responseelements, '$.JobId')
      WHEN 'CreateLocationS3' THEN 'AwsSync-' || regexp_extract(json_extract_scalar(responseelements, '$.locationArn'), 'loc-[0-9a-f]+$')
      ELSE 's3-replication' END AS service_session,
    CASE eventname WHEN 'PutBucketReplication' THEN bucket END AS source_bucket,
    json_extract_scalar(requestparameters, '$.ReplicationConfiguration.Role') AS role_arn,
    array_join(regexp_extract_all(requestparameters, '"Bucket":"arn:aws[a-z-]*:s3:::([^"/]+)"', 1), ',') AS destinations,
    row_number() OVER (
      PARTITION BY eventname, bucket, responseelements, requestparameters ORDER BY eventtime DESC, event_key
    ) AS place
  FROM case_events
  WHERE errorcode IS NULL AND eventname IN ('CreateJob', 'CreateLocationS3', 'PutBucketReplication')
),
calls AS (
  SELECT e.*, o.order_name, o.ordered_by, o.ordered_key, o.ordered_from, o.source_bucket
  FROM case_events e
  LEFT JOIN orders o ON o.service_session = split_part(e.principal_id, ':', 2) AND o.place = 1
    AND (o.source_bucket IS NULL OR (o.role_arn = e.issuer_arn AND contains(split(o.destinations, ','), e.bucket)))
  WHERE e.errorcode IS NULL
    AND e.eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com', 's3-object-lambda.amazonaws.com',
      's3-outposts.amazonaws.com')
    AND (e.eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData', 'CopyObject', 'UploadPartCopy', 'RestoreObject')
      OR (o.source_bucket IS NOT NULL AND e.eventname IN ('PutObject', 'CompleteMultipartUpload')))
)
SELECT
  coalesce(source_bucket, bucket) AS bucket, object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL AS has_expiry,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip, vpcendpointid,
  order_name, ordered_by, ordered_key, ordered_from,
  CASE WHEN copy_source IS NOT NULL OR source_bucket IS NOT NULL THEN bucket END AS destination_bucket,
  CASE WHEN copy_source IS NOT NULL OR source_bucket IS NOT NULL
    THEN regexp_extract(split_part(resources, concat(':s3:::', bucket, '","accountid":"'), 2), '^\d{12}') END AS destination_account,
  count(*) AS calls,
  CAST(sum(bytes_out) AS bigint) AS bytes_out,
  max(bytes_out) AS largest_answer,
  min(bytes_out) AS smallest_answer,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 3), ',') AS event_ids
FROM calls
WHERE eventtime >= ?
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
    OR contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, ''))
    OR order_name IS NOT NULL)
GROUP BY coalesce(source_bucket, bucket), object_key, version_id, eventname, copy_source, auth_method,
  json_extract_scalar(requestparameters, '$["X-Amz-Expires"]') IS NOT NULL,
  principal_type, principal_id, principal_arn, principal_account, access_key_id, sourceip, vpcendpointid,
  order_name, ordered_by, ordered_key, ordered_from,
  CASE WHEN copy_source IS NOT NULL OR source_bucket IS NOT NULL THEN bucket END,
  CASE WHEN copy_source IS NOT NULL OR source_bucket IS NOT NULL
    THEN regexp_extract(split_part(resources, concat(':s3:::', bucket, '","accountid":"'), 2), '^\d{12}') END
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
