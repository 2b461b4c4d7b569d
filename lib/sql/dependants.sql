-- Finds: every successful call of the case that is not the actor's, by who made it, on what and how: whom a change would stop.
-- Misses: calls made as the actor's identity from the actor's addresses; reads that no data event recorded; calls outside the window; all but the 20,000 most frequent.
-- Parameters: 4 texts of principal ids and 4 of access keys of the suspects; 2 of their addresses; one value a line; `yes` if no address is known.
WITH others AS (
  SELECT
    eventsource, eventname, bucket, regexp_extract(copy_source, '^([^/?]+)/', 1) AS source_bucket, principal_type, principal_id,
    principal_arn, principal_account, CASE WHEN access_key_id LIKE 'AKIA%' THEN access_key_id END AS access_key_id, issuer_arn,
    vpcendpointid, invoked_by, eventtime, session_created, event_key
  FROM case_events
  WHERE errorcode IS NULL
    AND NOT (
      (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
        OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, '')))
      AND (contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, '')) OR ? = 'yes'))
)
SELECT
  eventsource, eventname, bucket, source_bucket, principal_type, principal_id, principal_arn, principal_account, access_key_id,
  issuer_arn, vpcendpointid, invoked_by, max(session_created) AS session_created, count(*) AS calls, max(eventtime) AS last_at,
  min(event_key) AS event_key
FROM others
GROUP BY
  eventsource, eventname, bucket, source_bucket, principal_type, principal_id, principal_arn, principal_account, access_key_id,
  issuer_arn, vpcendpointid, invoked_by
ORDER BY calls DESC, event_key
LIMIT 20000
