-- Trino's functions for DuckDB: the names DuckDB lacks, and those it has with another meaning. Where DuckDB's own
-- function of that name is needed, `system.main.f` reaches it. Never shadow to_seconds, to_milliseconds and their kin:
-- DuckDB's INTERVAL syntax expands to them. What cannot be bridged is refused by test/sql/lint.ts.

-- JSON: `$["x-y"]` is Trino's way to name such a member, `$."x-y"` is DuckDB's.
CREATE OR REPLACE MACRO trino_path(p) AS system.main.regexp_replace(p, '\["([^"]*)"\]', '."\1"', 'g');
CREATE OR REPLACE MACRO json_extract_scalar(j, p) AS json_extract_string(TRY(json_value(j, trino_path(p))), '$');
CREATE OR REPLACE MACRO json_extract(j, p) AS TRY(system.main.json_extract(j, trino_path(p)));
CREATE OR REPLACE MACRO json_parse(j) AS CAST(j AS JSON);
CREATE OR REPLACE MACRO json_format(j) AS CAST(j AS VARCHAR);
CREATE OR REPLACE MACRO json_size(j, p) AS CASE TRY(json_type(j, trino_path(p)))
  WHEN 'ARRAY' THEN CAST(system.main.json_array_length(j, trino_path(p)) AS BIGINT)
  WHEN 'OBJECT' THEN len(json_keys(j, trino_path(p)))
  WHEN NULL THEN NULL
  ELSE CASE WHEN TRY(json_type(j, trino_path(p))) IS NULL THEN NULL ELSE 0 END END;
CREATE OR REPLACE MACRO json_array_length(j) AS CASE TRY(json_type(j)) WHEN 'ARRAY' THEN CAST(system.main.json_array_length(j) AS BIGINT) END;
CREATE OR REPLACE MACRO json_array_contains(j, v) AS CASE TRY(json_type(j)) WHEN 'ARRAY' THEN list_contains(json_extract_string(j, '$[*]'), CAST(v AS VARCHAR)) END;

-- Time. Trino's date_diff counts whole units elapsed; DuckDB's counts boundaries crossed, its date_sub counts units.
CREATE OR REPLACE MACRO from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMPTZ);
CREATE OR REPLACE MACRO from_iso8601_date(s) AS CAST(s AS DATE);
CREATE OR REPLACE MACRO to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ');
CREATE OR REPLACE MACRO date_diff(u, a, b) AS system.main.date_sub(u, a, b);
CREATE OR REPLACE MACRO date_add(u, n, t) AS t + CASE lower(u)
  WHEN 'millisecond' THEN n * INTERVAL '1 millisecond' WHEN 'second' THEN n * INTERVAL '1 second'
  WHEN 'minute' THEN n * INTERVAL '1 minute' WHEN 'hour' THEN n * INTERVAL '1 hour' WHEN 'day' THEN n * INTERVAL '1 day'
  WHEN 'week' THEN n * INTERVAL '7 days' WHEN 'month' THEN n * INTERVAL '1 month' WHEN 'year' THEN n * INTERVAL '1 year' END;
CREATE OR REPLACE MACRO from_unixtime(s) AS to_timestamp(s);
CREATE OR REPLACE MACRO to_unixtime(t) AS epoch(t);
CREATE OR REPLACE MACRO day_of_week(t) AS isodow(t);
CREATE OR REPLACE MACRO day_of_month(t) AS day(t);
CREATE OR REPLACE MACRO day_of_year(t) AS dayofyear(t);

