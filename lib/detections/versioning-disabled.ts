import type { DetectionCard } from "../core/theft/detection.ts";

export const versioningDisabled: DetectionCard = {
  id: "versioning-disabled",
  title: "Bucket versioning suspended or MFA delete switched off",
  severity: "medium",
  technique: "T1490",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Splunk", name: "AWS Disable Bucket Versioning", date: "2024-10-24" },
    { from: "Elastic", name: "Versioning Suspended", date: "2026-08-21" },
    { from: "Sigma", name: "Bucket versioning disable", date: "2026-08-05" },
    { from: "Panther", name: "S3 suspend versioning; S3 disable MFA delete", date: "2026-07-01" },
  ],
  putRight: [
    "Splunk counts failed calls, does not test the event source and ignores MfaDelete; here a failed call is an attempt and MfaDelete=Disabled fires.",
  ],
  blindSpots: ["A bucket that never had versioning loses its objects for good without any such call."],
  falsePositives: [
    "Cost clean-ups suspend versioning on purpose. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
