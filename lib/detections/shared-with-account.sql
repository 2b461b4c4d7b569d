-- Title: Data or events handed to another account
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: snapshots and shares of Redshift, shares of Resource Access Manager, permissions on queues and topics, grants of the data lake, events sent to another account, documents and images shared, and KMS grants to principals abroad.
-- Misses: sharing inside an organisation, which names an organisation and no account.
-- Parameter: own accounts
-- Origin: Turbot: SSM Document Shared Publicly (2025-03-03)
-- Blind spot: An account of our own organisation whose logs are not at hand looks foreign.
-- False positive: Data products shared with partners on purpose.
WITH calls AS (
  SELECT *, CASE
      WHEN eventname = 'CreateGrant' THEN coalesce(json_extract_scalar(requestparameters, '$.granteePrincipal'), '')
      WHEN eventname = 'PutTargets' THEN coalesce(json_format(json_extract(requestparameters, '$.targets')), '')
      WHEN eventname IN ('GrantPermissions', 'BatchGrantPermissions') THEN '"' || coalesce(json_extract_scalar(requestparameters, '$.principal.dataLakePrincipalIdentifier'), json_format(json_extract(requestparameters, '$.entries')), '') || '"'
      ELSE coalesce(requestparameters, '') END AS named
  FROM case_events
  WHERE ((eventsource = 'redshift.amazonaws.com' AND eventname IN ('AuthorizeSnapshotAccess', 'AuthorizeDataShare', 'AuthorizeEndpointAccess'))
      OR (eventsource = 'ram.amazonaws.com' AND eventname IN ('CreateResourceShare', 'AssociateResourceShare'))
      OR (eventsource IN ('sqs.amazonaws.com', 'sns.amazonaws.com') AND eventname = 'AddPermission')
      OR (eventsource = 'kms.amazonaws.com' AND eventname = 'CreateGrant')
      OR (eventsource = 'lakeformation.amazonaws.com' AND eventname IN ('GrantPermissions', 'BatchGrantPermissions'))
      OR (eventsource = 'events.amazonaws.com' AND eventname IN ('PutTargets', 'PutPermission'))
      OR (eventsource = 'ssm.amazonaws.com' AND eventname = 'ModifyDocumentPermission')
      OR (eventsource = 's3.amazonaws.com' AND eventname = 'CreateAccessGrant')
      OR (eventsource IN ('iot.amazonaws.com', 'fsx.amazonaws.com', 'elasticfilesystem.amazonaws.com', 'macie2.amazonaws.com', 'guardduty.amazonaws.com') AND eventname IN ('CreateInvitations', 'InviteMembers', 'AssociateFileSystemAliases')))
    AND principal_type IS DISTINCT FROM 'AWSService'
)
SELECT c.*, eventname || ' for account ' || p.account AS detail, p.account AS target, CAST(NULL AS varchar) AS severity
FROM calls c
CROSS JOIN UNNEST(array_distinct(regexp_extract_all(c.named, '(?:arn:aws[a-z-]*:[a-z]+:[a-z0-9-]*:|\\?")([0-9]{12})(?:[:"\\]|$)', 1))) AS p(account)
WHERE NOT contains(split(?, ','), p.account)
