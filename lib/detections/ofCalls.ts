/**
 * The rows of a detection of which every row is one call. Its file selects the calls and says of each `detail` (null:
 * not this one), `target` (account, address or resource that gained by it) and `severity` (null: the card's).
 */
export const ofCalls = (calls: string): string => `WITH calls AS (
${calls.trimEnd().replaceAll(/^/gm, "  ")}
)
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode, target, severity
FROM calls
WHERE detail IS NOT NULL
ORDER BY first_at, event_ids, detail
`;
