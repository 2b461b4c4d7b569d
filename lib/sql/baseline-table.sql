-- Finds: what some identities did, and what anybody did to some buckets, with success: one row per hour, identity, address, agent, bucket and call.
-- Misses: refused calls; who used a role session (sessions are counted with their role); what no S3 data event recorded.
-- Parameters: first and last delivery day (yyyy/MM/dd), from (inclusive), to (exclusive), 4 texts of stable ids, 4 of buckets, one value a line.
WITH flat AS (
  SELECT
    coalesce(nullif(sharedeventid, ''), eventid) AS event_key, eventtime, eventname,
    coalesce(nullif(useridentity.sessioncontext.sessionissuer.principalid, ''), nullif(split_part(useridentity.principalid, ':', 1), '')) AS stable_id,
    sourceipaddress AS sourceip, useragent,
    json_extract_scalar(requestparameters, '$.bucketName') AS named_bucket,
    regexp_extract(CASE 'AWS::S3::Bucket' WHEN element_at(resources, 1).type THEN element_at(resources, 1).arn
      WHEN element_at(resources, 2).type THEN element_at(resources, 2).arn END, ':::([^/]+)$', 1) AS resource_bucket,
    json_extract_scalar(requestparameters, '$.key') AS object_key,
    TRY_CAST(TRY_CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS double) AS bigint) AS bytes_out
  FROM cloudtrail_logs
  WHERE day >= ? AND day <= ? AND eventtime >= ? AND eventtime < ? AND eventid IS NOT NULL
    AND nullif(errorcode, '') IS NULL AND coalesce(nullif(eventcategory, ''), 'Management') IN ('Management', 'Data')
),
named AS (
  SELECT *, CASE WHEN named_bucket LIKE 'arn:%' OR named_bucket LIKE '%-s3alias' THEN coalesce(resource_bucket, named_bucket)
    ELSE coalesce(named_bucket, resource_bucket) END AS bucket
  FROM flat
),
once AS (
  SELECT
    event_key, max(eventtime) AS eventtime, max(eventname) AS eventname, max(stable_id) AS stable_id, max(sourceip) AS sourceip,
    max(useragent) AS useragent, max(bucket) AS bucket, max(object_key) AS object_key, max(bytes_out) AS bytes_out
  FROM named
  WHERE contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(stable_id, ''))
    OR contains(split(concat(?, chr(10), ?, chr(10), ?, chr(10), ?), chr(10)), coalesce(bucket, ''))
  GROUP BY event_key
)
SELECT
  substr(eventtime, 1, 13) AS hour, stable_id, sourceip,
  CASE
    WHEN regexp_like(sourceip, '^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$') THEN regexp_replace(sourceip, '\.\d+$', '.0/24')
    WHEN NOT regexp_like(lower(sourceip), '^[0-9a-f:]*:[0-9a-f:]*$') THEN sourceip
    WHEN regexp_like(sourceip, '^[^:]+:[^:]+:[^:]+:') THEN concat(regexp_extract(lower(sourceip), '^([^:]+:[^:]+:[^:]+):', 1), '::/48')
    WHEN regexp_like(sourceip, '^[^:]+:[^:]+::') THEN concat(regexp_extract(lower(sourceip), '^([^:]+:[^:]+)::', 1), ':0::/48')
    WHEN regexp_like(sourceip, '^[^:]+::') THEN concat(regexp_extract(lower(sourceip), '^([^:]+)::', 1), ':0:0::/48')
    ELSE sourceip END AS network,
  useragent, bucket, eventname,
  count(*) AS calls,
  count(DISTINCT object_key) AS objects,
  CAST(sum(bytes_out) AS bigint) AS bytes_out,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM once
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 5, 6, 7
