/** The artifacts that the investigation pattern asks for ("AWS Data Exfiltration Investigation Pattern", 1.0), and where each is. */
export const ARTIFACTS = [
  { name: "Access Timeline", required: true, files: ["access-timeline.jsonl"] },
  { name: "Data Access Inventory", required: true, files: ["objects.jsonl", "objects.csv"] },
  { name: "Actor Attribution Report", required: true, files: ["actor-attribution.json"] },
  { name: "Impact Assessment", required: true, files: ["impact-assessment.json"] },
  { name: "Network Traffic Analysis", required: false, files: ["network-traffic-analysis.json"] },
  { name: "Data Volume Report", required: false, files: ["data-volume-report.json"] },
  { name: "Permission Analysis", required: false, files: ["permission-analysis.json"] },
  { name: "Previous Activity Baseline", required: false, files: ["previous-activity-baseline.json"] },
] as const;

/** `artifacts.json`: the index of them. */
export const artifactIndex = () => ({ schema: "cordon/artifacts/v1", artifacts: ARTIFACTS }) as const;
