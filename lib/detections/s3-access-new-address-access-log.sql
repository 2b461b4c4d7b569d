-- Title: Objects of a bucket reached from a new address (server access log)
-- Severity: medium
-- Technique: T1530
-- Phase: initial access
-- Logs: access-log
-- Fires on: success
-- Table: access_log
-- Finds: pairs of bucket and remote address in S3 server access logs, with status 200 or 206, first seen after the learning time.
-- Misses: requests that S3 did not log (delivery is best effort); addresses used before the logs given begin.
-- Parameter: learning hours = 12: Hours after the first request to a bucket in which its addresses are learnt and none is new
-- Origin: Splunk: Detect S3 access from a new IP (2024-10-24)
-- Put right: Splunk tests status 200 alone: large files are read in ranges, which answer 206, and stayed invisible.
-- Blind spot: Server access logs come hours late, may miss requests, and are off by default.
-- Blind spot: Only run where access logs were given with the case.
-- False positive: Roaming people, new NAT gateways, scanners of public buckets.
WITH calls AS (
  SELECT *,
    min(request_at) OVER (PARTITION BY bucket) AS bucket_first_at,
    min(request_at) OVER (PARTITION BY bucket, remote_ip) AS pair_first_at
  FROM access_log
  WHERE http_status IN ('200', '206') AND regexp_like(operation, '^(REST|WEBSITE)\.(GET|HEAD|COPY|POST)\.')
)
SELECT
  min(request_at) AS first_at, max(request_at) AS last_at,
  array_join(array_agg(DISTINCT requester ORDER BY requester), ',') AS principal,
  CAST(NULL AS varchar) AS access_key_id, remote_ip AS sourceip, bucket, count(*) AS events,
  array_join(slice(array_agg(request_id ORDER BY request_at, request_id), 1, 50), ',') AS event_ids,
  CAST(count_if(http_status = '206') AS varchar) || ' partial (206) of ' || CAST(count(*) AS varchar) || ' requests' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  count(DISTINCT object_key) AS objects, CAST(sum(bytes_sent) AS bigint) AS bytes_out
FROM calls
WHERE date_diff('minute', from_iso8601_timestamp(bucket_first_at), from_iso8601_timestamp(pair_first_at)) >= 60 * CAST(? AS bigint)
GROUP BY bucket, remote_ip
ORDER BY first_at, bucket, sourceip
