-- Finds: every line of Okta's system log as table identity_log has it; event_at is null for a line that is no event.
-- Misses: events in lists or over several lines; times with another offset than Z; blank lines.
-- Parameters: first and last day, which are folders.
WITH events AS (
  SELECT coalesce(json_extract_scalar(line, '$.event.original'), line) AS event, "$path" AS source_file
  FROM identity_log_lines
  WHERE day >= ? AND day <= ? AND regexp_like(line, '\S')
),
named AS (
  SELECT *,
    json_extract_scalar(event, '$.published') AS published,
    nullif(json_extract_scalar(event, '$.uuid'), '') AS event_id,
    json_extract_scalar(event, '$.eventType') AS event_type,
    TRY_CAST(json_extract(event, '$.target') AS array(json)) AS targets
  FROM events
)
SELECT
  CASE WHEN event_id IS NOT NULL AND event_type IS NOT NULL AND json_extract(event, '$.actor') IS NOT NULL
      AND regexp_like(published, '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$')
    THEN concat(substr(published, 1, 19), '.',
      rpad(substr(coalesce(regexp_extract(published, '\.(\d+)Z$', 1), ''), 1, 3), 3, '0'), 'Z') END AS event_at,
  CAST('okta' AS varchar) AS provider,
  event_id,
  event_type,
  nullif(json_extract_scalar(event, '$.outcome.result'), '') AS outcome,
  nullif(json_extract_scalar(event, '$.outcome.reason'), '') AS reason,
  nullif(json_extract_scalar(event, '$.actor.id'), '') AS actor_id,
  nullif(json_extract_scalar(event, '$.actor.type'), '') AS actor_type,
  nullif(json_extract_scalar(event, '$.actor.alternateId'), '') AS actor_name,
  nullif(json_extract_scalar(event, '$.actor.displayName'), '') AS actor_display,
  nullif(json_extract_scalar(event, '$.client.ipAddress'), '') AS client_ip,
  nullif(json_extract_scalar(event, '$.client.userAgent.rawUserAgent'), '') AS user_agent,
  nullif(json_extract_scalar(event, '$.client.geographicalContext.country'), '') AS country,
  nullif(json_extract_scalar(event, '$.client.geographicalContext.city'), '') AS city,
  nullif(json_extract_scalar(event, '$.authenticationContext.externalSessionId'), '') AS session_id,
  nullif(json_extract_scalar(event, '$.authenticationContext.credentialType'), '') AS credential_type,
  -- Names are parted by line feeds: a control character in one is replaced.
  nullif(array_join(transform(filter(targets, t -> json_extract_scalar(t, '$.type') = 'AppInstance'),
    t -> nullif(regexp_replace(json_extract_scalar(t, '$.displayName'), '\p{Cc}', ' '), '')), chr(10)), '') AS apps,
  nullif(array_join(transform(filter(targets, t -> json_extract_scalar(t, '$.type') = 'AppUser'),
    t -> nullif(regexp_replace(json_extract_scalar(t, '$.alternateId'), '\p{Cc}', ' '), '')), chr(10)), '') AS app_users,
  source_file
FROM named
