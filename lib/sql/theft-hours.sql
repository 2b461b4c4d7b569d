-- Finds: successful object reads per hour and caller, for the histogram of the theft; what a service did on somebody's order with the order.
-- Misses: what no S3 data event recorded; see reads.sql.
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
    AND (e.eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData', 'CopyObject', 'UploadPartCopy')
      OR (o.source_bucket IS NOT NULL AND e.eventname IN ('PutObject', 'CompleteMultipartUpload')))
)
SELECT
  substr(eventtime, 1, 13) AS hour, principal_type, principal_id, principal_account, access_key_id, sourceip,
  order_name, ordered_by, ordered_key, ordered_from,
  coalesce(source_bucket, bucket) AS bucket, object_key, copy_source,
  count(*) AS calls,
  CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM calls
WHERE eventtime >= ?
  AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
    OR contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, ''))
    OR order_name IS NOT NULL)
GROUP BY substr(eventtime, 1, 13), principal_type, principal_id, principal_account, access_key_id, sourceip,
  order_name, ordered_by, ordered_key, ordered_from, coalesce(source_bucket, bucket), object_key, copy_source
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
