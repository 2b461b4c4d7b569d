-- Finds: who else used the identities and buckets of the case with success, and how much: by identity, and by bucket and identity.
-- Misses: calls made as the thief's identity from the thief's addresses; reads that no data event recorded; users outside the window.
-- Parameters: 4 texts of principal ids and 4 of access keys of the suspects; 2 of their addresses; one value a line; `yes` if no address is known.
WITH others AS (
  SELECT
    bucket, eventtime, principal_id, sourceip, useragent, invoked_by,
    coalesce(issuer_arn, principal_arn, invoked_by, principal_id, 'anonymous') AS principal
  FROM case_events
  WHERE errorcode IS NULL
    AND NOT (
      (contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(principal_id, ''))
        OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(access_key_id, '')))
      AND (contains(split(concat(?, chr(10), ?), chr(10)), coalesce(sourceip, '')) OR ? = 'yes'))
)
SELECT
  'identity' AS kind, principal AS subject, principal,
  count(*) AS calls, count(DISTINCT principal_id) AS sessions, count(DISTINCT sourceip) AS addresses,
  count(DISTINCT useragent) AS agents, count(DISTINCT invoked_by) AS services, max(eventtime) AS last_at
FROM others
GROUP BY principal
UNION ALL
SELECT
  'bucket' AS kind, bucket AS subject, principal,
  count(*) AS calls, count(DISTINCT principal_id) AS sessions, count(DISTINCT sourceip) AS addresses,
  count(DISTINCT useragent) AS agents, count(DISTINCT invoked_by) AS services, max(eventtime) AS last_at
FROM others
WHERE bucket IS NOT NULL
GROUP BY bucket, principal
ORDER BY 1, 2, 4 DESC, 3
