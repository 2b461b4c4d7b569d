-- Finds: uploads whose file name reads like a note of extortion.
-- Misses: notes with ordinary names, and notes put into object tags or bucket names.
-- Parameters: none.
SELECT
  eventtime AS first_at, eventtime AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id, sourceip, bucket, CAST(1 AS bigint) AS events, eventid AS event_ids,
  object_key AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome,
  CASE WHEN principal_type = 'AWSService' THEN 'service'
    WHEN invoked_by = 'cloudformation.amazonaws.com' OR regexp_like(useragent, '(?i)terraform|pulumi|cloudformation|opentofu')
      THEN 'infrastructure-as-code'
    ELSE 'direct' END AS via,
  errorcode
FROM case_events
WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutObject', 'CopyObject', 'CreateMultipartUpload')
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND regexp_like(object_key, '(?i)(^|/)[^/]*(how[-_ ]?to[-_ ]?(decrypt|recover|restore)|(decrypt|recovery?|restore)[-_ ]?(instructions?|files?|help|your)|ransom[-_ ]?(note|demand)|(files?|data)[-_ ]?(encrypted|stolen|locked)|your[-_ ]?files|read[-_ ]?me[-_ ]?(for|to)[-_ ]?(decrypt|recover)|pay[-_ ]?(me|ransom|bitcoin)|warning[-_ ]?bucket)[^/]*$')
  AND NOT regexp_like(object_key, '(^|/)AWSLogs/')
ORDER BY first_at, event_ids
