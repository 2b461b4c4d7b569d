-- Title: Objects downloaded in bulk
-- Severity: high
-- Technique: T1530
-- Phase: theft
-- Logs: data
-- Fires on: success
-- Finds: callers and addresses with more than the given number of successful object reads within any hour.
-- Misses: actors who stay below the number, server-side copies (see copy-to-other-account), and reads without data events.
-- Parameter: reads = 1000: Object reads within an hour that are still ordinary
-- Parameter: reads of a suspect = 100: Object reads of a suspect within an hour that are still ordinary
-- Parameter: suspects
-- Origin: seed: Detecting S3 Data Exfiltration Attempts: bulk download, more than 1000 objects an hour
-- Origin: Panther: Large download (2026-07-01)
-- Put right: The seed's alarm counts all GetObject of an account, failed ones too, within the clock's hours; its query reads bytesTransferredOut from requestparameters, where it never is, and compares a text with a timestamp. Here successful reads count, per caller and address, in any hour, with bytes from additionalEventData and distinct objects apart from requests.
-- Blind spot: A large object read in ranges counts once per range; few large objects never reach the number.
-- False positive: Backups, migrations, analytics jobs (seed 2's three false positives): regular hours, known role, known destination.
WITH reads AS (
  SELECT eventid, eventtime, eventname, sourceip, bucket, object_key, bytes_out, access_key_id, principal_id, coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS caller, CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint) AS at_second
  FROM case_events
  WHERE eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com') AND errorcode IS NULL AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData')
    AND principal_type IS DISTINCT FROM 'AWSService' AND invoked_by IS NULL
),
running AS (
  SELECT *, count(*) OVER (PARTITION BY caller, sourceip ORDER BY at_second RANGE BETWEEN 3599 PRECEDING AND CURRENT ROW) AS in_an_hour
  FROM reads
),
peaks AS (
  SELECT *, max(in_an_hour) OVER (PARTITION BY caller, sourceip) AS most FROM running
)
SELECT
  min(eventtime) AS first_at, max(eventtime) AS last_at,
  caller AS principal,
  min(access_key_id) AS access_key_id, sourceip AS sourceip, min(bucket) AS bucket, count(*) AS events,
  array_join(slice(array_agg(eventid ORDER BY eventtime, eventid), 1, 50), ',') AS event_ids,
  CAST(max(in_an_hour) AS varchar) || ' reads within an hour, ' || CAST(count(DISTINCT object_key) AS varchar) || ' objects' AS detail,
  'succeeded' AS outcome, 'direct' AS via,
  max(in_an_hour) AS most_in_an_hour, count(DISTINCT bucket) AS buckets,
  count(DISTINCT bucket || '/' || object_key) AS objects, CAST(sum(bytes_out) AS bigint) AS bytes_out
FROM peaks
WHERE most > CAST(? AS bigint)
  OR (most > CAST(? AS bigint) AND arrays_overlap(split(?, ','), ARRAY[coalesce(access_key_id, '-'), coalesce(principal_id, '-'), coalesce(sourceip, '-')]))
GROUP BY caller, sourceip
ORDER BY first_at, principal, sourceip
