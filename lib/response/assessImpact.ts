import { DISCOVERED, FINDING, find, read } from "../case/documents.ts";
import { NOTHING_DISCOVERED } from "../case/principal.ts";
import type { Ports } from "../ports/ports.ts";
import { linksOf, readChain, uncutLinks } from "./contain/chainScene.ts";
import { tellOfNewSuspects } from "./contain/newSuspects.ts";
import { containmentPlans } from "./contain/planContainment.ts";
import { sceneOf } from "./contain/scene.ts";

/**
 * Whether something the actor changed is left to undo, or a step of their way through roles left to cut: then a follow-up
 * plan is made, which needs a decision of its own. Without logs nothing is known of changes, and the case says that instead.
 */
export const assessImpact = async (
  { caseId }: { caseId: string },
  ports: Ports,
): Promise<{ next: "contain" | "seal"; changes: number }> => {
  const { cases } = ports;
  const finding = await read(cases, caseId, FINDING);
  const { changes } = (await find(cases, caseId, DISCOVERED)) ?? NOTHING_DISCOVERED;
  await cases.append(caseId, {
    type: "impact.assessed",
    actor: "assessImpact",
    data: { changes: changes.map(({ eventName, eventTime }) => ({ eventName, eventTime })) },
  });
  await tellOfNewSuspects(caseId, ports);
  const isDue = changes.length > 0 || (await isChainUncut(caseId, ports));
  return { next: isDue && !finding.sample ? "contain" : "seal", changes: changes.length };
};

/** Where no containment plan could be made, a person was called for that; another attempt would fail for the same reason. */
const isChainUncut = async (caseId: string, ports: Ports): Promise<boolean> => {
  const plans = await containmentPlans(caseId, ports);
  const links = linksOf(await readChain(caseId, ports));
  return plans.length > 0 && uncutLinks(await sceneOf(caseId, ports), links, plans).length > 0;
};
