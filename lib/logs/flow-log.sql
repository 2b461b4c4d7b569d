-- Finds: every record of VPC flow logs as table flow_log has it; start_at is null for a line that is no record.
-- Misses: that a record was cut short behind its times; fields that the deployment was not told of.
-- Parameters: first and last day, which are folders.
WITH records AS (
  SELECT *,
    CASE WHEN regexp_like("start", '^\d{1,15}$') THEN CAST("start" AS bigint) END AS start_second,
    CASE WHEN regexp_like("end", '^\d{1,15}$') THEN CAST("end" AS bigint) END AS end_second,
    "$path" AS source_file
  FROM flow_log_records
  WHERE day >= ? AND day <= ? AND "start" IS DISTINCT FROM 'start'
),
timed AS (
  SELECT *,
    -- More fields than there should be, a missing time, or one beyond the year 9999: not a record.
    beyond IS NULL AND start_second <= 253402300799 AND end_second <= 253402300799 AS is_record
  FROM records
)
SELECT
  CASE WHEN is_record
    THEN concat(substr(to_iso8601(date_add('second', start_second, TIMESTAMP '1970-01-01 00:00:00')), 1, 19), 'Z') END AS start_at,
  CASE WHEN is_record
    THEN concat(substr(to_iso8601(date_add('second', end_second, TIMESTAMP '1970-01-01 00:00:00')), 1, 19), 'Z') END AS end_at,
  nullif(account_id, '-') AS account_id,
  nullif(interface_id, '-') AS interface_id,
  nullif(instance_id, '-') AS instance_id,
  coalesce(CAST(TRY_CAST(srcaddr AS ipaddress) AS varchar), nullif(srcaddr, '-')) AS srcaddr,
  coalesce(CAST(TRY_CAST(dstaddr AS ipaddress) AS varchar), nullif(dstaddr, '-')) AS dstaddr,
  coalesce(CAST(TRY_CAST(pkt_srcaddr AS ipaddress) AS varchar), nullif(pkt_srcaddr, '-')) AS pkt_srcaddr,
  coalesce(CAST(TRY_CAST(pkt_dstaddr AS ipaddress) AS varchar), nullif(pkt_dstaddr, '-')) AS pkt_dstaddr,
  CASE WHEN regexp_like(srcport, '^\d{1,15}$') THEN CAST(srcport AS bigint) END AS srcport,
  CASE WHEN regexp_like(dstport, '^\d{1,15}$') THEN CAST(dstport AS bigint) END AS dstport,
  CASE WHEN regexp_like(protocol, '^\d{1,15}$') THEN CAST(protocol AS bigint) END AS protocol,
  CASE WHEN regexp_like(packets, '^\d{1,15}$') THEN CAST(packets AS bigint) END AS packets,
  CASE WHEN regexp_like(bytes, '^\d{1,15}$') THEN CAST(bytes AS bigint) END AS bytes,
  nullif(action, '-') AS action,
  nullif(flow_direction, '-') AS flow_direction,
  nullif(pkt_src_aws_service, '-') AS src_service,
  nullif(pkt_dst_aws_service, '-') AS dst_service,
  source_file
FROM timed
