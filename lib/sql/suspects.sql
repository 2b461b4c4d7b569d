-- Finds: everybody who acted in the window, one row per identity and network: what they did, and what the same identity did from other networks and before.
-- Misses: who used a session of a role (sessions are counted with their role); what no log in the window records.
-- Parameters: buckets, access keys, addresses, object keys and four times principals (their ARN, id or name) to be touched, one a line, a blank where none is asked; then from (inclusive) and to (exclusive) of the acts that count.
WITH told AS (
  SELECT
    eventtime, substr(eventtime, 1, 13) AS hour, eventname, eventsource, bucket, object_key, bytes_out, access_key_id, useragent, sourceip,
    principal_account, recipient_account, principal_type, coalesce(user_name, issuer_name) AS user_name, principal_id,
    coalesce(nullif(principal_arn, ''), nullif(principal_id, ''), invoked_by, principal_account) AS principal,
    coalesce(nullif(issuer_id, ''), nullif(split_part(principal_id, ':', 1), ''), invoked_by, principal_account, principal_type, 'unknown') AS identity,
    coalesce(nullif(issuer_arn, ''), nullif(principal_arn, ''), invoked_by, nullif(principal_id, ''), principal_account, principal_type) AS identity_name,
    CASE
      WHEN regexp_like(sourceip, '^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$') THEN regexp_replace(sourceip, '\.\d+$', '.0/24')
      WHEN regexp_like(sourceip, '^[^:]+:[^:]+:[^:]+:') THEN concat(regexp_extract(lower(sourceip), '^([^:]+:[^:]+:[^:]+):', 1), '::/48')
      ELSE sourceip END AS network,
    CASE WHEN errorcode IS NULL THEN 0 ELSE 1 END AS refused,
    CASE WHEN errorcode IS NULL AND eventsource IN ('s3.amazonaws.com', 's3express.amazonaws.com', 's3tables.amazonaws.com',
        's3-object-lambda.amazonaws.com', 's3-outposts.amazonaws.com')
      AND eventname IN ('GetObject', 'SelectObjectContent', 'GetObjectTorrent', 'GetObjectAnnotation', 'GetTableData') THEN 1 ELSE 0 END AS is_read,
    CASE WHEN errorcode IS NULL AND eventname IN ('CopyObject', 'UploadPartCopy') THEN 1 ELSE 0 END AS is_copy,
    CASE WHEN errorcode IS NULL AND eventsource = 's3.amazonaws.com' AND regexp_like(eventname, '^DeleteObjects?$') THEN 1 ELSE 0 END AS is_delete,
    -- Of a bucket's settings the console asks seven at once: they are one kind.
    regexp_extract(eventname, '^(ListBuckets|GetBucket|HeadBucket|GetCallerIdentity|ListUsers|ListRoles|ListAccessKeys)', 1) AS look,
    event_key
  FROM case_events
),
touching AS (
  SELECT event_key FROM told
  WHERE contains(split(?, chr(10)), bucket) OR contains(split(?, chr(10)), access_key_id) OR contains(split(?, chr(10)), sourceip) OR contains(split(?, chr(10)), object_key)
    OR contains(split(?, chr(10)), principal) OR contains(split(?, chr(10)), identity_name) OR contains(split(?, chr(10)), identity) OR contains(split(?, chr(10)), user_name)
),
placed AS (
  SELECT told.*, min(eventtime) OVER (PARTITION BY identity) AS identity_first_at,
    CASE WHEN touching.event_key IS NULL THEN 0 ELSE 1 END AS touched
  FROM told LEFT JOIN touching ON touching.event_key = told.event_key
),
hours AS (
  SELECT identity, network, hour, CAST(sum(is_read) AS bigint) AS reads, CAST(sum(CASE WHEN is_read = 1 THEN bytes_out END) AS bigint) AS bytes_out
  FROM placed GROUP BY identity, network, hour
),
peaks AS (
  SELECT identity, network, max(reads) AS peak_reads, max(bytes_out) AS peak_bytes FROM hours GROUP BY identity, network
),
pairs AS (
  SELECT identity, network, max(identity_name) AS identity_name, max(principal_type) AS principal_type, min(identity_first_at) AS identity_first_at,
    min(eventtime) AS first_at, max(eventtime) AS last_at, count(*) AS calls, CAST(sum(refused) AS bigint) AS refused, count(DISTINCT CASE WHEN refused = 1 THEN eventname END) AS refused_kinds, CAST(sum(is_read) AS bigint) AS reads,
    count(DISTINCT CASE WHEN is_read = 1 THEN concat(coalesce(bucket, ''), '/', coalesce(object_key, '')) END) AS objects,
    CAST(coalesce(sum(CASE WHEN is_read = 1 THEN bytes_out END), 0) AS bigint) AS bytes_out,
    CAST(sum(is_copy) AS bigint) AS copies, CAST(sum(is_delete) AS bigint) AS deletes, count(DISTINCT look) AS looks, CAST(sum(touched) AS bigint) AS touched,
    count(DISTINCT CASE WHEN is_read = 1 OR is_copy = 1 THEN bucket END) AS buckets_read,
    count(DISTINCT sourceip) AS addresses_total, count(DISTINCT useragent) AS agents_total,
    nullif(array_join(slice(array_agg(DISTINCT sourceip ORDER BY sourceip), 1, 50), chr(10)), '') AS addresses,
    nullif(array_join(slice(array_agg(DISTINCT access_key_id ORDER BY access_key_id), 1, 20), chr(10)), '') AS access_keys,
    nullif(array_join(slice(array_agg(DISTINCT principal ORDER BY principal), 1, 50), chr(10)), '') AS principals,
    nullif(array_join(slice(array_agg(DISTINCT CASE WHEN is_read = 1 OR is_copy = 1 THEN bucket END ORDER BY CASE WHEN is_read = 1 OR is_copy = 1 THEN bucket END), 1, 20), chr(10)), '') AS buckets,
    coalesce(array_join(array_agg(DISTINCT CASE WHEN is_read = 1 THEN substr(eventtime, 12, 2) END ORDER BY CASE WHEN is_read = 1 THEN substr(eventtime, 12, 2) END), ' '), '') AS hours_of_day,
    nullif(array_join(slice(array_agg(DISTINCT useragent ORDER BY useragent), 1, 10), chr(10)), '') AS agents,
    nullif(array_join(slice(array_agg(DISTINCT principal_id ORDER BY principal_id), 1, 20), chr(10)), '') AS principal_ids, max(user_name) AS user_name,
    max(principal_account) AS principal_account, max(recipient_account) AS recipient_account
  FROM placed
  WHERE eventtime >= ? AND eventtime < ?
  GROUP BY identity, network
),
others AS (
  SELECT p.identity, p.network,
    count(DISTINCT e.network) AS networks_before,
    count(DISTINCT CASE WHEN e.is_read = 1 OR e.is_copy = 1 THEN e.bucket END) AS buckets_before,
    count(DISTINCT e.look) AS looks_before,
    CAST(coalesce(sum(CASE WHEN e.is_read = 1 THEN e.bytes_out END), 0) AS bigint) AS bytes_before,
    count(DISTINCT substr(e.eventtime, 1, 10)) AS days_before,
    array_join(array_agg(DISTINCT substr(e.eventtime, 12, 2) ORDER BY substr(e.eventtime, 12, 2)), ' ') AS hours_before
  FROM pairs p
  JOIN placed e ON e.identity = p.identity AND e.eventtime < p.first_at AND e.network IS DISTINCT FROM p.network
  GROUP BY p.identity, p.network
),
habits AS (
  SELECT a.identity, a.network, max(b.peak_reads) AS other_peak_reads, max(b.peak_bytes) AS other_peak_bytes
  FROM peaks a JOIN peaks b ON b.identity = a.identity AND b.network IS DISTINCT FROM a.network
  GROUP BY a.identity, a.network
)
SELECT p.identity, p.network, identity_name, principal_type, identity_first_at, first_at, last_at, calls, refused, refused_kinds, reads, objects, bytes_out, copies,
  deletes, looks, touched, buckets_read, addresses_total, agents_total, addresses, access_keys, principals, buckets, agents, principal_ids, user_name, principal_account,
  recipient_account, coalesce(k.peak_reads, 0) AS peak_reads, CAST(coalesce(k.peak_bytes, 0) AS bigint) AS peak_bytes,
  coalesce(o.networks_before, 0) AS networks_before, coalesce(o.buckets_before, 0) AS buckets_before, coalesce(o.days_before, 0) AS days_before, coalesce(o.looks_before, 0) AS looks_before, CAST(coalesce(o.bytes_before, 0) AS bigint) AS bytes_before,
  hours_of_day, coalesce(o.hours_before, '') AS hours_before,
  coalesce(h.other_peak_reads, 0) AS other_peak_reads, CAST(coalesce(h.other_peak_bytes, 0) AS bigint) AS other_peak_bytes
FROM pairs p
LEFT JOIN peaks k ON k.identity = p.identity AND k.network IS NOT DISTINCT FROM p.network
LEFT JOIN others o ON o.identity = p.identity AND o.network IS NOT DISTINCT FROM p.network
LEFT JOIN habits h ON h.identity = p.identity AND h.network IS NOT DISTINCT FROM p.network
ORDER BY p.bytes_out DESC, p.calls DESC, p.identity, p.network
