import type { DetectionCard } from "../core/theft/detection.ts";

export const s3AccessNewAddress: DetectionCard = {
  id: "s3-access-new-address",
  title: "Objects of a bucket reached from an address new to it",
  severity: "medium",
  technique: "T1530",
  tactic: "initial access",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "Detect S3 access from a new IP", date: "2024-10-24" },
    { from: "seed", name: "Suspicious AWS S3 Activities: Detect S3 access from a new IP", date: "2023-04-24" },
  ],
  putRight: [
    "Splunk reads server access logs with status 200 only, so a ranged read (206) is invisible and no principal is named; CloudTrail shows every read with its principal. The access-log form is s3-access-new-address-access-log.",
  ],
  blindSpots: [
    "What is new is judged against the case table only, which begins with the lookback of the case.",
    "NAT and cloud ranges change addresses without meaning.",
  ],
  falsePositives: ["Roaming people, new NAT gateways, serverless and spot capacity."],
  parameters: [
    {
      name: "learning hours",
      meaning: "Hours after the first call to a bucket in which its addresses are learnt and none is new",
      value: "12",
    },
  ],
};
