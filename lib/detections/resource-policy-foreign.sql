-- Title: Data or a key shared with another account by policy
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: policies of access points, S3 tables, vectors and directory buckets, KMS keys, secrets, tables, streams, vaults, repositories, topics, queues and catalogues whose Allow statements name an account that is not ours.
-- Misses: buckets (see bucket-policy-foreign) and functions (see function-opened); organisations named by a condition.
-- Parameter: own accounts
-- Origin: Elastic: AWS ECR Repository or Registry Policy Granted Public Access; AWS Backup Vault Deleted or Vault Lock Removed (2026-08-21)
-- Origin: Panther: AWS Resource Made Public (2026-07-01)
-- Origin: Suzaku: AWS KMS PutKeyPolicy (2026-08-12)
-- Blind spot: An account of our own organisation whose logs are not at hand looks foreign.
-- False positive: Vendors and partners.
WITH policies AS (
  SELECT *, coalesce(json_extract_scalar(requestparameters, '$.policy'), json_extract_scalar(requestparameters, '$.Policy'), json_extract_scalar(requestparameters, '$.resourcePolicy'), json_extract_scalar(requestparameters, '$.policyText'), json_extract_scalar(requestparameters, '$.policyInJson'), json_extract_scalar(requestparameters, '$.policyDocument'), json_extract_scalar(requestparameters, '$.registryPolicy'), json_extract_scalar(requestparameters, '$.attributes.Policy'), json_extract_scalar(requestparameters, '$.attributeValue'), json_extract_scalar(requestparameters, '$.accessPolicies'), json_extract_scalar(requestparameters, '$.domainConfig.accessPolicies.options'), json_extract_scalar(requestparameters, '$.PutMultiRegionAccessPointPolicyRequest.Details.Policy'), json_extract_scalar(requestparameters, '$.PutAccessGrantsInstanceResourcePolicyRequest.Policy'),
      json_format(json_extract(requestparameters, '$.bucketPolicy')), json_format(json_extract(requestparameters, '$.policy')), json_format(json_extract(requestparameters, '$.Policy'))) AS policy
  FROM case_events
  WHERE ((eventsource = 's3.amazonaws.com' AND eventname IN ('PutAccessPointPolicy', 'PutAccessPointPolicyForObjectLambda', 'PutMultiRegionAccessPointPolicy',
      'PutAccessGrantsInstanceResourcePolicy'))
      OR (eventsource = 's3express.amazonaws.com' AND eventname IN ('PutBucketPolicy', 'PutAccessPointPolicy'))
      OR (eventsource = 's3-outposts.amazonaws.com' AND eventname IN ('PutBucketPolicy', 'PutAccessPointPolicy'))
      OR (eventsource = 's3tables.amazonaws.com' AND eventname IN ('PutTableBucketPolicy', 'PutTablePolicy'))
      OR (eventsource = 's3vectors.amazonaws.com' AND eventname IN ('PutVectorBucketPolicy'))
      OR (eventsource = 'secretsmanager.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'kms.amazonaws.com' AND eventname IN ('PutKeyPolicy', 'CreateKey'))
      OR (eventsource = 'glue.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'dynamodb.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'kinesis.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'backup.amazonaws.com' AND eventname IN ('PutBackupVaultAccessPolicy'))
      OR (eventsource = 'ecr.amazonaws.com' AND eventname IN ('SetRepositoryPolicy', 'PutRegistryPolicy'))
      OR (eventsource = 'ecr-public.amazonaws.com' AND eventname IN ('SetRepositoryPolicy'))
      OR (eventsource = 'elasticfilesystem.amazonaws.com' AND eventname IN ('PutFileSystemPolicy'))
      OR (eventsource = 'sns.amazonaws.com' AND eventname IN ('SetTopicAttributes'))
      OR (eventsource = 'sqs.amazonaws.com' AND eventname IN ('SetQueueAttributes', 'CreateQueue'))
      OR (eventsource = 'es.amazonaws.com' AND eventname IN ('UpdateElasticsearchDomainConfig', 'UpdateDomainConfig'))
      OR (eventsource = 'logs.amazonaws.com' AND eventname IN ('PutResourcePolicy', 'PutDestinationPolicy'))
      OR (eventsource = 'glacier.amazonaws.com' AND eventname IN ('SetVaultAccessPolicy'))
      OR (eventsource = 'codeartifact.amazonaws.com' AND eventname IN ('PutDomainPermissionsPolicy', 'PutRepositoryPermissionsPolicy'))
      OR (eventsource = 'redshift.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'bedrock.amazonaws.com' AND eventname IN ('PutResourcePolicy'))
      OR (eventsource = 'apigateway.amazonaws.com' AND eventname IN ('UpdateRestApi', 'CreateRestApi'))
      OR (eventsource = 'events.amazonaws.com' AND eventname IN ('PutPermission')))
    AND principal_type IS DISTINCT FROM 'AWSService'
),
statements AS (
  SELECT e.*, coalesce(json_extract(e.policy, '$.Statement[' || CAST(t.n AS varchar) || ']'), json_extract(e.policy, '$.Statement')) AS statement
  FROM policies e
  CROSS JOIN UNNEST(sequence(0, greatest(coalesce(json_array_length(json_extract(e.policy, '$.Statement')), 1), 1) - 1)) AS t(n)
),
allows AS (
  SELECT *, json_format(json_extract(statement, '$.Principal')) AS principals, json_format(json_extract(statement, '$.Condition')) AS conditions, json_format(json_extract(statement, '$.Action')) AS actions,
    eventname || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.name'), json_extract_scalar(requestparameters, '$.Name'), json_extract_scalar(requestparameters, '$.secretId'), json_extract_scalar(requestparameters, '$.keyId'), json_extract_scalar(requestparameters, '$.tableBucketARN'), json_extract_scalar(requestparameters, '$.tableARN'), json_extract_scalar(requestparameters, '$.vectorBucketName'), json_extract_scalar(requestparameters, '$.bucketName'), json_extract_scalar(requestparameters, '$.backupVaultName'), json_extract_scalar(requestparameters, '$.repositoryName'), json_extract_scalar(requestparameters, '$.resourceArn'), json_extract_scalar(requestparameters, '$.topicArn'), json_extract_scalar(requestparameters, '$.queueUrl'), json_extract_scalar(requestparameters, '$.fileSystemId'), json_extract_scalar(requestparameters, '$.domainName'), json_extract_scalar(requestparameters, '$.policyName'), json_extract_scalar(requestparameters, '$.resourceARN')), '') AS what
  FROM statements
  WHERE json_extract_scalar(statement, '$.Effect') = 'Allow'
)
SELECT a.*, 'account ' || p.account || ' may ' || coalesce(actions, '-') || ' by ' || what AS detail, p.account AS target,
  CAST(NULL AS varchar) AS severity
FROM allows a
CROSS JOIN UNNEST(array_distinct(regexp_extract_all(coalesce(coalesce(a.principals, '') || ' ' || coalesce(regexp_extract(a.conditions, '"(?:aws:PrincipalAccount|kms:CallerAccount)"\s*:\s*(\[[^\]]*\]|"[^"]*")', 1), ''), ''), '(?:arn:aws[a-z-]*:(?:iam|sts)::|\\?")([0-9]{12})(?:[:"\\]|$)', 1))) AS p(account)
WHERE NOT contains(split(?, ','), p.account)
