import type { DetectionCard } from "../core/theft/detection.ts";

export const credentialsCreated: DetectionCard = {
  id: "credentials-created",
  title: "New credentials made",
  severity: "medium",
  technique: "T1098.001",
  tactic: "persistence",
  logs: ["management"],
  fires: "success",
  origins: [
    { from: "Sigma", name: "STS GetSessionToken by IAMUser", date: "2026-08-05" },
    { from: "seed", name: "Reconstructing a breach with Athena: persistence (CreateAccessKey)", date: "2026-06-01" },
    { from: "Datadog", name: "IAM backdoor user; create login profile; federation token", date: "2026-08-19" },
  ],
  putRight: [
    "Session tokens outlive a deactivated key until they expire, and federation tokens hide behind the user's name: both are credentials made, not mere calls.",
  ],
  blindSpots: ["A token made before the case table begins."],
  falsePositives: [
    "Administrators do this for a living; SDKs ask for session tokens when MFA is used. An infrastructure tool is recognised by its user agent, which the caller chooses: such calls weigh one step less, none is left out.",
  ],
  parameters: [],
};
