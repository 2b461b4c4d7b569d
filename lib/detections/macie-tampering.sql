-- Title: Macie switched off or its findings hidden
-- Severity: high
-- Technique: T1562.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Finds: Macie disabled or paused at once; otherwise more than the given number of evading calls by one address within ten minutes.
-- Misses: classification jobs that were never made.
-- Parameter: calls = 5: Evading calls within ten minutes that are still ordinary
-- Origin: Sigma: Macie evasion (> 5 in 10 minutes per address) (2026-08-05)
-- Put right: Switching Macie off is one call, which the published count of six never sees: it fires alone.
-- Blind spot: Automated discovery excluded bucket by bucket, slowly.
-- False positive: Tuning of findings filters.
WITH calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second,
    CASE WHEN eventname IN ('DisableMacie', 'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount', 'DeleteMember', 'DisassociateMember', 'DisableOrganizationAdminAccount')
      OR (eventname = 'UpdateMacieSession' AND json_extract_scalar(requestparameters, '$.status') = 'PAUSED') THEN 1 ELSE 0 END AS off
  FROM case_events
  WHERE eventsource = 'macie2.amazonaws.com' AND errorcode IS NULL AND principal_type IS DISTINCT FROM 'AWSService'
    AND eventname IN ('DisableMacie', 'UpdateMacieSession', 'ArchiveFindings', 'CreateFindingsFilter', 'UpdateFindingsFilter', 'CreateAllowList', 'DeleteMember', 'DisassociateMember',
      'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount', 'DisableOrganizationAdminAccount', 'UpdateClassificationJob', 'DeleteCustomDataIdentifier',
      'UpdateAutomatedDiscoveryConfiguration', 'UpdateClassificationScope', 'PutFindingsPublicationConfiguration')
),
running AS (
  SELECT *, count(*) OVER (PARTITION BY caller, sourceip ORDER BY at_second RANGE BETWEEN 599 PRECEDING AND CURRENT ROW) AS in_ten_minutes FROM calls
),
peaks AS (
  SELECT *, max(in_ten_minutes) OVER (PARTITION BY caller, sourceip) AS most, max(off) OVER (PARTITION BY caller, sourceip) AS any_off FROM running
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, sourceip AS sourceip, CAST(NULL AS varchar) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(off) AS switched_off, max(in_ten_minutes) AS most_in_ten_minutes
FROM peaks
WHERE any_off = 1 OR most > CAST(? AS bigint)
GROUP BY caller, sourceip
ORDER BY first_at, principal, sourceip
