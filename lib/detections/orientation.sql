-- Title: Who am I, what is there: asked by a suspect
-- Severity: low
-- Technique: T1580
-- Phase: reconnaissance
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of kinds of question
-- Finds: kinds of reading calls that a suspect makes within an hour on identities, stores, secrets, machines and the organisation; of others, very many kinds.
-- Misses: what the actor knew before.
-- Parameter: suspects
-- Parameter: kinds of question = 25: Different kinds of question within an hour that count
-- Parameter: kinds of question of a suspect = 1: Different kinds of question within an hour that count when a suspect asks
-- Origin: Suzaku: User Enumeration; Role Enumeration; AWS STS GetCallerIdentity (2026-08-12)
-- Origin: Elastic: AWS Discovery API Calls via CLI from a Single Resource (2026-08-21)
-- Origin: Splunk: AWS Excessive Security Scanning (2024-10-24)
-- Origin: Sigma: Account Enumeration on AWS; Potential Storage Enumeration on AWS; Potential Network Enumeration on AWS; Potential Backup Enumeration on AWS (2026-08-05)
-- Origin: Panther: AWS CloudTrail Account Discovery; AWS Software Discovery (2026-07-01)
-- Blind spot: None.
-- False positive: Inventories, posture scanners and infrastructure tools ask very many kinds.
SELECT *, replace(eventsource, '.amazonaws.com', '') || ':' || eventname AS item
FROM case_events
WHERE principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
  AND (eventname = 'GetCallerIdentity'
    OR (eventsource IN ('iam.amazonaws.com', 'organizations.amazonaws.com', 's3.amazonaws.com', 'secretsmanager.amazonaws.com', 'ssm.amazonaws.com', 'ec2.amazonaws.com', 'rds.amazonaws.com', 'lambda.amazonaws.com', 'kms.amazonaws.com', 'sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com', 'dynamodb.amazonaws.com', 'ecr.amazonaws.com', 'eks.amazonaws.com', 'ecs.amazonaws.com', 'sts.amazonaws.com', 'account.amazonaws.com', 'ce.amazonaws.com', 'servicequotas.amazonaws.com', 'resource-explorer-2.amazonaws.com', 'bedrock.amazonaws.com', 'glue.amazonaws.com', 'athena.amazonaws.com', 'backup.amazonaws.com', 'route53.amazonaws.com', 'ses.amazonaws.com', 'sns.amazonaws.com', 'sqs.amazonaws.com', 'elasticloadbalancing.amazonaws.com', 'cloudformation.amazonaws.com', 'codebuild.amazonaws.com', 'redshift.amazonaws.com', 'elasticfilesystem.amazonaws.com', 'tagging.amazonaws.com', 'access-analyzer.amazonaws.com', 'logs.amazonaws.com')
      AND regexp_like(eventname, '^(List|Describe|Get(Account|Bucket|User|Role|Policy|Group|LoginProfile|CallerIdentity|Session|CostAnd|SendQuota|Identity|Send|Function|Query|Resources|Parameters|Secret|ConsoleScreenshot|LaunchTemplateData|InstanceProfile|PublicAccessBlock|EbsEncryption|Key|Service|FoundationModel|Credential|AccessKey|SSHPublicKey|Repository|Authorization|Region|Federation|UseCase|Model)|Simulate|Search|Lookup|BatchGet|HeadBucket)')
      AND eventname NOT IN ('GetSessionToken', 'GetFederationToken', 'GetSecretValue', 'BatchGetSecretValue', 'GetParameters', 'ListObjects', 'ListObjectsV2', 'GetServiceLinkedRoleDeletionStatus')))
