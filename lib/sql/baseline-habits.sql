-- Finds: of each identity and each bucket in question the addresses, networks, agents, buckets, identities, hours of day and hours that table `baseline_hours` holds.
-- Misses: all but the 2,000 values with the most calls of a kind; `values_total` counts all of them. Hours are never left out.
-- Parameters: 4 texts of stable ids, 4 texts of buckets, one value a line.
WITH scoped AS (
  SELECT 'identity' AS scope, stable_id AS subject, * FROM baseline_hours
  WHERE contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(stable_id, ''))
  UNION ALL
  SELECT 'bucket' AS scope, bucket AS subject, * FROM baseline_hours
  WHERE contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(bucket, ''))
),
told AS (
  SELECT scope, subject, d.dimension,
    CASE d.dimension WHEN 'address' THEN sourceip WHEN 'network' THEN network WHEN 'agent' THEN useragent
      WHEN 'bucket' THEN bucket WHEN 'identity' THEN stable_id WHEN 'hour-of-day' THEN substr(hour, 12, 2) ELSE hour END AS told_value,
    substr(hour, 1, 10) AS told_day, calls, bytes_out, first_at, last_at,
    CASE WHEN eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData') THEN calls ELSE 0 END AS reads,
    CASE WHEN eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData') THEN objects ELSE 0 END AS objects,
    CASE WHEN eventname IN ('DeleteObject', 'DeleteObjects') THEN calls ELSE 0 END AS deletes,
    CASE WHEN eventname IN ('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath', 'GetPasswordData') THEN calls ELSE 0 END AS secrets
  FROM scoped
  CROSS JOIN UNNEST(ARRAY['address', 'network', 'agent', 'bucket', 'identity', 'hour-of-day', 'hour']) AS d(dimension)
),
summed AS (
  SELECT scope, subject, dimension, told_value, count(DISTINCT told_day) AS days, CAST(sum(calls) AS bigint) AS calls,
    CAST(sum(reads) AS bigint) AS reads, CAST(sum(objects) AS bigint) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out,
    CAST(sum(deletes) AS bigint) AS deletes, CAST(sum(secrets) AS bigint) AS secrets,
    min(first_at) AS first_at, max(last_at) AS last_at
  FROM told
  WHERE told_value IS NOT NULL
  GROUP BY scope, subject, dimension, told_value
),
ranked AS (
  SELECT *, count(*) OVER (PARTITION BY scope, subject, dimension) AS values_total,
    row_number() OVER (PARTITION BY scope, subject, dimension ORDER BY calls DESC, told_value) AS value_rank
  FROM summed
)
SELECT scope, subject, dimension, told_value, values_total, days, calls, reads, objects, bytes_out, deletes, secrets, first_at, last_at
FROM ranked
WHERE value_rank <= 2000 OR dimension = 'hour'
ORDER BY 1, 2, 3, 4
