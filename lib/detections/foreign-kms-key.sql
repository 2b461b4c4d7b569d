-- Title: Objects encrypted with a KMS key of another account
-- Severity: high
-- Technique: T1486
-- Phase: impact
-- Logs: management, data
-- Fires on: success
-- Finds: copies, uploads and default encryption that name a KMS key of an account that is not ours.
-- Misses: keys named by id or alias alone, which carry no account, when the record lists no key resource.
-- Parameter: own accounts
-- Origin: Elastic: External KMS key on CopyObject (2026-08-21)
-- Origin: Panther: CopyObject with foreign KMS account (2026-07-01)
-- Origin: Splunk: KMS encryption (CopyObject with aws:kms) (2024-10-24)
-- Put right: Splunk fires on any KMS encryption. The account is read from the key and, where the request names an alias, from the record's resources; uploads, multipart uploads and the bucket's default encryption count too.
-- Blind spot: An alias without an account stays unknown.
-- False positive: A central key account that is not listed.
WITH own AS (
  SELECT DISTINCT recipient_account AS account FROM case_events WHERE recipient_account IS NOT NULL
),
keyed AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, coalesce(json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"]'), json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID'), json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule[0].ApplyServerSideEncryptionByDefault.KMSMasterKeyID')) AS kms_key,
    coalesce(regexp_extract(coalesce(json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"]'), json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID'), json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule[0].ApplyServerSideEncryptionByDefault.KMSMasterKeyID')), '^arn:aws[a-z-]*:kms:[^:]*:([0-9]{12}):', 1),
      regexp_extract(resources, 'arn:aws[a-z-]*:kms:[^:"]*:([0-9]{12}):', 1)) AS key_account
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com'
    AND eventname IN ('CopyObject', 'PutObject', 'CreateMultipartUpload', 'UpdateObjectEncryption', 'PutBucketEncryption')
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(array_agg(DISTINCT eventname ORDER BY eventname), ',') || ' with a key of account ' || key_account AS detail,
  CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  key_account, min(kms_key) AS kms_key, count(DISTINCT object_key) AS objects,
  CASE WHEN max(own.account) IS NULL THEN 'high' ELSE 'medium' END AS severity
FROM keyed LEFT JOIN own ON own.account = key_account
WHERE NOT contains(split(?, ','), key_account)
GROUP BY caller, access_key_id, sourceip, bucket, key_account, CASE WHEN errorcode IS NULL THEN 'succeeded' ELSE 'attempted' END
ORDER BY first_at, principal, sourceip, bucket, key_account, outcome
