-- Title: A setting of a bucket loosened
-- Severity: low
-- Technique: T1562.001
-- Phase: collection
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: ownership given back to whoever writes, cross-origin reads for every site, websites switched on, the bill moved to the reader, acceleration switched on.
-- Misses: what was set before, which is in no log.
-- Parameters: none
-- Origin: Sigma: AWS S3 Data Management Tampering (2026-08-05)
-- Blind spot: None.
-- False positive: Sites and applications that need it.
SELECT *, CASE
    WHEN eventname LIKE '%OwnershipControls' AND (eventname LIKE 'Delete%' OR regexp_like(requestparameters, 'ObjectWriter|BucketOwnerPreferred')) THEN 'ownership with the writer'
    WHEN eventname = 'PutBucketCors' AND regexp_like(requestparameters, '"AllowedOrigin"\s*:\s*(\[[^\]]*)?"\*"') THEN 'every site may read across origins'
    WHEN eventname = 'PutBucketRequestPayment' AND regexp_like(requestparameters, '"Requester"') THEN 'the reader pays'
    WHEN eventname = 'PutBucketWebsite' THEN 'website'
    WHEN eventname IN ('PutAccelerateConfiguration', 'PutBucketAccelerateConfiguration') AND regexp_like(requestparameters, '"Enabled"') THEN 'acceleration' END AS detail,
  bucket AS target, CASE WHEN eventname LIKE '%OwnershipControls' THEN 'medium' END AS severity
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutBucketOwnershipControls', 'DeleteBucketOwnershipControls', 'PutBucketCors', 'PutBucketRequestPayment',
      'PutBucketWebsite', 'PutAccelerateConfiguration', 'PutBucketAccelerateConfiguration') AND principal_type IS DISTINCT FROM 'AWSService'
