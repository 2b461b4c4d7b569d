-- Finds: successful changes of settings by anybody in the case table: identities, buckets, trails, detectors, keys, stores, functions.
-- Misses: writes of objects, which are no settings; changes whose call failed.
-- Parameters: none.
SELECT
  eventid, eventtime, eventname, eventsource, awsregion, principal_id, principal_arn, access_key_id, sourceip, bucket,
  requestparameters, responseelements
FROM case_events
WHERE errorcode IS NULL
  AND coalesce(eventcategory, 'Management') = 'Management'
  AND coalesce(readonly, 'false') <> 'true'
  AND eventsource IN ('iam.amazonaws.com', 's3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com',
    's3vectors.amazonaws.com', 'cloudtrail.amazonaws.com', 'guardduty.amazonaws.com', 'macie2.amazonaws.com',
    'securityhub.amazonaws.com', 'access-analyzer.amazonaws.com', 'detective.amazonaws.com', 'inspector2.amazonaws.com',
    'config.amazonaws.com', 'logs.amazonaws.com', 'events.amazonaws.com', 'monitoring.amazonaws.com',
    'organizations.amazonaws.com', 'account.amazonaws.com', 'kms.amazonaws.com', 'secretsmanager.amazonaws.com',
    'ec2.amazonaws.com', 'rds.amazonaws.com', 'redshift.amazonaws.com', 'redshift-data.amazonaws.com', 'dynamodb.amazonaws.com',
    'backup.amazonaws.com', 'datasync.amazonaws.com', 'transfer.amazonaws.com', 'storagegateway.amazonaws.com',
    'firehose.amazonaws.com', 'cloudfront.amazonaws.com', 'lambda.amazonaws.com', 'glue.amazonaws.com',
    'lakeformation.amazonaws.com', 'athena.amazonaws.com', 'sagemaker.amazonaws.com', 'bedrock.amazonaws.com',
    'eks.amazonaws.com', 'sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com', 'rolesanywhere.amazonaws.com',
    'sns.amazonaws.com', 'sqs.amazonaws.com', 'ecr.amazonaws.com', 'elasticfilesystem.amazonaws.com',
    'route53resolver.amazonaws.com', 'ssm.amazonaws.com', 'ec2-instance-connect.amazonaws.com', 'signin.amazonaws.com')
  AND eventname NOT IN ('UpdateInstanceInformation', 'CreateLogStream', 'PutLogEvents', 'PutMetricData', 'CheckMfa', 'StartQueryExecution')
ORDER BY eventtime, event_key
