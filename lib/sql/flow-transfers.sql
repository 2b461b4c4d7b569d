-- Finds: accepted transfers in VPC flow logs since the first sign of the actor, per source, target and interface: bytes, packets, first and last.
-- Misses: traffic that no flow log records (S3 over a gateway endpoint of another VPC, DNS, instance metadata); rejected flows carry nothing.
-- Parameters: start (inclusive). Only where flow logs were given; the scan kept flows of addresses and instances in question, and large ones to the internet.
SELECT
  coalesce(pkt_srcaddr, srcaddr) AS source, coalesce(pkt_dstaddr, dstaddr) AS target,
  interface_id, instance_id, src_service, dst_service,
  count(*) AS flows,
  CAST(sum(packets) AS bigint) AS packets,
  CAST(sum(bytes) AS bigint) AS bytes,
  min(start_at) AS first_at,
  max(end_at) AS last_at
FROM flow_log
WHERE end_at >= ? AND bytes IS NOT NULL AND coalesce(action, 'ACCEPT') = 'ACCEPT'
  AND coalesce(pkt_srcaddr, srcaddr) IS NOT NULL AND coalesce(pkt_dstaddr, dstaddr) IS NOT NULL
GROUP BY coalesce(pkt_srcaddr, srcaddr), coalesce(pkt_dstaddr, dstaddr), interface_id, instance_id, src_service, dst_service
ORDER BY 9 DESC, 1, 2, 3, 4, 5, 6
