-- Title: Data of S3 Tables and Vectors read in bulk
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Rows: bursts of reads
-- Finds: callers who read data files of table buckets, or vectors, many times within an hour.
-- Misses: queries by a service of analytics, which come as that service.
-- Parameter: suspects
-- Parameter: reads = 100: Different reads within an hour that count
-- Parameter: reads of a suspect = 20: Different reads within an hour that count when a suspect asks
-- Origin: Cordon: S3 Tables and S3 Vectors are on no list of the peers
-- Blind spot: Without data events of these buckets nothing is seen.
-- False positive: Engines of the house that read tables directly.
SELECT *, coalesce(coalesce(json_extract_scalar(requestparameters, '$.key'), json_extract_scalar(requestparameters, '$.tableARN')), '') || ' ' || eventid AS item
FROM case_events
WHERE ((eventsource = 's3tables.amazonaws.com' AND eventname IN ('GetTableData', 'GetTableMetadataLocation'))
    OR (eventsource = 's3vectors.amazonaws.com' AND eventname IN ('GetVectors', 'QueryVectors', 'ListVectors'))) AND errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
