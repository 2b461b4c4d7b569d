-- Finds: the account that owns each bucket that an event of the case names, as the event says.
-- Misses: buckets whose events name no owner.
-- Parameters: none.
WITH named AS (
  SELECT bucket,
    CASE 'AWS::S3::Bucket' WHEN json_extract_scalar(resources, '$[0].type') THEN json_extract_scalar(resources, '$[0].accountid')
      WHEN json_extract_scalar(resources, '$[1].type') THEN json_extract_scalar(resources, '$[1].accountid') END AS account
  FROM case_events
  WHERE bucket IS NOT NULL
)
SELECT DISTINCT bucket, account
FROM named
WHERE account IS NOT NULL
ORDER BY bucket, account
