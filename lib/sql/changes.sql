-- Finds: successful changes of settings by anybody in the case table: identities, buckets, trails, detectors.
-- Misses: writes of objects, which are no settings; changes whose call failed.
-- Parameters: none.
SELECT
  eventid, eventtime, eventname, eventsource, awsregion, principal_id, principal_arn, access_key_id, sourceip, bucket,
  requestparameters, responseelements
FROM case_events
WHERE errorcode IS NULL
  AND coalesce(eventcategory, 'Management') = 'Management'
  AND coalesce(readonly, 'false') <> 'true'
  AND eventsource IN ('iam.amazonaws.com', 's3.amazonaws.com', 'cloudtrail.amazonaws.com', 'guardduty.amazonaws.com',
    'macie2.amazonaws.com', 'kms.amazonaws.com', 'ec2.amazonaws.com', 'rds.amazonaws.com', 'datasync.amazonaws.com',
    'organizations.amazonaws.com')
ORDER BY eventtime, event_key
