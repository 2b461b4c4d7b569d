-- Title: A key disabled, deleted, or filled from outside
-- Severity: high
-- Technique: T1486
-- Phase: impact
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: keys scheduled for deletion or disabled, imported material deleted or put in, key stores disconnected, rotation switched off.
-- Misses: data encrypted anew under a key abroad (see foreign-kms-key).
-- Parameters: none
-- Origin: Elastic: AWS KMS Customer Managed Key Disabled or Scheduled for Deletion; AWS KMS Imported Key Material Deleted (2026-08-21)
-- Origin: Panther: KMS CMK Disabled or Deleted (2026-07-01)
-- Origin: Turbot: KMS Key Deletion Scheduled (2025-03-03)
-- Origin: Sigma: AWS KMS Imported Key Material Usage (2026-08-05)
-- Blind spot: What a key protects is not in the log.
-- False positive: Keys retired on purpose: the waiting time is then rarely the shortest.
SELECT *, CASE
    WHEN eventname = 'CreateKey' AND NOT regexp_like(requestparameters, '"(EXTERNAL|EXTERNAL_KEY_STORE)"') THEN NULL
    ELSE eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.keyId'), json_extract_scalar(requestparameters, '$.customKeyStoreId'), json_extract_scalar(requestparameters, '$.origin')), '') || coalesce(' in ' || json_extract_scalar(requestparameters, '$.pendingWindowInDays') || ' days', '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.keyId'), json_extract_scalar(requestparameters, '$.customKeyStoreId')) AS target,
  CASE WHEN eventname IN ('ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DeleteCustomKeyStore') THEN 'critical'
    WHEN eventname IN ('DisableKeyRotation', 'CreateKey') THEN 'low' WHEN eventname IN ('ImportKeyMaterial', 'UpdateAlias', 'UpdatePrimaryRegion') THEN 'medium' END AS severity
FROM case_events
WHERE eventsource = 'kms.amazonaws.com'
  AND eventname IN ('ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial', 'ImportKeyMaterial', 'DisconnectCustomKeyStore',
      'DeleteCustomKeyStore', 'DisableKeyRotation', 'CreateKey', 'UpdateAlias')
  AND principal_type IS DISTINCT FROM 'AWSService'
