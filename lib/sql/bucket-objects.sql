-- Finds: how many objects a bucket holds by its live inventory (or S3 Inventory), and how many more its journal saw deleted since a time.
-- Misses: objects that were deleted while no journal was kept.
-- Parameters: the bucket; since when deletions count (inclusive). No row where nothing lists what lies there.
WITH told AS (
  SELECT object_key, record, recorded_at, object_size, coalesce(is_delete_marker, false) AS is_marker,
    coalesce(sequence_number, recorded_at) AS place
  FROM object_metadata
  WHERE bucket = ?
),
held AS (
  SELECT object_key, max_by(is_marker, place) AS is_deleted, max_by(object_size, place) AS object_size, max(recorded_at) AS last_at
  FROM told
  WHERE record = 'INVENTORY'
  GROUP BY object_key
),
gone AS (
  SELECT object_key FROM told WHERE record = 'DELETE' AND recorded_at >= ?
  EXCEPT
  SELECT object_key FROM held WHERE NOT is_deleted
)
SELECT
  count_if(NOT is_deleted) AS objects,
  CAST(sum(CASE WHEN NOT is_deleted THEN object_size END) AS bigint) AS bytes,
  (SELECT count(*) FROM gone) AS deleted_since,
  max(last_at) AS newest_at
FROM held
HAVING count(*) > 0
