import type { DetectionCard } from "../core/theft/detection.ts";

export const vpcEndpointOutsideAddress: DetectionCard = {
  id: "vpc-endpoint-outside-address",
  title: "A VPC endpoint used from a public address",
  severity: "high",
  technique: "T1078.004",
  tactic: "initial access",
  logs: ["network"],
  fires: "success",
  origins: [{ from: "Panther", name: "VPC endpoint event with global source IP", date: "2026-07-01" }],
  putRight: [
    "Refused calls are shown as attempts; private, carrier-grade, loopback and link-local ranges of both families are told apart.",
  ],
  blindSpots: ["Needs network activity events on the trail."],
  falsePositives: ["Addresses of an on-premises network with public numbering."],
  parameters: [],
};
