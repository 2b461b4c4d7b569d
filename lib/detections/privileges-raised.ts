import type { DetectionCard } from "../core/theft/detection.ts";

export const privilegesRaised: DetectionCard = {
  id: "privileges-raised",
  title: "Permissions widened or a role opened",
  severity: "medium",
  technique: "T1098.003",
  tactic: "escalation",
  logs: ["management"],
  fires: "success",
  origins: [
    {
      from: "seed",
      name: "Reconstructing a breach with Athena: escalation (AttachUserPolicy, PutUserPolicy)",
      date: "2026-06-01",
    },
    { from: "Datadog", name: "Create an administrative IAM user; backdoor an IAM role", date: "2026-08-19" },
  ],
  putRight: [
    "The seed's query asks for CreateAccessKey and AssumeRole only and finds none of the policy changes its text names.",
  ],
  blindSpots: [
    "A managed policy is judged by its name, not by what it says.",
    "Trust in an identity provider is not judged.",
  ],
  falsePositives: [
    "Deployment pipelines. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
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
