import type { Plan } from "../../case/plan.ts";
import type { Scene, Stamp } from "../../core/plan/action.ts";
import type { Ports } from "../../ports/ports.ts";
import { exemptArnsOf } from "./scene.ts";

type Place = Pick<Scene, "caseId" | "accountId" | "region" | "partition" | "exemptArns">;

export const stampOf = (scene: Place, at: string): Stamp => ({
  caseId: scene.caseId,
  sid: `Cordon${scene.caseId.replaceAll(/[^A-Za-z0-9]/g, "")}`,
  at,
  accountId: scene.accountId,
  region: scene.region,
  partition: scene.partition,
  exemptArns: scene.exemptArns,
});

/** The stamp of a stored plan, with the exemptions of today. */
export const stampAt = (plan: Plan, at: string, { settings }: Pick<Ports, "settings">): Stamp =>
  stampOf({ ...plan, exemptArns: exemptArnsOf(settings, plan) }, at);
