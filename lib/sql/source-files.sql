-- Finds: the log files that the events of the case table came from, and what each of them contributed.
-- Misses: files that were read and held nothing for this case; the scan's record counts them.
-- Parameters: none.
SELECT
  source_file,
  count(*) AS events,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM case_events
WHERE source_file IS NOT NULL
GROUP BY source_file
ORDER BY source_file
