import { counted } from "../../base/figures.ts";
import { DISCOVERED, find } from "../../case/documents.ts";
import { ofType } from "../../case/events.ts";
import type { Plan } from "../../case/plan.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import { identitiesOf } from "../../core/plan/eligibility.ts";
import type { Ports } from "../../ports/ports.ts";
import { tell } from "../tell.ts";
import { plansLike, readPlan } from "./planRecords.ts";

/** Suspects that the logs showed after the newest containment plan was made: no plan speaks of them. */
export const newSuspects = async (caseId: string, ports: Ports): Promise<readonly PrincipalRef[]> => {
  const newest = (await plansLike(caseId, "contain-1", ports.cases)).at(-1);
  if (newest === undefined) return [];
  const plan = await readPlan(caseId, newest, ports);
  const found = await find(ports.cases, caseId, DISCOVERED);
  return (found?.suspects ?? []).filter((suspect) => !isNamed(suspect, plan));
};

/** Another session of a role, or another key, is somebody else to cut off; a user is the same under every key of theirs. */
const isNamed = (suspect: PrincipalRef, { suspects }: Plan): boolean => {
  const users = identitiesOf(suspect).filter((identity) => identity.startsWith("user:"));
  const same = (a: string | null, b: string | null): boolean => a !== null && a === b;
  return suspects.some(
    ({ arn, principalId, accessKeyId, identities }) =>
      same(arn, suspect.arn) ||
      same(principalId, suspect.principalId) ||
      same(accessKeyId, suspect.accessKeyId) ||
      users.some((user) => identities.includes(user)),
  );
};

/** Once per newest plan, and on record when people were told: an investigation knows more than the plan that was made in its first minute. */
export const tellOfNewSuspects = async (caseId: string, ports: Ports): Promise<void> => {
  const fresh = await newSuspects(caseId, ports);
  if (fresh.length === 0) return;
  const planId = (await plansLike(caseId, "contain-1", ports.cases)).at(-1)!;
  const events = await ports.cases.events(caseId);
  if (ofType(events, "suspects.found", planId).length > 0) return;
  const suspects = fresh.map(({ arn, principalId, accessKeyId }) => arn ?? principalId ?? accessKeyId);
  await tell(
    ports,
    caseId,
    "attention",
    8,
    `In no plan so far: ${counted(fresh.length, "identity", "identities")} found in the logs. A new plan can be asked for: cordon propose ${caseId}`,
  );
  await ports.cases.append(caseId, { type: "suspects.found", actor: "assessImpact", data: { planId, suspects } });
};
