-- Title: A stream or a flow that carries data away
-- Severity: medium
-- Technique: T1537
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: delivery streams of Firehose, flows of AppFlow, replication tasks of DMS, pipes and subscriptions made or pointed elsewhere, and traffic of machines mirrored.
-- Misses: streams that were there before.
-- Parameters: none
-- Origin: Elastic: AWS SNS Rare Protocol Subscription by User; AWS EC2 Full Network Packet Capture Detected (2026-08-21)
-- Origin: Panther: AWS EC2 Traffic Mirroring (2026-07-01)
-- Blind spot: Whose a destination is cannot be told from a bucket's name.
-- False positive: Monitoring being set up.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.extendedS3DestinationConfiguration.bucketARN'), json_extract_scalar(requestparameters, '$.s3DestinationConfiguration.bucketARN'), json_extract_scalar(requestparameters, '$.extendedS3DestinationUpdate.bucketARN'), json_extract_scalar(requestparameters, '$.deliveryStreamName'), json_extract_scalar(requestparameters, '$.flowName'), json_extract_scalar(requestparameters, '$.replicationTaskIdentifier'), json_extract_scalar(requestparameters, '$.endpointIdentifier'), json_extract_scalar(requestparameters, '$.destinationArn'), json_extract_scalar(requestparameters, '$.endpoint'), json_extract_scalar(requestparameters, '$.target'), json_extract_scalar(requestparameters, '$.name')), '-') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.extendedS3DestinationConfiguration.bucketARN'), json_extract_scalar(requestparameters, '$.s3DestinationConfiguration.bucketARN'), json_extract_scalar(requestparameters, '$.extendedS3DestinationUpdate.bucketARN'), json_extract_scalar(requestparameters, '$.destinationArn'), json_extract_scalar(requestparameters, '$.endpoint'), json_extract_scalar(requestparameters, '$.target')) AS target,
  CASE WHEN eventname IN ('PutSubscriptionFilter', 'CreatePipe', 'PutDestination') THEN 'low' WHEN eventname LIKE '%TrafficMirror%' THEN 'high' END AS severity
FROM case_events
WHERE ((eventsource = 'firehose.amazonaws.com' AND eventname IN ('CreateDeliveryStream', 'UpdateDestination'))
    OR (eventsource = 'appflow.amazonaws.com' AND eventname IN ('CreateFlow', 'UpdateFlow', 'StartFlow'))
    OR (eventsource = 'dms.amazonaws.com' AND eventname IN ('CreateReplicationTask', 'StartReplicationTask', 'CreateEndpoint', 'CreateReplicationConfig'))
    OR (eventsource = 'pipes.amazonaws.com' AND eventname = 'CreatePipe')
    OR (eventsource = 'logs.amazonaws.com' AND eventname IN ('PutSubscriptionFilter', 'PutDestination', 'CreateExportTask'))
    OR (eventsource = 'sns.amazonaws.com' AND eventname = 'Subscribe' AND regexp_like(requestparameters, '(?i)"protocol"\s*:\s*"(http|https|email|email-json|sms)"'))
    OR (eventsource = 'ec2.amazonaws.com' AND eventname IN ('CreateTrafficMirrorSession', 'CreateTrafficMirrorTarget', 'CreateTrafficMirrorFilter',
      'CreateTrafficMirrorFilterRule')))
  AND principal_type IS DISTINCT FROM 'AWSService'
