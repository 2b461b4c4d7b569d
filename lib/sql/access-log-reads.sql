-- Finds: successful object reads in S3 server access logs per object, requester and address: bytes sent, the object's size, ranges, and how many CloudTrail has too.
-- Misses: requests that S3 did not log (delivery is best effort, hours late); reads through access points under their own name.
-- Parameters: none. Only where access logs were given.
WITH recorded AS (
  SELECT DISTINCT requestid FROM case_events WHERE requestid IS NOT NULL
)
SELECT
  a.bucket, a.object_key, a.version_id, a.requester, a.remote_ip, a.auth_type,
  count(*) AS calls,
  count_if(a.http_status = '206') AS ranged,
  count(r.requestid) AS in_cloudtrail,
  CAST(sum(a.bytes_sent) AS bigint) AS bytes_sent,
  max(a.object_size) AS object_size,
  min(a.request_at) AS first_at,
  max(a.request_at) AS last_at
FROM access_log a
LEFT JOIN recorded r ON r.requestid = a.request_id
WHERE a.operation IN ('REST.GET.OBJECT', 'REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET', 'WEBSITE.GET.OBJECT', 'REST.SELECT.OBJECT')
  AND a.http_status IN ('200', '206')
GROUP BY a.bucket, a.object_key, a.version_id, a.requester, a.remote_ip, a.auth_type
ORDER BY 1, 2, 3, 4, 5, 6
