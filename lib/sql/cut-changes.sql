-- Finds: every successful change, by whomever, of the kinds of setting that a cut consists of, one row a call.
-- Misses: settings that no action of Cordon writes; whether the new setting still holds the cut: the settings are read for that.
-- Parameters: the time after which a call counts (ISO 8601 UTC, exclusive).
SELECT
  event_key, eventtime, eventsource, eventname, requestid, bucket, principal_id, principal_arn, access_key_id, invoked_by,
  sourceip, requestparameters
FROM case_events
WHERE errorcode IS NULL
  AND eventtime > ?
  AND eventsource IN ('iam.amazonaws.com', 's3.amazonaws.com', 'kms.amazonaws.com')
  AND eventname IN ('PutUserPolicy', 'DeleteUserPolicy', 'PutRolePolicy', 'DeleteRolePolicy', 'PutUserPermissionsBoundary',
    'DeleteUserPermissionsBoundary', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary',
    'DetachRolePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicy', 'UpdateAccessKey', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'UpdateAssumeRolePolicy',
    'CreateUser', 'DeleteUser', 'CreateRole', 'DeleteRole',
    'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock',
    'PutBucketReplication', 'PutKeyPolicy')
ORDER BY eventtime, event_key