-- Text. RE2 on both sides of the shared subset; Trino replaces all and takes `$1`, and gives NULL where nothing matches.
-- DuckDB's own passes over a null; Trino's is null.
CREATE OR REPLACE MACRO concat(a, b) AS a || b,
  (a, b, c) AS a || b || c,
  (a, b, c, d) AS a || b || c || d,
  (a, b, c, d, e) AS a || b || c || d || e,
  (a, b, c, d, e, f) AS a || b || c || d || e || f,
  (a, b, c, d, e, f, g) AS a || b || c || d || e || f || g,
  (a, b, c, d, e, f, g, h) AS a || b || c || d || e || f || g || h,
  (a, b, c, d, e, f, g, h, i) AS a || b || c || d || e || f || g || h || i,
  (a, b, c, d, e, f, g, h, i, j) AS a || b || c || d || e || f || g || h || i || j,
  (a, b, c, d, e, f, g, h, i, j, k) AS a || b || c || d || e || f || g || h || i || j || k,
  (a, b, c, d, e, f, g, h, i, j, k, l) AS a || b || c || d || e || f || g || h || i || j || k || l;
CREATE OR REPLACE MACRO regexp_like(s, p) AS regexp_matches(s, p);
CREATE OR REPLACE MACRO regexp_extract(s, p) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p) END,
  (s, p, g) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, g) END;
CREATE OR REPLACE MACRO regexp_replace(s, p) AS system.main.regexp_replace(s, p, '', 'g'),
  (s, p, r) AS system.main.regexp_replace(s, p, system.main.regexp_replace(r, '\$(\d)', '\\\1', 'g'), 'g');
CREATE OR REPLACE MACRO regexp_count(s, p) AS len(regexp_extract_all(s, p));
CREATE OR REPLACE MACRO regexp_split(s, p) AS regexp_split_to_array(s, p);
CREATE OR REPLACE MACRO split_part(s, d, n) AS CASE WHEN n <= len(string_split(s, d)) THEN system.main.split_part(s, d, n) END;
CREATE OR REPLACE MACRO to_utf8(s) AS encode(s);
CREATE OR REPLACE MACRO from_utf8(b) AS decode(b);
CREATE OR REPLACE MACRO to_hex(b) AS hex(b);
CREATE OR REPLACE MACRO sha256(b) AS unhex(system.main.sha256(b));
CREATE OR REPLACE MACRO url_extract_host(u) AS nullif(system.main.regexp_extract(u, '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^@/?#]*@)?([^:/?#]+)', 1), '');

-- greatest and least are NULL when any argument is.
CREATE OR REPLACE MACRO greatest(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.greatest(a, b) END,
  (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.greatest(a, b, c) END;
CREATE OR REPLACE MACRO least(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.least(a, b) END,
  (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.least(a, b, c) END;

-- Arrays. element_at beyond the end is NULL, as is an empty maximum.
CREATE OR REPLACE MACRO element_at(a, n) AS list_extract(a, n);
CREATE OR REPLACE MACRO cardinality(a) AS len(a);
CREATE OR REPLACE MACRO array_join(a, d) AS array_to_string(a, d);
CREATE OR REPLACE MACRO slice(a, s, n) AS list_slice(a, s, s + n - 1);
CREATE OR REPLACE MACRO array_max(a) AS list_max(a);
CREATE OR REPLACE MACRO array_min(a) AS list_min(a);
CREATE OR REPLACE MACRO array_except(a, b) AS list_filter(list_distinct(a), lambda x: NOT list_contains(b, x));
CREATE OR REPLACE MACRO array_remove(a, v) AS list_filter(a, lambda x: x <> v);
CREATE OR REPLACE MACRO arrays_overlap(a, b) AS list_has_any(a, b);
CREATE OR REPLACE MACRO sequence(a, b) AS generate_series(a, b);

-- Aggregates: plain calls only; FILTER, DISTINCT and ORDER BY inside them are refused by the lint.
CREATE OR REPLACE MACRO arbitrary(x) AS any_value(x);
CREATE OR REPLACE MACRO every(x) AS bool_and(x);
-- Trino's type writes an address as RFC 5952 does; here the reader did so already.
CREATE TEMP TYPE ipaddress AS VARCHAR;
