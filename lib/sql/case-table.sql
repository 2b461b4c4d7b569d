-- Finds: every request of the window, once, that touches an indicator (`*` touches all), and every change to trails, detectors, Macie and S3 settings.
-- Misses: aggregated and Insight records (they are no requests); a bucket or key named only inside a policy or a message text.
-- Parameters: first and last delivery day (yyyy/MM/dd), from (inclusive), to (exclusive), then 16 texts of indicators, one value a line.
WITH flat AS (
  SELECT
    coalesce(nullif(sharedeventid, ''), eventid) AS event_key,
    eventid, sharedeventid, requestid, eventtime, eventsource, eventname, awsregion, eventtype, eventcategory,
    coalesce(CAST(TRY_CAST(sourceipaddress AS ipaddress) AS varchar), sourceipaddress) AS sourceip, useragent, nullif(errorcode, '') AS errorcode, errormessage, vpcendpointid, readonly,
    useridentity.type AS principal_type,
    nullif(useridentity.principalid, '') AS principal_id,
    useridentity.arn AS principal_arn,
    useridentity.accountid AS principal_account,
    nullif(useridentity.accesskeyid, '') AS access_key_id,
    useridentity.username AS user_name,
    useridentity.invokedby AS invoked_by,
    useridentity.sessioncontext.sessionissuer.type AS issuer_type,
    useridentity.sessioncontext.sessionissuer.principalid AS issuer_id,
    useridentity.sessioncontext.sessionissuer.arn AS issuer_arn,
    useridentity.sessioncontext.sessionissuer.username AS issuer_name,
    useridentity.sessioncontext.attributes.creationdate AS session_created,
    useridentity.sessioncontext.attributes.mfaauthenticated AS session_mfa,
    useridentity.sessioncontext.sourceidentity AS source_identity,
    useridentity.onbehalfof.userid AS on_behalf_of,
    json_extract_scalar(requestparameters, '$.bucketName') AS named_bucket,
    coalesce(regexp_extract(element_at(resources, 1).arn, '^arn:[^:]+:s3(?:(?:express|tables|vectors|-outposts):[^/]*:(?:outpost/[^/]+/)?bucket/|:::)([^/]+)$', 1),
      regexp_extract(element_at(resources, 2).arn, '^arn:[^:]+:s3(?:(?:express|tables|vectors|-outposts):[^/]*:(?:outpost/[^/]+/)?bucket/|:::)([^/]+)$', 1),
      regexp_extract(element_at(resources, 3).arn, '^arn:[^:]+:s3(?:(?:express|tables|vectors|-outposts):[^/]*:(?:outpost/[^/]+/)?bucket/|:::)([^/]+)$', 1),
      regexp_extract(element_at(resources, 1).arn, '^arn:[^:]+:s3tables:[^/]*:bucket/([^/]+)/table/', 1),
      regexp_extract(element_at(resources, 2).arn, '^arn:[^:]+:s3tables:[^/]*:bucket/([^/]+)/table/', 1)) AS resource_bucket,
    regexp_extract(CASE 'AWS::S3::Object' WHEN element_at(resources, 1).type THEN element_at(resources, 1).arn
      WHEN element_at(resources, 2).type THEN element_at(resources, 2).arn END, '(?s)^[^/]+/(.*)$', 1) AS resource_key,
    element_at(resources, 1).arn AS resource_1, element_at(resources, 2).arn AS resource_2,
    element_at(resources, 3).arn AS resource_3, element_at(resources, 4).arn AS resource_4,
    json_extract_scalar(requestparameters, '$.key') AS named_key,
    json_extract_scalar(requestparameters, '$.versionId') AS version_id,
    CASE WHEN eventname IN ('CopyObject', 'UploadPartCopy')
      THEN regexp_replace(json_extract_scalar(requestparameters, '$["x-amz-copy-source"]'), '^(?:/|%2[Ff])', '') END AS named_source,
    TRY_CAST(TRY_CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS double) AS bigint) AS told_out,
    TRY_CAST(TRY_CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredIn') AS double) AS bigint) AS told_in,
    json_extract_scalar(additionaleventdata, '$.AuthenticationMethod') AS auth_method,
    CASE WHEN eventsource = 'sts.amazonaws.com' THEN json_extract_scalar(responseelements, '$.credentials.accessKeyId')
      WHEN eventsource = 'iam.amazonaws.com' THEN json_extract_scalar(responseelements, '$.accessKey.accessKeyId') END AS minted_key,
    CASE WHEN eventsource = 'sts.amazonaws.com' THEN json_extract_scalar(responseelements, '$.assumedRoleUser.assumedRoleId') END AS minted_session,
    CASE WHEN eventsource = 'iam.amazonaws.com' THEN json_extract_scalar(requestparameters, '$.accessKeyId') END AS target_key,
    CASE WHEN eventsource = 'iam.amazonaws.com' THEN coalesce(json_extract_scalar(requestparameters, '$.userName'),
      json_extract_scalar(requestparameters, '$.roleName')) END AS target_name,
    requestparameters, responseelements, additionaleventdata, serviceeventdetails,
    json_format(CAST(resources AS JSON)) AS resources,
    recipientaccountid AS recipient_account,
    "$path" AS source_file
  FROM cloudtrail_logs
  WHERE day >= ? AND day <= ? AND eventtime >= ? AND eventtime < ? AND eventid IS NOT NULL
    AND coalesce(nullif(eventcategory, ''), 'Management') IN ('Management', 'Data', 'NetworkActivity')
),
placed AS (
  SELECT *,
    -- An access point, its alias, a multi-region or Object Lambda access point stands for a bucket that the resources name.
    CASE WHEN named_source IS NOT NULL AND regexp_like(named_bucket, '^[a-z0-9.-]+$')
        AND NOT regexp_like(named_bucket, '(?:-s3alias|--ol-s3|--op-s3|[.]mrap)$') THEN named_bucket
      ELSE coalesce(resource_bucket, named_bucket) END AS bucket,
    coalesce(named_key, resource_key) AS object_key,
    CASE WHEN regexp_like(named_source, '(?i)^(?:arn(?::|%3a)|[^/%]*(?:-s3alias|--ol-s3|--op-s3|[.]mrap)(?:/|%2f))') THEN
      coalesce(
        regexp_extract(nullif(resource_1, concat('arn:aws:s3:::', named_bucket, '/', named_key)), '(?s)^arn:[^:]+:s3:::(.+/.*)$', 1),
        regexp_extract(nullif(resource_2, concat('arn:aws:s3:::', named_bucket, '/', named_key)), '(?s)^arn:[^:]+:s3:::(.+/.*)$', 1),
        regexp_extract(nullif(resource_3, concat('arn:aws:s3:::', named_bucket, '/', named_key)), '(?s)^arn:[^:]+:s3:::(.+/.*)$', 1),
        regexp_extract(nullif(resource_4, concat('arn:aws:s3:::', named_bucket, '/', named_key)), '(?s)^arn:[^:]+:s3:::(.+/.*)$', 1)
      ) END AS resource_source,
    CASE WHEN told_out >= 0 AND told_out <= 54975581388800 THEN told_out END AS bytes_out,
    CASE WHEN told_in >= 0 AND told_in <= 54975581388800 THEN told_in END AS bytes_in
  FROM flat
),
touched AS (
  SELECT *,
    CASE
      WHEN resource_source IS NOT NULL THEN concat(regexp_extract(resource_source, '^([^/]+)/', 1), '/',
        replace(url_encode(regexp_extract(resource_source, '(?s)^[^/]+/(.*)$', 1)), '+', '%20'),
        coalesce(regexp_extract(named_source, '[?]versionId=.*$'), ''))
      WHEN regexp_like(named_source, '(?i)^arn(?::|%3a).*accesspoint(?:/|:|%2f)') THEN concat(
        regexp_replace(regexp_replace(regexp_extract(named_source, '(?i)^.*accesspoint(?:/|:|%2f)[^/%?]+'), '%3[Aa]', ':'), '(?:/|%2[Ff])', ':'),
        '/', regexp_extract(named_source, '(?is)(?:/|%2f)object(?:/|%2f)(.*)$', 1))
      ELSE named_source END AS copy_source
  FROM placed
  WHERE arrays_overlap(
      ARRAY[
        access_key_id, minted_key, target_key, target_name, principal_id, split_part(principal_id, ':', 1), issuer_id, minted_session,
        split_part(minted_session, ':', 1), principal_arn, issuer_arn, sourceip, named_bucket,
        regexp_extract(named_source, '^([^/%?]+)', 1), resource_1, resource_2, resource_3, resource_4, '*'
      ],
      split(array_join(ARRAY[?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?], chr(10)), chr(10)))
    OR (eventsource IN ('cloudtrail.amazonaws.com', 'guardduty.amazonaws.com', 'macie2.amazonaws.com')
      AND NOT regexp_like(eventname, '^(Get|List|Describe|Lookup|Search|Batch|Test)'))
    OR (eventsource = 's3.amazonaws.com' AND coalesce(eventcategory, 'Management') <> 'Data'
      AND regexp_like(eventname, '^(Put|Delete|Create|Update|Submit|Associate|Dissociate|Job)')
      AND NOT regexp_like(eventname, '^(Put|Delete|Create|Update)(Object|Multipart)'))
),
copies AS (
  SELECT *,
    row_number() OVER (
      PARTITION BY event_key ORDER BY CASE WHEN access_key_id IS NULL THEN 1 ELSE 0 END,
        CASE WHEN errorcode IS NULL THEN 0 ELSE 1 END, coalesce(bytes_out, 0) DESC, eventid, source_file
    ) AS copy_number,
    -- One event, twice, and not the same: one of the two was changed or made up. What only one of them has is no difference.
    min(eventtime) OVER (PARTITION BY eventid) <> max(eventtime) OVER (PARTITION BY eventid)
      OR min(eventname) OVER (PARTITION BY eventid) <> max(eventname) OVER (PARTITION BY eventid)
      OR min(coalesce(errorcode, '')) OVER (PARTITION BY eventid) <> max(coalesce(errorcode, '')) OVER (PARTITION BY eventid)
      OR min(bucket) OVER (PARTITION BY eventid) <> max(bucket) OVER (PARTITION BY eventid)
      OR min(object_key) OVER (PARTITION BY eventid) <> max(object_key) OVER (PARTITION BY eventid)
      OR min(principal_id) OVER (PARTITION BY eventid) <> max(principal_id) OVER (PARTITION BY eventid)
      OR min(sourceip) OVER (PARTITION BY eventid) <> max(sourceip) OVER (PARTITION BY eventid)
      OR min(bytes_out) OVER (PARTITION BY eventid) <> max(bytes_out) OVER (PARTITION BY eventid)
      OR min(eventname) OVER (PARTITION BY event_key) <> max(eventname) OVER (PARTITION BY event_key)
      OR min(object_key) OVER (PARTITION BY event_key) <> max(object_key) OVER (PARTITION BY event_key) AS is_contested
  FROM touched
)
SELECT
  event_key, eventid, sharedeventid, requestid, eventtime, eventsource, eventname, awsregion, eventtype, eventcategory,
  sourceip, useragent, errorcode, errormessage, vpcendpointid, readonly, principal_type, principal_id, principal_arn,
  principal_account, access_key_id, user_name, invoked_by, issuer_type, issuer_id, issuer_arn, issuer_name,
  session_created, session_mfa, source_identity, on_behalf_of, bucket, object_key, version_id, copy_source, bytes_out,
  bytes_in, auth_method, requestparameters, responseelements, additionaleventdata, serviceeventdetails, resources,
  recipient_account, source_file, coalesce(is_contested, false) AS is_contested
FROM copies
WHERE copy_number = 1
