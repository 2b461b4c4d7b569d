-- Finds: events of the identity provider's log about signing in, by users of these names, or who have them in an application.
-- Misses: users whose name at the provider is not the one in AWS; what the provider does not log.
-- Parameters: 2 texts of names in lower case, with and without domain, one a line, thrice. Only where such logs were given.
SELECT DISTINCT
  event_at, event_id, provider, event_type, outcome, reason, actor_id, actor_name, actor_display, client_ip, user_agent,
  country, city, session_id, credential_type, apps, app_users
FROM identity_log
WHERE contains(split(concat(?, chr(10), ?), chr(10)), lower(coalesce(actor_name, '')))
  OR contains(split(concat(?, chr(10), ?), chr(10)), lower(split_part(coalesce(actor_name, ''), '@', 1)))
  OR contains(split(concat(?, chr(10), ?), chr(10)), lower(coalesce(app_users, '')))
ORDER BY event_at, event_id
