-- Title: A role handed to a machine, a job or a notebook
-- Severity: medium
-- Technique: T1098.003
-- Phase: escalation
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: instance profiles put on instances, roles put into profiles, and notebooks, endpoints, jobs, tasks and stacks started with a role.
-- Misses: jobs that existed before and are only started.
-- Parameters: none
-- Origin: Sigma: AWS Glue Development Endpoint Activity (2026-08-05)
-- Origin: Elastic: AWS EC2 Instance Profile Associated with Running Instance; AWS Batch Job Submitted with Container Override by Unusual Identity (2026-08-21)
-- Origin: Datadog: Execute Commands on SageMaker Notebook Instance via Lifecycle Configuration (2026-08-19)
-- Origin: Turbot: CodeBuild Project Service Role Updated (2025-03-03)
-- Origin: Suzaku: AWS IAM AddRoleToInstanceProfile; AWS EC2 ReplaceIamInstanceProfileAssociation (2026-08-12)
-- Blind spot: What the role may do is not judged.
-- False positive: Data teams at work; deployments.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.iamInstanceProfile.name'), json_extract_scalar(requestparameters, '$.iamInstanceProfile.arn'), json_extract_scalar(requestparameters, '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Name'), json_extract_scalar(requestparameters, '$.ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name'), json_extract_scalar(requestparameters, '$.roleArn'), json_extract_scalar(requestparameters, '$.role'), json_extract_scalar(requestparameters, '$.roleARN'), json_extract_scalar(requestparameters, '$.serviceRole'), json_extract_scalar(requestparameters, '$.taskRoleArn'), json_extract_scalar(requestparameters, '$.overrides.taskRoleArn'), json_extract_scalar(requestparameters, '$.executionRoleArn'), json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.notebookInstanceName'), json_extract_scalar(requestparameters, '$.endpointName'), json_extract_scalar(requestparameters, '$.jobName'), json_extract_scalar(requestparameters, '$.jobFlowId')), '-') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.instanceProfileName'), json_extract_scalar(requestparameters, '$.endpointName'), json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.jobName'), json_extract_scalar(requestparameters, '$.stackName')) AS target,
  CASE WHEN eventname IN ('AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation', 'AddRoleToInstanceProfile', 'CreateDevEndpoint', 'UpdateDevEndpoint') THEN 'high' END AS severity
FROM case_events
WHERE ((eventsource = 'ec2.amazonaws.com' AND eventname IN ('AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation'))
    OR (eventsource = 'iam.amazonaws.com' AND eventname IN ('AddRoleToInstanceProfile'))
    OR (eventsource = 'glue.amazonaws.com' AND eventname IN ('CreateDevEndpoint', 'UpdateDevEndpoint', 'CreateJob', 'UpdateJob', 'StartJobRun'))
    OR (eventsource = 'sagemaker.amazonaws.com' AND eventname IN ('CreateNotebookInstance', 'CreatePresignedNotebookInstanceUrl', 'CreateNotebookInstanceLifecycleConfig',
      'UpdateNotebookInstanceLifecycleConfig', 'UpdateNotebookInstance', 'CreatePresignedDomainUrl'))
    OR (eventsource = 'codebuild.amazonaws.com' AND eventname IN ('UpdateProject', 'CreateProject') AND regexp_like(requestparameters, '"serviceRole"'))
    OR (eventsource = 'ecs.amazonaws.com' AND eventname = 'RunTask' AND regexp_like(requestparameters, '"taskRoleArn"'))
    OR (eventsource = 'batch.amazonaws.com' AND eventname = 'SubmitJob' AND regexp_like(requestparameters, '"containerOverrides"'))
    OR (eventsource = 'cloudformation.amazonaws.com' AND eventname IN ('CreateStack', 'CreateChangeSet', 'UpdateStack') AND regexp_like(requestparameters, '"roleARN"'))
    OR (eventsource IN ('datapipeline.amazonaws.com', 'elasticmapreduce.amazonaws.com') AND eventname IN ('CreatePipeline', 'ActivatePipeline', 'RunJobFlow')))
  AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
