-- Finds: CloudTrail's records as Amazon Security Lake keeps them (OCSF, source version 2), in the columns of Athena's CloudTrail table.
-- Misses: members that Security Lake leaves out. Structs are read as JSON: one that lacks a member gives null, and no query fails for it.
-- Parameters: none; the window and the accounts are put in as literals, by which Iceberg prunes.
SELECT
  eventid, sharedeventid, requestid, eventtime, day, eventsource, eventname, awsregion, sourceipaddress, useragent, errorcode, errormessage,
  eventtype, eventcategory, readonly, vpcendpointid, requestparameters, responseelements, additionaleventdata, serviceeventdetails, resources,
  recipientaccountid, account, region, "$path",
  CAST(ROW(user_type, CASE WHEN user_uid LIKE 'arn:%' THEN user_uid_alt ELSE coalesce(user_uid, user_uid_alt) END,
    CASE WHEN user_uid LIKE 'arn:%' THEN user_uid WHEN user_uid_alt LIKE 'arn:%' THEN user_uid_alt END,
    user_account, invoked_by, credential_uid, user_name, ROW(on_behalf_user, on_behalf_store),
    ROW(ROW(session_mfa, session_created), ROW(issuer_type, issuer_id, issuer_arn, issuer_account, issuer_name), source_identity))
    AS ROW(type varchar, principalid varchar, arn varchar, accountid varchar, invokedby varchar, accesskeyid varchar, username varchar,
      onbehalfof ROW(userid varchar, identitystorearn varchar),
      sessioncontext ROW(attributes ROW(mfaauthenticated varchar, creationdate varchar),
        sessionissuer ROW(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar), sourceidentity varchar))) AS useridentity
FROM (
  SELECT
    json_extract_scalar(metadata, '$.uid') AS eventid, json_extract_scalar(metadata, '$.event_code') AS eventtype,
    element_at(unmapped, 'sharedEventID') AS sharedeventid, json_extract_scalar(api, '$.request.uid') AS requestid,
    concat(date_format(time_dt, '%Y-%m-%dT%H:%i:%s'), 'Z') AS eventtime, date_format(time_dt, '%Y/%m/%d') AS day,
    json_extract_scalar(api, '$.service.name') AS eventsource, json_extract_scalar(api, '$.operation') AS eventname,
    json_extract_scalar(cloud, '$.region') AS awsregion,
    coalesce(json_extract_scalar(src_endpoint, '$.ip'), json_extract_scalar(src_endpoint, '$.domain')) AS sourceipaddress,
    json_extract_scalar(http_request, '$.user_agent') AS useragent,
    json_extract_scalar(api, '$.response.error') AS errorcode,
    coalesce(json_extract_scalar(api, '$.response.error_message'), json_extract_scalar(api, '$.response.message')) AS errormessage,
    element_at(unmapped, 'eventCategory') AS eventcategory, element_at(unmapped, 'readOnly') AS readonly,
    json_extract_scalar(src_endpoint, '$.uid') AS vpcendpointid,
    json_extract_scalar(api, '$.request.data') AS requestparameters, json_extract_scalar(api, '$.response.data') AS responseelements,
    json_format(CAST(nullif(transform_keys(map_filter(unmapped, (name, text) -> starts_with(name, 'additionalEventData.')),
      (name, text) -> substr(name, 21)), map()) AS JSON)) AS additionaleventdata,
    element_at(unmapped, 'serviceEventDetails') AS serviceeventdetails,
    transform(resources, one -> CAST(ROW(json_extract_scalar(CAST(one AS JSON), '$.uid'), json_extract_scalar(CAST(one AS JSON), '$.owner.account.uid'),
      json_extract_scalar(CAST(one AS JSON), '$.type')) AS ROW(arn varchar, accountid varchar, type varchar))) AS resources,
    coalesce(element_at(unmapped, 'recipientAccountId'), account) AS recipientaccountid, account, region, "$path",
    json_extract_scalar(actor, '$.user.type') AS user_type, json_extract_scalar(actor, '$.user.uid') AS user_uid,
    json_extract_scalar(actor, '$.user.uid_alt') AS user_uid_alt, json_extract_scalar(actor, '$.user.account.uid') AS user_account,
    json_extract_scalar(actor, '$.user.name') AS user_name, json_extract_scalar(actor, '$.user.credential_uid') AS credential_uid,
    json_extract_scalar(actor, '$.invoked_by') AS invoked_by,
    json_extract_scalar(actor, '$.session.is_mfa') AS session_mfa,
    concat(date_format(from_unixtime(CAST(json_extract_scalar(actor, '$.session.created_time') AS double) / 1000), '%Y-%m-%dT%H:%i:%s'), 'Z') AS session_created,
    json_extract_scalar(actor, '$.session.issuer') AS issuer_arn,
    element_at(unmapped, 'userIdentity.sessionContext.sessionIssuer.type') AS issuer_type,
    element_at(unmapped, 'userIdentity.sessionContext.sessionIssuer.principalId') AS issuer_id,
    element_at(unmapped, 'userIdentity.sessionContext.sessionIssuer.accountId') AS issuer_account,
    element_at(unmapped, 'userIdentity.sessionContext.sessionIssuer.userName') AS issuer_name,
    element_at(unmapped, 'userIdentity.sessionContext.sourceIdentity') AS source_identity,
    element_at(unmapped, 'userIdentity.onBehalfOf.userId') AS on_behalf_user,
    element_at(unmapped, 'userIdentity.onBehalfOf.identityStoreArn') AS on_behalf_store
  FROM (
    SELECT CAST(metadata AS JSON) AS metadata, CAST(api AS JSON) AS api, CAST(actor AS JSON) AS actor, CAST(cloud AS JSON) AS cloud,
      CAST(src_endpoint AS JSON) AS src_endpoint, CAST(http_request AS JSON) AS http_request, unmapped, resources, time_dt,
      accountid AS account, region, "$path"
    FROM security_lake
    WHERE scanned
  )
)
