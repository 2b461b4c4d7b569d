-- Title: Something else opened to everybody
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: documents shared with all, projects of CodeBuild made public, queues and topics that everybody may use, and grants of data to everybody.
-- Misses: buckets, snapshots and functions, which have rules of their own.
-- Parameters: none
-- Origin: Turbot: SSM Document Shared Publicly; CodeBuild Project Visibility Set Public (2025-03-03)
-- Origin: Panther: CodeBuild Project made Public (2026-07-01)
-- Blind spot: None.
-- False positive: Open-source projects.
SELECT *, CASE
    WHEN eventname = 'ModifyDocumentPermission' AND regexp_like(requestparameters, '(?i)"accountIdsToAdd"\s*:\s*\[\s*"all"') THEN 'everybody may use the document ' || coalesce(json_extract_scalar(requestparameters, '$.name'), '-')
    WHEN eventname = 'UpdateProjectVisibility' AND json_extract_scalar(requestparameters, '$.projectVisibility') = 'PUBLIC_READ' THEN 'everybody may read the builds of ' || coalesce(json_extract_scalar(requestparameters, '$.projectArn'), '-')
    WHEN eventname = 'AddPermission' AND regexp_like(requestparameters, '(?i)"(aWSAccountIds?|principal)"\s*:\s*\[?\s*"\*"') THEN 'everybody may use ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.queueUrl'), json_extract_scalar(requestparameters, '$.topicArn')), '-')
    WHEN eventname = 'GrantPermissions' AND json_extract_scalar(requestparameters, '$.principal.dataLakePrincipalIdentifier') IN ('IAM_ALLOWED_PRINCIPALS', '*') THEN 'everybody may read the data lake'
    WHEN eventname IN ('DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess') THEN eventname
    WHEN eventname = 'CreateRepository' AND eventsource = 'ecr-public.amazonaws.com' THEN 'public repository ' || coalesce(json_extract_scalar(requestparameters, '$.repositoryName'), '-') END AS detail,
  'everybody' AS target, CASE WHEN eventname IN ('CreateRepository', 'GrantPermissions') THEN 'medium' END AS severity
FROM case_events
WHERE eventname IN ('ModifyDocumentPermission', 'UpdateProjectVisibility', 'AddPermission', 'GrantPermissions',
      'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess', 'CreateRepository')
  AND eventsource IN ('ssm.amazonaws.com', 'codebuild.amazonaws.com', 'sqs.amazonaws.com', 'sns.amazonaws.com', 'lakeformation.amazonaws.com', 'ec2.amazonaws.com', 'ecr-public.amazonaws.com') AND principal_type IS DISTINCT FROM 'AWSService'
