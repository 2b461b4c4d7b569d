-- Finds: every line of Microsoft Entra ID's sign-in logs as table identity_log has it; event_at is null for a line that is no sign-in.
-- Misses: sign-ins in lists or over several lines; times with another offset than Z or +00:00; blank lines.
-- Parameters: first and last day, which are folders.
WITH records AS (
  SELECT coalesce(json_extract_scalar(line, '$.event.original'), line) AS record, "$path" AS source_file
  FROM entra_sign_in_lines
  WHERE day >= ? AND day <= ? AND regexp_like(line, '\S')
),
events AS (
  SELECT record, source_file, coalesce(json_format(json_extract(record, '$.properties')), record) AS event
  FROM records
),
named AS (
  SELECT *,
    json_extract_scalar(event, '$.createdDateTime') AS created,
    nullif(json_extract_scalar(event, '$.id'), '') AS event_id,
    TRY_CAST(coalesce(
      regexp_extract(json_extract_scalar(event, '$.status.errorCode'), '^\d{1,9}$'),
      regexp_extract(json_extract_scalar(record, '$.resultType'), '^\d{1,9}$')) AS bigint) AS code,
    nullif(json_extract_scalar(event, '$.status.additionalDetails'), '') AS details,
    coalesce(
      TRY_CAST(json_extract(event, '$.authenticationDetails') AS array(json)),
      TRY_CAST(TRY(json_parse(json_extract_scalar(event, '$.authenticationDetails'))) AS array(json))) AS steps
  FROM events
),
proven AS (
  SELECT *,
    transform(filter(steps, s -> regexp_like(coalesce(json_extract_scalar(s, '$.authenticationStepRequirement'), ''), '(?i)^multi-?factor')
        AND json_extract_scalar(s, '$.succeeded') = 'true'),
      s -> regexp_replace(coalesce(nullif(json_extract_scalar(s, '$.authenticationMethod'), ''), 'not named'), '\p{Cc}', ' ')) AS factors
  FROM named
)
SELECT
  CASE WHEN event_id IS NOT NULL AND code IS NOT NULL AND json_extract(event, '$.appId') IS NOT NULL
      AND regexp_like(created, '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$')
    THEN concat(substr(created, 1, 19), '.',
      rpad(substr(coalesce(regexp_extract(created, '\.(\d+)(Z|\+00:00)$', 1), ''), 1, 3), 3, '0'), 'Z') END AS event_at,
  CAST('entra' AS varchar) AS provider,
  event_id,
  coalesce(
    nullif(json_extract_scalar(event, '$.signInEventTypes[0]'), ''),
    element_at(map(ARRAY['NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs', 'ManagedIdentitySignInLogs'],
      ARRAY['nonInteractiveUser', 'servicePrincipal', 'managedIdentity']), json_extract_scalar(record, '$.category')),
    CASE WHEN json_extract_scalar(event, '$.isInteractive') = 'false' THEN 'nonInteractiveUser' ELSE 'interactiveUser' END) AS event_type,
  CASE WHEN code = 0 THEN 'SUCCESS'
    WHEN code IN (50055, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50129, 50140, 50143, 50144, 50203) THEN 'CHALLENGE'
    ELSE 'FAILURE' END AS outcome,
  CASE WHEN code > 0 THEN concat_ws(' ', CAST(code AS varchar), nullif(json_extract_scalar(event, '$.status.failureReason'), '')) END AS reason,
  coalesce(nullif(json_extract_scalar(event, '$.userId'), ''), nullif(json_extract_scalar(event, '$.servicePrincipalId'), '')) AS actor_id,
  nullif(json_extract_scalar(event, '$.userType'), '') AS actor_type,
  coalesce(nullif(json_extract_scalar(event, '$.userPrincipalName'), ''), nullif(json_extract_scalar(event, '$.servicePrincipalName'), '')) AS actor_name,
  nullif(json_extract_scalar(event, '$.userDisplayName'), '') AS actor_display,
  coalesce(CAST(TRY_CAST(json_extract_scalar(event, '$.ipAddress') AS ipaddress) AS varchar),
    nullif(json_extract_scalar(event, '$.ipAddress'), '')) AS client_ip,
  nullif(json_extract_scalar(event, '$.userAgent'), '') AS user_agent,
  nullif(json_extract_scalar(event, '$.location.countryOrRegion'), '') AS country,
  nullif(json_extract_scalar(event, '$.location.city'), '') AS city,
  coalesce(nullif(json_extract_scalar(event, '$.sessionId'), ''), nullif(json_extract_scalar(event, '$.correlationId'), '')) AS session_id,
  -- Names are parted by line feeds: a control character in one is replaced.
  CASE WHEN cardinality(factors) > 0 THEN array_join(array_distinct(factors), chr(10))
    WHEN regexp_like(details, '^MFA (requirement satisfied|completed)') THEN regexp_replace(details, '\p{Cc}', ' ') END AS credential_type,
  nullif(array_join(array_distinct(ARRAY[
    regexp_replace(nullif(json_extract_scalar(event, '$.appDisplayName'), ''), '\p{Cc}', ' '),
    regexp_replace(nullif(json_extract_scalar(event, '$.resourceDisplayName'), ''), '\p{Cc}', ' ')]), chr(10)), '') AS apps,
  coalesce(nullif(json_extract_scalar(event, '$.alternateSignInName'), ''), nullif(json_extract_scalar(event, '$.signInIdentifier'), '')) AS app_users,
  source_file
FROM proven
