import { actionOf } from "../../actions/index.ts";
import { keysInHand } from "../../actions/parts/suspects.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import { ACTION, PLAN, readSound } from "../../case/documents.ts";
import type { ActionRecord, Plan } from "../../case/plan.ts";
import type { Ports } from "../../ports/ports.ts";

import type { Applied } from "./inForce.ts";
import { sceneOf } from "./scene.ts";

/** What taking a change back opens to the actor again, in sentences; empty where it opens nothing. */
export const dangersOf = async (
  { plan, planned }: Applied,
  requests: readonly ApiRequest[],
  ports: Ports,
): Promise<readonly string[]> => {
  const known = await actorKeys(plan, ports);
  const woken = requests
    .filter(({ operation, input }) => operation === "UpdateAccessKey" && input.Status === "Active")
    .map(({ input }) => String(input.AccessKeyId));
  const keys = woken.filter((key) => known.has(key));
  const strange = woken.filter((key) => !known.has(key) && !isPlanned(key, planned));
  const holder = await heldBy(plan, planned, ports);
  return [
    ...(holder === null
      ? []
      : [`DANGER: case ${holder} found this done and made no change of its own: it would lose its cut as well.`]),
    ...(keys.length === 0
      ? []
      : [
          `DANGER: ${keys.join(", ")} was in the actor's hands and would work again. Give the owner a new key instead.`,
        ]),
    ...(strange.length === 0
      ? []
      : [`DANGER: ${strange.join(", ")} was made between the plan and its execution, and would work again.`]),
    ...(actionOf(planned.kind).card.side === "undo"
      ? [`DANGER: this puts back what the actor set: ${planned.title} would be undone.`]
      : []),
  ];
};

/** Whether the key was there when people were asked. */
const isPlanned = (key: string, { before }: Applied["planned"]): boolean =>
  JSON.stringify(before.keys ?? null).includes(JSON.stringify(key));

/** Long-term keys that the finding or the logs show in the actor's hands, the ones that they made included. */
const actorKeys = async ({ caseId, suspects }: Plan, ports: Ports): Promise<ReadonlySet<string>> => {
  const scene = await sceneOf(caseId, ports);
  return new Set([...suspects.flatMap(({ accessKeyId }) => accessKeyId ?? []), ...keysInHand(scene)]);
};

/** Another case that found this done already and relies on it: its plan says so. Null where none does. */
const heldBy = async (plan: Plan, planned: Applied["planned"], ports: Ports): Promise<string | null> => {
  for (const head of await ports.cases.list()) {
    if (head.caseId === plan.caseId || head.accountId !== plan.accountId || head.status === "released") continue;
    const plans = await readSound(ports.cases, head.caseId, PLAN);
    const leftOut = plans.flatMap((one) => one.leftOut);
    if (leftOut.some((left) => isRelied(left, planned.kind, planned.target.label))) return head.caseId;
    const records = await readSound(ports.cases, head.caseId, ACTION);
    if (records.some((record) => foundDone(record, planned.kind, planned.target.label))) return head.caseId;
  }
  return null;
};

/** Carried out without a call: somebody else had done it between the plan and the approval. */
const foundDone = ({ kind, target, status, calls, wasBegun }: ActionRecord, wanted: string, label: string): boolean =>
  kind === wanted && target === label && status === "applied" && calls.length === 0 && wasBegun !== true;

export const ALREADY = "already in the wanted state";

const isRelied = ({ kind, target, reason }: Plan["leftOut"][number], wanted: string, label: string): boolean =>
  kind === wanted && target === label && reason === ALREADY;
