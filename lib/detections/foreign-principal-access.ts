import type { DetectionCard } from "../core/theft/detection.ts";

export const foreignPrincipalAccess: DetectionCard = {
  id: "foreign-principal-access",
  title: "Objects reached by a principal of another account",
  severity: "high",
  technique: "T1530",
  tactic: "theft",
  logs: ["data"],
  fires: "success",
  origins: [
    { from: "seed", name: "Detecting S3 Data Exfiltration Attempts, step 2: userIdentity.accountId != OUR_ACCOUNT_ID" },
    { from: "Panther", name: "VPC endpoint used by external principal", date: "2026-07-01" },
  ],
  putRight: [
    "The seed asks for a literal OUR_ACCOUNT_ID and for events ReplicateObject, which do not exist; accounts are bound here, and another account whose logs are at hand weighs less. A foreign caller has no ARN and no key in the owner's copy: the principal id is used.",
  ],
  blindSpots: ["An account of ours that sends no logs and is not listed looks foreign."],
  falsePositives: ["Partners and vendors with granted access."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
