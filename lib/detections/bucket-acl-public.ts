import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketAclPublic: DetectionCard = {
  id: "bucket-acl-public",
  title: "A bucket or object opened to everybody by ACL",
  severity: "high",
  technique: "T1530",
  tactic: "theft",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "Detect New Open S3 buckets", date: "2024-10-24" },
    { from: "Elastic", name: "ACL public by new identity", date: "2026-08-21" },
  ],
  putRight: [
    "Splunk reads grants only as a list, so a lone grant is skipped, knows no canned ACL and counts failures; Elastic knows canned ACLs only and excludes infrastructure tools by their user agent. All three forms count here, also authenticated-read and x-amz-grant-read, for objects and new buckets too.",
  ],
  blindSpots: ["Buckets with ACLs disabled (the default since April 2023) refuse the call: it is then an attempt."],
  falsePositives: [
    "Websites and public datasets. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
