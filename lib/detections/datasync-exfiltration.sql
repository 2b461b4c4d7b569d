-- Title: Data moved by a DataSync task
-- Severity: high
-- Technique: T1119
-- Phase: theft
-- Logs: management
-- Fires on: success
-- Finds: DataSync tasks made or started: source and destination resolved from the calls that made the locations, and whether the task ran.
-- Misses: tasks whose locations were made before the case table begins: their places stay opaque; what an agent reads inside a network.
-- Parameters: none
-- Origin: Splunk: AWS Exfiltration via DataSync Task (2024-10-24)
-- Put right: Splunk shows the opaque location ARNs of CreateTask and does not ask whether the task ran. Locations are joined, StartTaskExecution counts, also of a task that was there before.
-- Blind spot: CloudTrail does not say to which account a destination bucket belongs.
-- Blind spot: A schedule starts tasks without a call.
-- False positive: Planned migrations and NAS synchronisation.
WITH locations AS (
  SELECT json_extract_scalar(responseelements, '$.locationArn') AS location_arn,
    substr(eventname, 15) || ' ' || coalesce(json_extract_scalar(requestparameters, '$.s3BucketArn'), json_extract_scalar(requestparameters, '$.serverHostname'),
      json_extract_scalar(requestparameters, '$.containerUrl'), json_extract_scalar(requestparameters, '$.efsFilesystemArn'), '-') AS place,
    regexp_extract(json_extract_scalar(requestparameters, '$.s3BucketArn'), ':::([^/]+)', 1) AS place_bucket
  FROM case_events
  WHERE eventsource = 'datasync.amazonaws.com' AND eventname LIKE 'CreateLocation%' AND errorcode IS NULL
),
calls AS (
  SELECT *, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller,
    coalesce(json_extract_scalar(responseelements, '$.taskArn'), json_extract_scalar(requestparameters, '$.taskArn'), eventid) AS task,
    json_extract_scalar(requestparameters, '$.sourceLocationArn') AS source_arn,
    json_extract_scalar(requestparameters, '$.destinationLocationArn') AS destination_arn
  FROM case_events
  WHERE eventsource = 'datasync.amazonaws.com' AND eventname IN ('CreateTask', 'StartTaskExecution')
),
tasks AS (
  SELECT task, min(eventtime) AS first_at, max(eventtime) AS last_at, min_by(caller, eventtime) AS principal,
    min_by(access_key_id, eventtime) AS access_key_id, min_by(sourceip, eventtime) AS sourceip, count(*) AS events,
    array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
    max(source_arn) AS source_arn, max(destination_arn) AS destination_arn,
    count_if(errorcode IS NULL) AS done, count_if(eventname = 'StartTaskExecution' AND errorcode IS NULL) AS starts
  FROM calls
  GROUP BY task
)
SELECT
  t.first_at, t.last_at, t.principal, t.access_key_id, t.sourceip, s.place_bucket AS bucket, t.events, t.event_ids,
  coalesce(s.place, t.source_arn, 'unknown source') || ' to ' || coalesce(d.place, t.destination_arn, 'unknown destination')
    || CASE WHEN t.starts > 0 THEN ', started' ELSE ', not seen to start' END AS detail,
  CASE WHEN t.done > 0 THEN 'succeeded' ELSE 'attempted' END AS outcome, 'direct' AS via,
  t.task, s.place AS source, d.place AS destination, d.place_bucket AS destination_bucket, t.starts,
  CASE WHEN t.starts > 0 THEN 'high' ELSE 'medium' END AS severity
FROM tasks t
LEFT JOIN locations s ON s.location_arn = t.source_arn
LEFT JOIN locations d ON d.location_arn = t.destination_arn
ORDER BY first_at, t.task
