-- Finds: every summary in CloudTrail's files of aggregated events as table aggregated_events has it; window_start is null for what is none.
-- Misses: files of more than one line, unless each is an event; blank lines.
-- Parameters: first and last day, which are folders.
WITH files AS (
  SELECT TRY(json_parse(line)) AS content, "$path" AS source_file
  FROM aggregated_event_lines
  WHERE day >= ? AND day <= ? AND regexp_like(line, '\S')
),
events AS (
  SELECT event, source_file
  FROM files
  CROSS JOIN UNNEST(coalesce(TRY_CAST(content AS array(json)), TRY_CAST(json_extract(content, '$.Records') AS array(json)), ARRAY[content])) AS t (event)
),
named AS (
  SELECT *,
    json_extract_scalar(event, '$.timeWindow.windowStart') AS started,
    TRY_CAST(json_extract(event, '$.summary.primaryDimension.statistics') AS array(json)) AS primary_statistics,
    TRY_CAST(json_extract(event, '$.summary.details') AS array(json)) AS details_by
  FROM events
)
SELECT
  CASE WHEN json_extract_scalar(event, '$.eventCategory') = 'Aggregated'
    AND regexp_like(started, '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$') THEN started END AS window_start,
  nullif(json_extract_scalar(event, '$.timeWindow.windowEnd'), '') AS window_end,
  nullif(json_extract_scalar(event, '$.eventId'), '') AS event_id,
  nullif(json_extract_scalar(event, '$.accountId'), '') AS account_id,
  nullif(json_extract_scalar(event, '$.awsRegion'), '') AS region,
  nullif(json_extract_scalar(event, '$.eventSource'), '') AS event_source,
  nullif(json_extract_scalar(event, '$.summary.primaryDimension.dimension'), '') AS dimension,
  nullif(array_join(transform(
    filter(primary_statistics, s -> regexp_like(concat(json_format(json_extract(s, '$.value')), ' ', json_format(json_extract(s, '$.name'))), '^-?\d{1,15} "')),
    s -> concat(json_extract_scalar(s, '$.value'), ' ', regexp_replace(json_extract_scalar(s, '$.name'), '\p{Cc}', ' '))), chr(10)), '') AS counts,
  nullif(array_join(flatten(transform(details_by, d -> transform(
    filter(TRY_CAST(json_extract(d, '$.statistics') AS array(json)), s -> regexp_like(concat(json_format(json_extract(s, '$.value')), ' ', json_format(json_extract(s, '$.name'))), '^-?\d{1,15} "')),
    s -> concat(coalesce(json_extract_scalar(d, '$.dimension'), ''), ' ', json_extract_scalar(s, '$.value'), ' ',
      regexp_replace(json_extract_scalar(s, '$.name'), '\p{Cc}', ' '))))), chr(10)), '') AS details,
  source_file
FROM named
