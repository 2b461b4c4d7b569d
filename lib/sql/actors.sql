-- Finds: everybody in the case table: one row per identity, access key, address and agent, with what they did and when.
-- Misses: nothing of the case table; identities that the logs leave out stay null.
-- Parameters: none.
SELECT
  principal_type, principal_id, principal_arn, principal_account, user_name, access_key_id, issuer_arn, issuer_id,
  source_identity, session_created, session_mfa, sourceip, useragent,
  count(*) AS calls,
  count_if(errorcode IS NOT NULL) AS failed,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM case_events
GROUP BY principal_type, principal_id, principal_arn, principal_account, user_name, access_key_id, issuer_arn, issuer_id,
  source_identity, session_created, session_mfa, sourceip, useragent
ORDER BY calls DESC, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
