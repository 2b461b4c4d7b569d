import type { DetectionCard } from "../core/theft/detection.ts";

export const accessLoggingDisabled: DetectionCard = {
  id: "access-logging-disabled",
  title: "Server access logging of a bucket switched off",
  severity: "high",
  technique: "T1562.008",
  tactic: "covering tracks",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Log360", name: "AWS S3 Bucket Server Access Logging Disabled" },
    { from: "Elastic", name: "defense_evasion_s3_bucket_server_access_logging_disabled", date: "2026-08-21" },
    { from: "Panther", name: "S3 disable bucket logging", date: "2026-07-01" },
  ],
  putRight: [
    'Panther tests requestParameters.logging = "", which is the query flag and there on every such call, logging switched on included; the body decides here. A failed call is an attempt.',
  ],
  blindSpots: [
    "CloudTrail's own data events may be on all the same: losing server access logs is not losing everything.",
  ],
  falsePositives: [
    "Buckets being retired. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
