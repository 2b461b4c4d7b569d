-- Finds: every secret, parameter and machine password that was read, by caller, with the first events behind it.
-- Misses: parameters read without decryption, which hold no secret; which secrets a batch with a filter returned.
-- Parameters: none.
SELECT
  eventname, coalesce(json_extract_scalar(requestparameters, '$.secretId'), json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.path'), json_extract_scalar(requestparameters, '$.instanceId'),
    json_format(json_extract(requestparameters, '$.names')), json_format(json_extract(requestparameters, '$.secretIdList')),
    json_format(json_extract(requestparameters, '$.filters')), '-') AS item,
  principal_id, access_key_id, sourceip,
  count(*) AS calls,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 5), ',') AS event_ids
FROM case_events
WHERE errorcode IS NULL
  AND ((eventsource = 'secretsmanager.amazonaws.com' AND eventname IN ('GetSecretValue', 'BatchGetSecretValue'))
    OR (eventsource = 'ec2.amazonaws.com' AND eventname = 'GetPasswordData')
    OR (eventsource = 'ssm.amazonaws.com' AND eventname IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
      AND regexp_like(requestparameters, '"withDecryption"\s*:\s*true')))
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_at, 1, 2, 3, 4, 5
