import type { DetectionCard } from "../core/theft/detection.ts";

export const presignedUrlAccess: DetectionCard = {
  id: "presigned-url-access",
  title: "Objects fetched through presigned URLs",
  severity: "medium",
  technique: "T1550.001",
  tactic: "initial access",
  logs: ["data"],
  fires: "success",
  origins: [{ from: "AWS", name: "Prescriptive Guidance: identifying requests that used a presigned URL" }],
  putRight: [
    "QueryString alone is not enough: a signed query without an expiry is no presigned URL. Both marks are required.",
  ],
  blindSpots: ["The signer is logged, not the person who holds the URL: the address is all that is known of him."],
  falsePositives: ["The S3 console and web applications hand out presigned URLs all day."],
  parameters: [],
};
