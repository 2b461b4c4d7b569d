/** Actions that call nothing: what a person must do stands in the target, word for word. */

import type { Target } from "../../case/plan.ts";
import type { ActionCard, Scene } from "../../core/plan/action.ts";
import type { Action } from "./action.ts";
import { refuseSpared } from "./exempt.ts";

export const instruction = (
  card: Omit<ActionCard, "reversibility" | "permissions"> & Partial<Pick<ActionCard, "permissions">>,
  targets: (scene: Scene) => readonly Target[],
): Action => ({
  card: { permissions: [], ...card, reversibility: "instruction" },
  targets,
  capture: async () => ({}),
  apply: () => [],
  verify: () => ({ ok: false, why: "a person must do this; nothing was called, and nothing was checked" }),
  rollback: () => [],
  refuse: (target, _before, stamp) => refuseSpared(target, [target.arn ?? ""], stamp),
});

/** A statement that a service control policy can carry: no principal, because it binds whole accounts. */
export const scp = (sid: string, condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: sid, Effect: "Deny", Action: "*", Resource: "*", Condition: condition }],
  });

/** Credentials of an instance have its id as session name (EC2 user guide). */
export const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** Letters and digits of a case id: all that a statement id may carry. */
export const sidOf = (caseId: string): string => `Cordon${caseId.replaceAll(/[^A-Za-z0-9]/g, "")}`;
