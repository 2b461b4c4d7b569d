import type { DetectionCard } from "../core/theft/detection.ts";

export const s3AccessNewAddressAccessLog: DetectionCard = {
  id: "s3-access-new-address-access-log",
  title: "Objects of a bucket reached from a new address (server access log)",
  severity: "medium",
  technique: "T1530",
  tactic: "initial access",
  logs: ["access-log"],
  fires: "success",
  table: "access_log",
  origins: [{ from: "Splunk", name: "Detect S3 access from a new IP", date: "2024-10-24" }],
  putRight: ["Splunk tests status 200 alone: large files are read in ranges, which answer 206, and stayed invisible."],
  blindSpots: [
    "Server access logs come hours late, may miss requests, and are off by default.",
    "Only run where access logs were given with the case.",
  ],
  falsePositives: ["Roaming people, new NAT gateways, scanners of public buckets."],
  parameters: [
    {
      name: "learning hours",
      meaning: "Hours after the first request to a bucket in which its addresses are learnt and none is new",
      value: "12",
    },
  ],
};
