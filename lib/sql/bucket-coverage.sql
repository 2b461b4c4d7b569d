-- Finds: for every bucket of the case table how many S3 data events there are, by anybody, and over which time.
-- Misses: buckets that nothing in the case table touched.
-- Parameters: none.
SELECT
  bucket,
  count_if(coalesce(eventcategory, '') = 'Data' OR eventname IN ('GetObject', 'PutObject', 'ListObjects', 'ListObjectsV2', 'HeadObject',
    'CopyObject', 'DeleteObject', 'DeleteObjects', 'SelectObjectContent', 'UploadPartCopy', 'RestoreObject')) AS data_events,
  count(*) AS events,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM case_events
WHERE bucket IS NOT NULL AND eventsource = 's3.amazonaws.com'
GROUP BY bucket
ORDER BY bucket
