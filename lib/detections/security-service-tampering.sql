-- Title: Security Hub, Access Analyzer, Detective, Inspector or Config switched off or silenced
-- Severity: high
-- Technique: T1562.001
-- Phase: covering tracks
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: services and standards disabled, members removed, findings suppressed, insights and rules deleted, guardrails of models removed.
-- Misses: GuardDuty and Macie, which have rules of their own.
-- Parameters: none
-- Origin: Panther: AWS SecurityHub Finding Evasion; AWS Config Service Disabled; AWS WAF Disassociation (2026-07-01)
-- Origin: Sigma: AWS SecurityHub Findings Evasion; AWS Config Disabling Channel/Recorder (2026-08-05)
-- Origin: Elastic: AWS Config Resource Deletion; AWS WAF Access Control List Deletion; AWS Bedrock Model Invocation Logging Disabled or Modified (2026-08-21)
-- Origin: Splunk: AWS Defense Evasion Impair Security Services (2024-10-24)
-- Origin: Turbot: Config Rule Deleted; WAF Web ACL Logging Disabled (2025-03-03)
-- Blind spot: A delegated administrator in another account leaves the event there.
-- False positive: Security engineers at work.
SELECT *, CASE
    WHEN eventname IN ('BatchUpdateFindings', 'UpdateFindings') AND NOT regexp_like(requestparameters, '(?i)SUPPRESSED|RESOLVED|ARCHIVED|FALSE_POSITIVE') THEN NULL
    WHEN eventname IN ('UpdateStandardsControl', 'BatchUpdateStandardsControlAssociations', 'UpdateSecurityControl') AND NOT regexp_like(requestparameters, '"DISABLED"') THEN NULL
    WHEN eventname = 'PutModelInvocationLoggingConfiguration' AND regexp_like(requestparameters, '(?i)"(s3Config|cloudWatchConfig)"') THEN NULL
    ELSE eventsource || ' ' || eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.configRuleName'), json_extract_scalar(requestparameters, '$.analyzerName'), json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.graphArn'), json_extract_scalar(requestparameters, '$.insightArn'), json_extract_scalar(requestparameters, '$.webACLArn'), json_extract_scalar(requestparameters, '$.dBClusterIdentifier')), '') END AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.configRuleName'), json_extract_scalar(requestparameters, '$.analyzerName'), json_extract_scalar(requestparameters, '$.name')) AS target,
  CASE WHEN eventname IN ('DisableSecurityHub', 'DeleteGraph', 'Disable', 'DisableImportFindingsForProduct', 'DeleteModelInvocationLoggingConfiguration') THEN 'critical'
    WHEN eventname IN ('BatchUpdateFindings', 'UpdateFindings', 'DeleteInsight', 'UpdateInsight') THEN 'medium' END AS severity
FROM case_events
WHERE ((eventsource = 'securityhub.amazonaws.com' AND eventname IN ('DisableSecurityHub', 'BatchDisableStandards', 'UpdateStandardsControl', 'BatchUpdateStandardsControlAssociations',
      'UpdateSecurityControl', 'BatchUpdateFindings', 'UpdateFindings', 'DeleteInsight', 'UpdateInsight', 'DeleteMembers',
      'DisassociateMembers', 'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount',
      'DisableImportFindingsForProduct', 'DisableOrganizationAdminAccount', 'DeleteActionTarget', 'CreateAutomationRule'))
    OR (eventsource = 'access-analyzer.amazonaws.com' AND eventname IN ('DeleteAnalyzer', 'CreateArchiveRule'))
    OR (eventsource = 'detective.amazonaws.com' AND eventname IN ('DeleteGraph', 'DeleteMembers', 'DisassociateMembership'))
    OR (eventsource = 'inspector2.amazonaws.com' AND eventname IN ('Disable', 'CreateFilter', 'DisableDelegatedAdminAccount'))
    OR (eventsource = 'config.amazonaws.com' AND eventname IN ('DeleteConfigRule', 'DeleteOrganizationConfigRule', 'DeleteConfigurationAggregator', 'DeleteRemediationConfiguration',
      'DeleteConformancePack', 'DeleteRetentionConfiguration', 'DeleteAggregationAuthorization', 'DeleteEvaluationResults'))
    OR (eventsource = 'bedrock.amazonaws.com' AND eventname IN ('DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration', 'DeleteGuardrail',
      'UpdateGuardrail'))
    OR (eventsource IN ('wafv2.amazonaws.com', 'waf.amazonaws.com', 'waf-regional.amazonaws.com') AND eventname IN ('DeleteWebACL', 'DisassociateWebACL', 'DeleteRuleGroup', 'DeleteRule', 'DeleteLoggingConfiguration', 'DeleteIPSet',
      'UpdateIPSet'))
    OR (eventsource = 'rds.amazonaws.com' AND eventname IN ('StopActivityStream', 'ModifyActivityStream'))
    OR (eventsource = 'eks.amazonaws.com' AND eventname = 'UpdateClusterConfig' AND regexp_like(requestparameters, '(?i)"enabled"\s*:\s*false')))
  AND principal_type IS DISTINCT FROM 'AWSService'
