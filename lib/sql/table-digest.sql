-- Finds: how many rows the case table has and one SHA-256 over all of them, whatever their order: every column but source_file, which says where a log lay.
-- Misses: what was never in the table.
-- Parameters: none.
-- A row is its columns with a comma between, each as LENGTH:TEXT, `-` for null; the table is the digests of its rows in order, by their first three digits.
WITH lines AS (
  SELECT lower(to_hex(sha256(to_utf8(array_join(ARRAY[
    CASE WHEN event_key IS NULL THEN '-' ELSE concat(CAST(length(event_key) AS varchar), ':', event_key) END,
    CASE WHEN eventid IS NULL THEN '-' ELSE concat(CAST(length(eventid) AS varchar), ':', eventid) END,
    CASE WHEN sharedeventid IS NULL THEN '-' ELSE concat(CAST(length(sharedeventid) AS varchar), ':', sharedeventid) END,
    CASE WHEN requestid IS NULL THEN '-' ELSE concat(CAST(length(requestid) AS varchar), ':', requestid) END,
    CASE WHEN eventtime IS NULL THEN '-' ELSE concat(CAST(length(eventtime) AS varchar), ':', eventtime) END,
    CASE WHEN eventsource IS NULL THEN '-' ELSE concat(CAST(length(eventsource) AS varchar), ':', eventsource) END,
    CASE WHEN eventname IS NULL THEN '-' ELSE concat(CAST(length(eventname) AS varchar), ':', eventname) END,
    CASE WHEN awsregion IS NULL THEN '-' ELSE concat(CAST(length(awsregion) AS varchar), ':', awsregion) END,
    CASE WHEN eventtype IS NULL THEN '-' ELSE concat(CAST(length(eventtype) AS varchar), ':', eventtype) END,
    CASE WHEN eventcategory IS NULL THEN '-' ELSE concat(CAST(length(eventcategory) AS varchar), ':', eventcategory) END,
    CASE WHEN sourceip IS NULL THEN '-' ELSE concat(CAST(length(sourceip) AS varchar), ':', sourceip) END,
    CASE WHEN useragent IS NULL THEN '-' ELSE concat(CAST(length(useragent) AS varchar), ':', useragent) END,
    CASE WHEN errorcode IS NULL THEN '-' ELSE concat(CAST(length(errorcode) AS varchar), ':', errorcode) END,
    CASE WHEN errormessage IS NULL THEN '-' ELSE concat(CAST(length(errormessage) AS varchar), ':', errormessage) END,
    CASE WHEN vpcendpointid IS NULL THEN '-' ELSE concat(CAST(length(vpcendpointid) AS varchar), ':', vpcendpointid) END,
    CASE WHEN readonly IS NULL THEN '-' ELSE concat(CAST(length(readonly) AS varchar), ':', readonly) END,
    CASE WHEN principal_type IS NULL THEN '-' ELSE concat(CAST(length(principal_type) AS varchar), ':', principal_type) END,
    CASE WHEN principal_id IS NULL THEN '-' ELSE concat(CAST(length(principal_id) AS varchar), ':', principal_id) END,
    CASE WHEN principal_arn IS NULL THEN '-' ELSE concat(CAST(length(principal_arn) AS varchar), ':', principal_arn) END,
    CASE WHEN principal_account IS NULL THEN '-' ELSE concat(CAST(length(principal_account) AS varchar), ':', principal_account) END,
    CASE WHEN access_key_id IS NULL THEN '-' ELSE concat(CAST(length(access_key_id) AS varchar), ':', access_key_id) END,
    CASE WHEN user_name IS NULL THEN '-' ELSE concat(CAST(length(user_name) AS varchar), ':', user_name) END,
    CASE WHEN invoked_by IS NULL THEN '-' ELSE concat(CAST(length(invoked_by) AS varchar), ':', invoked_by) END,
    CASE WHEN issuer_type IS NULL THEN '-' ELSE concat(CAST(length(issuer_type) AS varchar), ':', issuer_type) END,
    CASE WHEN issuer_id IS NULL THEN '-' ELSE concat(CAST(length(issuer_id) AS varchar), ':', issuer_id) END,
    CASE WHEN issuer_arn IS NULL THEN '-' ELSE concat(CAST(length(issuer_arn) AS varchar), ':', issuer_arn) END,
    CASE WHEN issuer_name IS NULL THEN '-' ELSE concat(CAST(length(issuer_name) AS varchar), ':', issuer_name) END,
    CASE WHEN session_created IS NULL THEN '-' ELSE concat(CAST(length(session_created) AS varchar), ':', session_created) END,
    CASE WHEN session_mfa IS NULL THEN '-' ELSE concat(CAST(length(session_mfa) AS varchar), ':', session_mfa) END,
    CASE WHEN source_identity IS NULL THEN '-' ELSE concat(CAST(length(source_identity) AS varchar), ':', source_identity) END,
    CASE WHEN on_behalf_of IS NULL THEN '-' ELSE concat(CAST(length(on_behalf_of) AS varchar), ':', on_behalf_of) END,
    CASE WHEN bucket IS NULL THEN '-' ELSE concat(CAST(length(bucket) AS varchar), ':', bucket) END,
    CASE WHEN object_key IS NULL THEN '-' ELSE concat(CAST(length(object_key) AS varchar), ':', object_key) END,
    CASE WHEN version_id IS NULL THEN '-' ELSE concat(CAST(length(version_id) AS varchar), ':', version_id) END,
    CASE WHEN copy_source IS NULL THEN '-' ELSE concat(CAST(length(copy_source) AS varchar), ':', copy_source) END,
    CASE WHEN CAST(bytes_out AS varchar) IS NULL THEN '-' ELSE concat(CAST(length(CAST(bytes_out AS varchar)) AS varchar), ':', CAST(bytes_out AS varchar)) END,
    CASE WHEN CAST(bytes_in AS varchar) IS NULL THEN '-' ELSE concat(CAST(length(CAST(bytes_in AS varchar)) AS varchar), ':', CAST(bytes_in AS varchar)) END,
    CASE WHEN auth_method IS NULL THEN '-' ELSE concat(CAST(length(auth_method) AS varchar), ':', auth_method) END,
    CASE WHEN requestparameters IS NULL THEN '-' ELSE concat(CAST(length(requestparameters) AS varchar), ':', requestparameters) END,
    CASE WHEN responseelements IS NULL THEN '-' ELSE concat(CAST(length(responseelements) AS varchar), ':', responseelements) END,
    CASE WHEN additionaleventdata IS NULL THEN '-' ELSE concat(CAST(length(additionaleventdata) AS varchar), ':', additionaleventdata) END,
    CASE WHEN serviceeventdetails IS NULL THEN '-' ELSE concat(CAST(length(serviceeventdetails) AS varchar), ':', serviceeventdetails) END,
    CASE WHEN resources IS NULL THEN '-' ELSE concat(CAST(length(resources) AS varchar), ':', resources) END,
    CASE WHEN recipient_account IS NULL THEN '-' ELSE concat(CAST(length(recipient_account) AS varchar), ':', recipient_account) END,
    CASE WHEN CAST(is_contested AS varchar) IS NULL THEN '-' ELSE concat(CAST(length(CAST(is_contested AS varchar)) AS varchar), ':', CAST(is_contested AS varchar)) END
  ], ','))))) AS line
  FROM case_events
),
parts AS (
  SELECT
    substr(line, 1, 3) AS head,
    count(*) AS lines,
    lower(to_hex(sha256(to_utf8(array_join(array_agg(line ORDER BY line), chr(10)))))) AS digest
  FROM lines
  GROUP BY 1
)
SELECT
  CAST(coalesce(sum(lines), 0) AS bigint) AS table_rows,
  lower(to_hex(sha256(to_utf8(coalesce(array_join(array_agg(digest ORDER BY head), chr(10)), ''))))) AS sha256
FROM parts
