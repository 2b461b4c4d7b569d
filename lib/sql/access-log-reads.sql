-- Finds: successful object reads in S3 server access logs per hour, object, requester and address: bytes sent, the object's size, ranges, and whether CloudTrail has the request too.
-- Misses: requests that S3 did not log (delivery is best effort, hours late); reads through access points under their own name.
-- Parameters: start (inclusive). Only where access logs were given.
WITH recorded AS (
  SELECT DISTINCT requestid FROM case_events WHERE requestid IS NOT NULL
),
requests AS (
  SELECT *, row_number() OVER (
    PARTITION BY request_id, operation, bucket, object_key ORDER BY request_at, source_file
  ) AS copy_number
  FROM access_log
),
targets AS (
  SELECT request_id, max(bucket) AS bucket
  FROM requests
  WHERE operation IN ('REST.COPY.OBJECT', 'REST.COPY.PART') AND http_status = '200'
  GROUP BY request_id
)
SELECT
  substr(a.request_at, 1, 13) AS hour, a.bucket, a.object_key, a.version_id, a.operation, a.requester, a.remote_ip,
  a.auth_type, a.has_expiry, r.requestid IS NOT NULL AS in_cloudtrail, t.bucket AS destination_bucket,
  count(*) AS calls,
  count_if(a.http_status = '206') AS ranged,
  CAST(sum(a.bytes_sent) AS bigint) AS bytes_sent,
  max(a.bytes_sent) AS largest_answer,
  min(a.bytes_sent) AS smallest_answer,
  max(a.object_size) AS object_size,
  min(a.request_at) AS first_at,
  max(a.request_at) AS last_at,
  array_join(slice(array_agg(a.request_id ORDER BY a.request_at, a.request_id), 1, 3), ',') AS request_ids
FROM requests a
LEFT JOIN recorded r ON r.requestid = a.request_id
LEFT JOIN targets t ON t.request_id = a.request_id
WHERE a.copy_number = 1 AND a.object_key IS NOT NULL AND a.request_at >= ?
  AND a.operation IN ('REST.GET.OBJECT', 'REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET', 'WEBSITE.GET.OBJECT', 'REST.SELECT.OBJECT',
    'REST.GET.OBJECT_TORRENT')
  AND a.http_status IN ('200', '206')
GROUP BY substr(a.request_at, 1, 13), a.bucket, a.object_key, a.version_id, a.operation, a.requester, a.remote_ip,
  a.auth_type, a.has_expiry, r.requestid IS NOT NULL, t.bucket
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
