import type { DetectionCard } from "../core/theft/detection.ts";

export const accessKeyNewAddress: DetectionCard = {
  id: "access-key-new-address",
  title: "Long-term access key used from an address new to it",
  severity: "medium",
  technique: "T1078.004",
  tactic: "initial access",
  logs: ["management", "data"],
  fires: "success",
  origins: [{ from: "Elastic", name: "Long-term key first seen from IP", date: "2026-08-21" }],
  putRight: [
    "Elastic tests any prefix-matched key over ten days; calls that a service makes for the caller (invokedBy, names instead of addresses) are left out here, because the address is then not the caller's.",
  ],
  blindSpots: ["A key that only the thief used has no earlier address to differ from."],
  falsePositives: ["A laptop on another network; a moved server."],
  parameters: [
    {
      name: "learning hours",
      meaning: "Hours after the first use of a key in which its addresses are learnt and none is new",
      value: "12",
    },
  ],
};
