-- Title: Listings, analyses or notices of a bucket sent to another account
-- Severity: high
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: inventory, analytics and Storage Lens exports and event notifications whose destination names an account that is not ours.
-- Misses: server access logs, whose target must lie in the same account (S3 user guide); destinations without an account.
-- Parameter: own accounts
-- Origin: Cordon: an inventory is a list of everything there is to take
-- Blind spot: A bucket abroad without its account in the request.
-- False positive: A central account for inventories that is not listed as ours.
WITH calls AS (
  SELECT *, CASE
      WHEN eventname = 'PutBucketInventoryConfiguration' THEN 'inventory to ' || coalesce(json_extract_scalar(requestparameters, '$.InventoryConfiguration.Destination.S3BucketDestination.Bucket'), '-')
      WHEN eventname = 'PutBucketAnalyticsConfiguration' THEN 'analysis to ' || coalesce(json_extract_scalar(requestparameters, '$.AnalyticsConfiguration.StorageClassAnalysis.DataExport.Destination.S3BucketDestination.Bucket'), '-')
      WHEN eventname LIKE 'PutBucketNotification%' THEN 'notice of every new object'
      ELSE 'Storage Lens' END AS what,
    CASE
      WHEN eventname = 'PutBucketInventoryConfiguration' THEN json_format(json_extract(requestparameters, '$.InventoryConfiguration.Destination'))
      WHEN eventname = 'PutBucketAnalyticsConfiguration' THEN json_format(json_extract(requestparameters, '$.AnalyticsConfiguration'))
      WHEN eventname LIKE 'PutBucketNotification%' THEN json_format(json_extract(requestparameters, '$.NotificationConfiguration'))
      ELSE requestparameters END AS destination
  FROM case_events
  WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('PutBucketInventoryConfiguration', 'PutBucketAnalyticsConfiguration', 'PutBucketNotification',
      'PutBucketNotificationConfiguration', 'PutStorageLensConfiguration') AND principal_type IS DISTINCT FROM 'AWSService'
)
SELECT c.*, what || ' in account ' || p.account AS detail, p.account AS target, CAST(NULL AS varchar) AS severity
FROM calls c
CROSS JOIN UNNEST(array_distinct(regexp_extract_all(coalesce(c.destination, ''), '(?:arn:aws[a-z-]*:[a-z]+:[a-z0-9-]*:|\\?")([0-9]{12})(?:[:"\\]|$)', 1))) AS p(account)
WHERE NOT contains(split(?, ','), p.account)
