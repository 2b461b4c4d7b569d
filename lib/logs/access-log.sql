-- Finds: every line of S3 server access logs as table access_log has it; request_at is null for a line that is none.
-- Misses: what comes behind a control character 1 in a line; blank lines.
-- Parameters: first and last day of delivery.
WITH parted AS (
  SELECT
    split(regexp_replace(line,
      '^[0-9a-f]{40,64} (\S+) \[([^\]]+)\] (\S+) (\S+) (\S+) ([A-Z0-9]+(?:\.[A-Z0-9_]+)+) (\S+) ("[^"]*"|-) (\d{3}|-) (\S+) (\d+|-) (\d+|-) \S+ \S+(.*)$',
      array_join(ARRAY['$1', '$2', '$3', '$4', '$5', '$6', '$7', '$8', '$9', '$10', '$11', '$12', '$13'], chr(1))), chr(1)) AS f,
    "$path" AS source_file
  FROM access_log_lines
  WHERE day >= ? AND day <= ? AND regexp_like(line, '\S')
),
named AS (
  SELECT *,
    element_at(f, 2) AS time,
    element_at(map(ARRAY['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
      ARRAY['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12']), substr(element_at(f, 2), 4, 3)) AS month,
    nullif(element_at(f, 7), '-') AS coded_key,
    TRY(url_decode(nullif(element_at(f, 7), '-'))) AS decoded_key,
    '^ (?:".*?"|-) (?:"(.*)"|-) (\S+) \S+(?: \S+)? (?:SigV\S+|-) \S+ (AuthHeader|QueryString|HtmlForm|-)' AS tail
  FROM parted
)
SELECT
  CASE WHEN regexp_like(time, '^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$')
    THEN concat(substr(time, 8, 4), '-', month, '-', substr(time, 1, 2), 'T', substr(time, 13, 8), 'Z') END AS request_at,
  element_at(f, 1) AS bucket,
  coalesce(CAST(TRY_CAST(element_at(f, 3) AS ipaddress) AS varchar), nullif(element_at(f, 3), '-')) AS remote_ip,
  nullif(element_at(f, 4), '-') AS requester,
  element_at(f, 5) AS request_id,
  element_at(f, 6) AS operation,
  -- What is no UTF-8 comes out of url_decode with replacement characters: then the key as it was written.
  CASE WHEN strpos(decoded_key, chr(65533)) > 0 THEN coded_key ELSE coalesce(decoded_key, coded_key) END AS object_key,
  nullif(element_at(f, 9), '-') AS http_status,
  nullif(element_at(f, 10), '-') AS error_code,
  TRY_CAST(element_at(f, 11) AS bigint) AS bytes_sent,
  TRY_CAST(element_at(f, 12) AS bigint) AS object_size,
  nullif(regexp_extract(element_at(f, 13), tail, 1), '-') AS user_agent,
  nullif(regexp_extract(element_at(f, 13), tail, 2), '-') AS version_id,
  nullif(regexp_extract(element_at(f, 13), tail, 3), '-') AS auth_type,
  regexp_like(element_at(f, 8), '(?i)[?&]X-Amz-Expires=') AS has_expiry,
  source_file
FROM named
