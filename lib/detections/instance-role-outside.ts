import type { DetectionCard } from "../core/theft/detection.ts";

export const instanceRoleOutside: DetectionCard = {
  id: "instance-role-outside",
  title: "Credentials of an EC2 instance used from outside",
  severity: "high",
  technique: "T1552.005",
  tactic: "initial access",
  logs: ["management", "data"],
  fires: "success",
  origins: [
    {
      from: "Panther",
      name: "Instance-role session from public IP (IMDS credential exfiltration)",
      date: "2026-07-01",
    },
    { from: "Datadog", name: "Steal EC2 instance credentials", date: "2026-08-19" },
  ],
  putRight: [
    "An instance with an internet route shows its own public address too: one address alone weighs medium, a session seen from several weighs high. VPC endpoints and service names are no address and stay out.",
  ],
  blindSpots: [
    "Masked or proxied addresses hide the difference.",
    "CloudTrail does not tell which public address is the instance's own.",
  ],
  falsePositives: ["Instances that reach AWS over their own public address or a NAT gateway."],
  parameters: [],
};
