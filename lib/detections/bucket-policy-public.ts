import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketPolicyPublic: DetectionCard = {
  id: "bucket-policy-public",
  title: "A bucket opened to everybody by policy",
  severity: "high",
  technique: "T1530",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Bucket Policy Public", date: "2026-08-21" },
    { from: "Panther", name: "AWS resource made public", date: "2026-07-01" },
    { from: "Splunk", name: "Detect New Open S3 buckets over AWS CLI (policies missed there)", date: "2024-10-24" },
  ],
  putRight: [
    'Elastic looks for the text Principal=*, so {"AWS":"*"} and lists slip through, and a condition that restricts the statement fires all the same. Statements are taken one by one; a Deny for everybody stays quiet; conditions that restrict (AWS\'s own list of what is not public) keep it quiet unless they allow any value.',
  ],
  blindSpots: [
    "IfExists operators and negated ones do not restrict and are treated so; other keys of AWS's list that come later are unknown.",
  ],
  falsePositives: [
    "Websites and public datasets. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
