-- Title: A file server put in front of a bucket
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: servers, users, keys and connectors of Transfer Family, and file shares of Storage Gateway.
-- Misses: transfers over a server that was there before.
-- Parameters: none
-- Origin: Cordon: file servers over buckets are on no list of the peers
-- Blind spot: What goes over the server is in its own logs.
-- False positive: A new partner connected.
SELECT *, eventsource || ' ' || eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.homeDirectory'), json_extract_scalar(requestparameters, '$.locationARN'), json_extract_scalar(requestparameters, '$.url'), json_extract_scalar(requestparameters, '$.serverId')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.homeDirectory'), json_extract_scalar(requestparameters, '$.locationARN'), json_extract_scalar(requestparameters, '$.url'), json_extract_scalar(requestparameters, '$.userName'), json_extract_scalar(requestparameters, '$.serverId')) AS target,
  CASE WHEN regexp_like(requestparameters, '"(PUBLIC|0\.0\.0\.0/0)"') THEN 'critical' END AS severity
FROM case_events
WHERE ((eventsource = 'transfer.amazonaws.com' AND eventname IN ('CreateServer', 'CreateUser', 'CreateAccess', 'ImportSshPublicKey', 'CreateConnector', 'StartFileTransfer',
      'CreateWebApp', 'CreateAgreement'))
    OR (eventsource = 'storagegateway.amazonaws.com' AND eventname IN ('CreateNFSFileShare', 'CreateSMBFileShare', 'CreateFileSystemAssociation', 'UpdateNFSFileShare', 'UpdateSMBFileShare')))
  AND principal_type IS DISTINCT FROM 'AWSService'
