import { z } from "zod";
import { actionOf } from "../../actions/index.ts";
import { distinct } from "../../base/lists.ts";
import type { PlannedAction } from "../../case/plan.ts";
import type { Stamp } from "../../core/plan/action.ts";
import type { Ports } from "../../ports/ports.ts";

export interface Preflight {
  readonly actions: readonly PlannedAction[];
  /** What could not be asked, in sentences. */
  readonly unknown: readonly string[];
}

/**
 * Asks IAM, before people are asked, whether the organisation or a permissions boundary forbids our own roles the calls of
 * each action. Where no role of ours is set (embedded nothing is called in an account) nothing is asked. Never throws: an
 * action is not left out for a simulator's word, only marked.
 */
export const preflight = async (
  actions: readonly PlannedAction[],
  stamp: Stamp,
  ports: Pick<Ports, "account" | "settings">,
): Promise<Preflight> => {
  const roles = ports.settings.ownRoles ?? [];
  const wanted = distinct(actions.flatMap(changesOf));
  if (roles.length === 0 || wanted.length === 0) return { actions, unknown: [] };
  const answers = await Promise.all(roles.map((role) => forbiddenTo(role, wanted, stamp, ports)));
  const known = answers.filter((answer) => typeof answer !== "string");
  if (known.length === 0) return { actions, unknown: [UNKNOWN(answers.join("; "))] };
  return { actions: actions.map((action) => marked(action, known)), unknown: [] };
};

const UNKNOWN = (why: string): string =>
  `Whether a policy of the organisation or a boundary forbids our own role these calls is not known: ${why}.`;

/** Rights that a carrying out needs; an instruction calls nothing. */
const changesOf = ({ kind, reversibility }: PlannedAction): readonly string[] =>
  reversibility === "instruction"
    ? []
    : actionOf(kind)
        .card.permissions.filter((one) => one.for === "write" && one.action !== "iam:PassRole")
        .map(({ action }) => action);

const Simulated = z.looseObject({
  EvaluationResults: z
    .array(
      z.looseObject({
        EvalActionName: z.string(),
        OrganizationsDecisionDetail: z.looseObject({ AllowedByOrganizations: z.boolean() }).optional(),
        PermissionsBoundaryDecisionDetail: z.looseObject({ AllowedByPermissionsBoundary: z.boolean() }).optional(),
      }),
    )
    .default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().optional(),
});

type Forbidden = ReadonlyMap<string, string>;

/** By action who forbids it; or why that is not known. IAM leaves out policies whose conditions it cannot judge (API reference). */
const forbiddenTo = async (
  role: string,
  ActionNames: readonly string[],
  { partition, accountId, region }: Stamp,
  { account }: Pick<Ports, "account">,
): Promise<Forbidden | string> => {
  const PolicySourceArn = `arn:${partition}:iam::${accountId}:role/${role}`;
  const found = new Map<string, string>();
  try {
    for (let page: Readonly<Record<string, string>> | null = {}; page !== null; ) {
      const input = { PolicySourceArn, ActionNames, ...page };
      const request = { service: "iam", operation: "SimulatePrincipalPolicy", region, accountId, input } as const;
      const answer: z.output<typeof Simulated> = Simulated.parse((await account.call(request)).output);
      for (const one of answer.EvaluationResults) {
        if (one.OrganizationsDecisionDetail?.AllowedByOrganizations === false)
          found.set(one.EvalActionName, "a policy of the organisation");
        else if (one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
          found.set(one.EvalActionName, "the permissions boundary of our role");
      }
      page = answer.IsTruncated && answer.Marker !== undefined ? { Marker: answer.Marker } : null;
    }
    return found;
  } catch (error) {
    return `${role}: ${(error as Error).message.slice(0, 200)}`;
  }
};

/** Forbidden is what every role of ours that could be asked about is forbidden. */
const marked = (action: PlannedAction, known: readonly Forbidden[]): PlannedAction => {
  const names = changesOf(action).filter((name) => known.every((forbidden) => forbidden.has(name)));
  if (names.length === 0) return action;
  const by = distinct(names.map((name) => known[0]!.get(name)));
  const warning = `Our own role may not do this here: ${by.join(" and ")} forbids ${names.join(", ")}. Lift that first, or pull another lever.`;
  return { ...action, warnings: [...(action.warnings ?? []), warning] };
};
