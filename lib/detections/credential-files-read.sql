-- Title: Files with credentials among the objects read
-- Severity: high
-- Technique: T1552.001
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: successful reads and copies of objects whose key looks like a credential file, per caller and address.
-- Misses: credentials inside files with ordinary names (see the classification of the case).
-- Parameters: none
-- Origin: Elastic: Credential file retrieved (2026-08-21)
-- Put right: Elastic matches *private_key* anywhere in a path and any *.key; names count here at the end of the key, Terraform state, key stores, kubeconfigs and exported access keys count too, and copies as well as reads.
-- Blind spot: A name is no content.
-- False positive: Deployment jobs that fetch their own certificates.
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
  access_key_id AS access_key_id, sourceip AS sourceip, bucket AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  array_join(slice(array_agg(DISTINCT object_key ORDER BY object_key), 1, 5), ' ') AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  count(DISTINCT object_key) AS objects
FROM (
  SELECT *, CASE WHEN eventname IN ('CopyObject', 'UploadPartCopy') THEN coalesce(copy_source, object_key) ELSE object_key END AS taken_key
  FROM case_events
) taken
WHERE eventsource = 's3.amazonaws.com' AND errorcode IS NULL
  AND eventname IN ('GetObject', 'SelectObjectContent', 'CopyObject', 'UploadPartCopy')
  AND principal_type IS DISTINCT FROM 'AWSService'
  AND regexp_like(taken_key, '(?i)(^|/)(\.aws/(credentials|config)|id_(rsa|dsa|ecdsa|ed25519)|\.env(\.[a-z0-9_-]+)?|\.netrc|\.pgpass|\.npmrc|\.dockercfg|kubeconfig|credentials(\.(json|csv|ya?ml|txt|xml))?|secrets?\.(json|ya?ml|txt|env)|[^/]*accesskeys?\.csv|[^/]*service[-_]?account[^/]*\.json|[^/]*private[-_]?key[^/]*|[^/]*\.(pem|ppk|p12|pfx|jks|keystore|kdbx|ovpn|tfstate|key))$')
GROUP BY coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account), access_key_id, sourceip, bucket
ORDER BY first_at, principal, sourceip, bucket
