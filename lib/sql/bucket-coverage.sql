-- Finds: for every bucket of the case table how many S3 data events there are, by anybody, over which time, and in which hours.
-- Misses: buckets that nothing in the case table touched.
-- Parameters: none.
WITH requests AS (
  SELECT bucket, eventtime, coalesce(eventcategory, '') = 'Data' OR eventname IN ('GetObject', 'PutObject', 'ListObjects',
    'ListObjectsV2', 'HeadObject', 'CopyObject', 'DeleteObject', 'DeleteObjects', 'SelectObjectContent', 'UploadPartCopy',
    'RestoreObject') AS is_data
  FROM case_events
  WHERE bucket IS NOT NULL AND eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com', 's3-object-lambda.amazonaws.com',
      's3-outposts.amazonaws.com')
)
SELECT
  bucket,
  count_if(is_data) AS data_events,
  count(*) AS events,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  coalesce(array_join(array_agg(DISTINCT CASE WHEN is_data THEN substr(eventtime, 1, 13) END
    ORDER BY CASE WHEN is_data THEN substr(eventtime, 1, 13) END), ' '), '') AS data_hours
FROM requests
GROUP BY bucket
ORDER BY bucket
