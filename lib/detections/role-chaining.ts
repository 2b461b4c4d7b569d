import type { DetectionCard } from "../core/theft/detection.ts";

export const roleChaining: DetectionCard = {
  id: "role-chaining",
  title: "A role's session assumes another role",
  severity: "low",
  technique: "T1550.001",
  tactic: "escalation",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Elastic", name: "STS role chaining", date: "2026-08-21" },
    { from: "Sigma", name: "AssumeRole misuse", date: "2026-08-05" },
  ],
  putRight: [
    "Sigma fires on any AssumedRole caller with a role issuer, which is every workload; Elastic waits for a pair new in ten days. Here one row per pair with its count, and a role of another account weighs more.",
  ],
  blindSpots: ["Chains through SAML or web identity begin elsewhere; see the role chain of the principal dossier."],
  falsePositives: ["Deployment pipelines and cross-account tooling chain roles by design."],
  parameters: [
    {
      name: "own accounts",
      meaning:
        "Account ids that are ours, comma-separated; another account whose logs are at hand weighs one step less",
      value: { fromCase: "own-accounts" },
    },
  ],
};
