import { actionOf } from "../../actions/index.ts";
import { keysInHand } from "../../actions/parts/suspects.ts";
import { undoBoundary } from "../../actions/undo-boundary.ts";
import type { ApiRequest } from "../../case/apiRequest.ts";
import { ACTION, PLAN, readSound } from "../../case/documents.ts";
import type { ActionRecord, Plan } from "../../case/plan.ts";
import type { Scene } from "../../core/plan/action.ts";
import type { Ports } from "../../ports/ports.ts";

import type { Applied } from "./inForce.ts";
import { sceneOf } from "./scene.ts";

/** What taking a change back opens to the actor again, in sentences; empty where it opens nothing. */
export const dangersOf = async (
  { plan, planned }: Applied,
  requests: readonly ApiRequest[],
  ports: Ports,
): Promise<readonly string[]> => {
  const scene = await sceneOf(plan.caseId, ports);
  const known = new Set([...plan.suspects.flatMap(({ accessKeyId }) => accessKeyId ?? []), ...keysInHand(scene)]);
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
      : boundariesLeft(requests, scene)),
  ];
};

/** Whether the key was there when people were asked. */
const isPlanned = (key: string, { before }: Applied["planned"]): boolean =>
  JSON.stringify(before.keys ?? null).includes(JSON.stringify(key));

/** A cut by the permissions boundary found the boundary that the actor had left: taking it back is no way to the owner's. */
const boundariesLeft = (requests: readonly ApiRequest[], scene: Scene): readonly string[] =>
  requests
    .filter(({ operation }) => /^(?:Put|Delete)(?:User|Role)PermissionsBoundary$/.test(operation))
    .flatMap(({ input }) => {
      const left = undoBoundary
        .targets(scene)
        .find(({ userName, roleName }) =>
          roleName === undefined ? userName === input.UserName : roleName === input.RoleName,
        );
      const back = input.PermissionsBoundary ?? "";
      if (left === undefined || left.boundary === back) return [];
      const owners = left.boundary === undefined ? "which one was there before is not known" : named(left.boundary);
      return [
        `DANGER: the ${left.label} would be ${back === "" ? "none" : back} again, as the actor left it (${left.because}); ${owners}. Ask for containment once more after this: undo-boundary is in it then.`,
      ];
    });

const named = (boundary: string): string => (boundary === "" ? "there was none before" : `before it was ${boundary}`);

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
