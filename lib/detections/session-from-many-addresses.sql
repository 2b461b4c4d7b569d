-- Title: A session used from several addresses at once
-- Severity: medium
-- Technique: T1550.001
-- Phase: initial access
-- Logs: management, data
-- Fires on: success
-- Finds: temporary keys that are used from two and more public addresses within half an hour.
-- Misses: an actor behind the same address; addresses of services.
-- Parameter: addresses = 2: Public addresses within half an hour that count
-- Origin: Elastic: AWS Access Token Used from Multiple Addresses (2026-08-21)
-- Origin: Splunk: AWS Concurrent Sessions From Different Ips (2024-10-24)
-- Origin: Panther: RoleAssumes by Multiple Useragents (2026-07-01)
-- Blind spot: Windows are of the clock: two uses around the half hour are seen apart.
-- False positive: Laptops that change between networks; proxies with several ways out.
WITH calls AS (
  SELECT *, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) / 1800 AS half_hour, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), principal_account) AS caller
  FROM case_events
  WHERE access_key_id LIKE 'ASIA%' AND invoked_by IS NULL AND principal_type IS DISTINCT FROM 'AWSService'
    AND regexp_like(sourceip, '^[0-9a-fA-F:.]+$') AND regexp_like(sourceip, '[.:]')
    AND NOT regexp_like(lower(sourceip), '^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|::1$|f[cd][0-9a-f]{2}:|fe80:)')
),
spread AS (
  SELECT access_key_id, half_hour, count(DISTINCT sourceip) AS addresses, count(DISTINCT useragent) AS agents FROM calls GROUP BY access_key_id, half_hour
)
SELECT
  min(c.eventtime) AS first_at, max(c.eventtime) AS last_at, max(c.caller) AS principal, c.access_key_id AS access_key_id,
  array_join(slice(array_agg(DISTINCT c.sourceip ORDER BY c.sourceip), 1, 10), ',') AS sourceip, min(c.bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(c.eventid ORDER BY c.eventtime, c.eventid), 1, 50), ',') AS event_ids,
  CAST(count(DISTINCT c.sourceip) AS varchar) || ' addresses within half an hour' AS detail,
  CASE WHEN count_if(c.errorcode IS NULL) > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  count(DISTINCT c.sourceip) AS addresses, max(s.agents) AS agents
FROM calls c JOIN spread s ON s.access_key_id = c.access_key_id AND s.half_hour = c.half_hour
WHERE s.addresses >= CAST(? AS bigint)
GROUP BY c.access_key_id
ORDER BY first_at, access_key_id
