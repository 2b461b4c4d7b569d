import type { DetectionCard } from "../core/theft/detection.ts";

export const objectListingBurst: DetectionCard = {
  id: "object-listing-burst",
  title: "Objects and resources listed in bulk",
  severity: "low",
  technique: "T1619",
  tactic: "reconnaissance",
  logs: ["management", "data"],
  fires: "success",
  origins: [{ from: "Sigma", name: "Generic List* burst (> 50 in 10 minutes, unsupported)", date: "2026-08-05" }],
  putRight: [
    "Fixed windows split a burst in two; the window slides here, and calls that services make for the caller do not count.",
  ],
  blindSpots: ["Listing 50,000 keys takes 50 calls: small buckets never reach the number."],
  falsePositives: ["Sync tools and backups list everything every night."],
  parameters: [{ name: "listings", meaning: "List calls within ten minutes that are still ordinary", value: "50" }],
};
