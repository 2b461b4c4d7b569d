-- Finds: CloudTrail's summaries of five minutes that count calls on a bucket, each once.
-- Misses: objects, which no summary names; buckets beyond those that a summary names one by one.
-- Parameters: the end of the bucket's ARN, from :s3 on, twice; start (inclusive). Only where aggregated events were given.
SELECT DISTINCT event_id, window_start, window_end, account_id, region, dimension, counts, details
FROM aggregated_events
WHERE (strpos(coalesce(counts, ''), ?) > 0 OR strpos(coalesce(details, ''), ?) > 0) AND window_end > ?
ORDER BY window_start, event_id, account_id, region, dimension, window_end, counts, details
