import type { DetectionCard } from "../core/theft/detection.ts";

export const bucketPolicyForeign: DetectionCard = {
  id: "bucket-policy-foreign",
  title: "A bucket shared with another account by policy",
  severity: "high",
  technique: "T1537",
  tactic: "theft",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "Bucket Policy Shared with External Account", date: "2026-08-21" },
    { from: "Datadog", name: "Backdoor an S3 bucket via its bucket policy", date: "2026-08-19" },
  ],
  putRight: [
    "Elastic is quiet whenever the own account appears anywhere in the text, so that a policy naming both slips through; each account named is judged alone here. Service principals and Deny statements are no sharing.",
  ],
  blindSpots: ["Organisation-wide conditions (aws:PrincipalOrgID) of a foreign organisation are not resolved."],
  falsePositives: [
    "Partners, log archives, vendors. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
