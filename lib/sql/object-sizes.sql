-- Finds: what S3 Metadata tables of one bucket say of the objects that reads and copies in question name: each version's size, and when it was written.
-- Misses: objects that were written and deleted before the journal was switched on; content that was written over before, in a bucket without versions.
-- Parameters: the bucket; then those of reads.sql. Only where such tables were given.
WITH told AS (
  SELECT object_key, version_id, object_size, recorded_at, sequence_number,
    -- Callers encode the source of a copy as they like: whatever may be encoded is one sign, and too many keys are better than one too few.
    regexp_replace(url_encode(object_key), '%[0-9A-Fa-f]{2}|[^A-Za-z0-9]', '?') AS blurred_key
  FROM object_metadata
  WHERE bucket = ? AND record <> 'DELETE' AND object_size IS NOT NULL AND coalesce(is_delete_marker, false) = false
),
calls AS (
  SELECT object_key, copy_source
  FROM case_events
  WHERE errorcode IS NULL AND object_key IS NOT NULL AND eventtime >= ?
    AND (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, ''))
      OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
      OR contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, ''))
      OR regexp_like(split_part(principal_id, ':', 2), '^(?:s3-batch-operations_|AwsSync-|s3-replication$)'))
),
sources AS (
  SELECT regexp_replace(regexp_extract(regexp_replace(copy_source, '[?]versionId=.*$', ''), '(?is)^.*?(?:/|%2f)(.*)$', 1),
    '%[0-9A-Fa-f]{2}|[^A-Za-z0-9]', '?') AS blurred_key
  FROM calls WHERE copy_source IS NOT NULL
)
SELECT object_key, version_id, object_size, recorded_at, max(sequence_number) AS sequence_number
FROM told
WHERE object_key IN (SELECT object_key FROM calls)
  OR blurred_key IN (SELECT blurred_key FROM sources)
GROUP BY object_key, version_id, object_size, recorded_at
ORDER BY 1, 4, 5, 2, 3
