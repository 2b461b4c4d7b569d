import type { Finding } from "../core/finding.ts";
import type { Ports } from "../ports.ts";
import { findDocument, readDocument } from "./documents.ts";
import { tellOfNewSuspects } from "./newSuspects.ts";
import { type Discovered, NOTHING_DISCOVERED } from "./scene.ts";

/**
 * Whether something the attacker changed is left to undo: then a follow-up plan is made, which needs a decision of its
 * own. Without logs nothing is known of changes, and the case says that instead.
 */
export const assessImpact = async (
  { caseId }: { caseId: string },
  ports: Ports,
): Promise<{ next: "contain" | "seal"; changes: number }> => {
  const { cases } = ports;
  const finding = await readDocument<Finding>(cases, caseId, "finding.json");
  const { changes } = (await findDocument<Discovered>(cases, caseId, "discovered.json")) ?? NOTHING_DISCOVERED;
  await cases.append(caseId, {
    type: "impact.assessed",
    actor: "assessImpact",
    data: { changes: changes.map(({ eventName, eventTime }) => ({ eventName, eventTime })) },
  });
  await tellOfNewSuspects(caseId, ports);
  return { next: changes.length > 0 && !finding.sample ? "contain" : "seal", changes: changes.length };
};
