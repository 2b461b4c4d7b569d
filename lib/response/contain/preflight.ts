import * as z from "zod";
import { actionOf } from "../../actions/index.ts";
import { isBucketName } from "../../actions/parts/bucketPolicy.ts";
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
 * Asks IAM, before people are asked, whether the policies of our own roles, a boundary of theirs or the organisation keep
 * them from the calls of each action, on the very user, role or bucket. Where no role of ours is set (embedded nothing is
 * called in an account) nothing is asked. Never throws: an action is not left out for a simulator's word, only marked.
 */
export const preflight = async (
  actions: readonly PlannedAction[],
  stamp: Stamp,
  ports: Pick<Ports, "account" | "settings">,
): Promise<Preflight> => {
  // Identity Center is changed where it is administered, by our role there.
  const groups = [...Map.groupBy(actions, ({ requests }) => requests[0]?.accountId ?? stamp.accountId)];
  const parts = await Promise.all(groups.map(([accountId, own]) => preflightIn(own, { ...stamp, accountId }, ports)));
  const judged = new Map(parts.flatMap((part) => part.actions.map((one) => [one.id, one] as const)));
  return {
    actions: actions.map((one) => judged.get(one.id)!),
    unknown: distinct(parts.flatMap((part) => part.unknown)),
  };
};

const preflightIn = async (
  actions: readonly PlannedAction[],
  stamp: Stamp,
  ports: Pick<Ports, "account" | "settings">,
): Promise<Preflight> => {
  const roles = ports.settings.ownRoles ?? [];
  const asks = [...new Map(actions.flatMap((one) => asksOf(one, stamp)).map((ask) => [keyOf(ask), ask])).values()];
  if (roles.length === 0 || asks.length === 0) return { actions, unknown: [] };
  const answers = await Promise.all(roles.map((role) => answersFor(role, asks, stamp, ports)));
  const known = answers.filter((answer) => typeof answer !== "string");
  const judged = known.length === 0 ? actions : actions.map((action) => marked(action, stamp, known));
  const open = asks.flatMap((ask) => opennessOf(ask, known));
  const why = [...answers.filter((answer) => typeof answer === "string"), ...distinct(open)];
  return { actions: judged, unknown: why.length === 0 ? [] : [UNKNOWN(why.join("; "))] };
};

const UNKNOWN = (why: string): string =>
  `Whether a policy of the organisation, a boundary or its own policies forbid our own role these calls is not known: ${why}.`;

interface Ask {
  /** Right that IAM knows it by. */
  readonly action: string;
  /** ARN that it is asked on; null: of what this changes no ARN can be told, and policies limited to one cannot be judged. */
  readonly resource: string | null;
}

const keyOf = ({ action, resource }: Ask): string => `${action} ${resource ?? ""}`;

/** Rights that a carrying out needs; an instruction calls nothing. */
const asksOf = (planned: PlannedAction, stamp: Stamp): readonly Ask[] =>
  planned.reversibility === "instruction"
    ? []
    : actionOf(planned.kind)
        .card.permissions.filter((one) => one.for === "write" && one.action !== "iam:PassRole")
        .map(({ action, resource }) => ({ action, resource: resourceOf(resource, planned, stamp) }));

/** By the resource pattern of a card. */
const resourceOf = (
  pattern: string,
  { target, before }: PlannedAction,
  { partition, accountId, sid }: Stamp,
): string | null => {
  const named = (kind: "user" | "role" | "group", name: string | undefined): string | null => {
    const known = [before.holderArn, target.arn].find(
      (arn) => typeof arn === "string" && arn.startsWith(`arn:${partition}:iam::${accountId}:${kind}/`),
    );
    if (typeof known === "string") return known;
    return name === undefined ? null : `arn:${partition}:iam::${accountId}:${kind}/${name}`;
  };
  switch (pattern) {
    case "*":
      return "*";
    case "bucket":
      return isBucketName(target.bucket ?? "") ? `arn:${partition}:s3:::${target.bucket}` : null;
    case "user/*":
      return named("user", target.userName);
    case "role/*":
      return named("role", target.roleName);
    case "group/*":
      return named("group", target.groupName);
    case "policy/Cordon*":
      return `arn:${partition}:iam::${accountId}:policy/${sid}`;
    case "policy/*":
      return target.policyArn ?? null;
    default:
      return null;
  }
};

const Simulated = z.looseObject({
  EvaluationResults: z
    .array(
      z.looseObject({
        EvalActionName: z.string(),
        EvalDecision: z.string(),
        MissingContextValues: z.array(z.string()).default([]),
        OrganizationsDecisionDetail: z.looseObject({ AllowedByOrganizations: z.boolean() }).optional(),
        PermissionsBoundaryDecisionDetail: z.looseObject({ AllowedByPermissionsBoundary: z.boolean() }).optional(),
      }),
    )
    .default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().optional(),
});
type Result = z.output<typeof Simulated>["EvaluationResults"][number];

/** Who keeps our role from a call, the strongest first. */
const BY = [
  "a policy of the organisation forbids",
  "the permissions boundary of our role forbids",
  "a policy of our role denies",
  "no policy of our role allows",
] as const;

/** `hangs`: IAM would need to know something that only a real call carries. */
type Answer = (typeof BY)[number] | "allowed" | { readonly hangs: string };

/** By `keyOf`. */
type Answers = ReadonlyMap<string, Answer>;

/** What IAM says of one role, or why it could not be asked. It leaves out policies whose conditions it cannot judge (API reference). */
const answersFor = async (
  role: string,
  asks: readonly Ask[],
  stamp: Stamp,
  ports: Pick<Ports, "account">,
): Promise<Answers | string> => {
  try {
    const groups = [...Map.groupBy(asks, ({ resource }) => resource)];
    const all = await Promise.all(
      groups.map(async ([resource, own]) => {
        const names = distinct(own.map(({ action }) => action));
        const results = await simulated(role, names, resource, stamp, ports);
        return results.map(
          (one) => [keyOf({ action: one.EvalActionName, resource }), answerOf(one, resource)] as const,
        );
      }),
    );
    return new Map(all.flat());
  } catch (error) {
    return `${role}: ${(error as Error).message.slice(0, 200)}`;
  }
};

const simulated = async (
  role: string,
  ActionNames: readonly string[],
  resource: string | null,
  { partition, accountId, region }: Stamp,
  { account }: Pick<Ports, "account">,
): Promise<readonly Result[]> => {
  const PolicySourceArn = `arn:${partition}:iam::${accountId}:role/${role}`;
  const on = resource === null ? {} : { ResourceArns: [resource] };
  const results: Result[] = [];
  for (let page: Readonly<Record<string, string>> | null = {}; page !== null; ) {
    const input = { PolicySourceArn, ActionNames, ...on, ...page };
    const request = { service: "iam", operation: "SimulatePrincipalPolicy", region, accountId, input } as const;
    const answer: z.output<typeof Simulated> = Simulated.parse((await account.call(request)).output);
    results.push(...answer.EvaluationResults);
    page = answer.IsTruncated && answer.Marker !== undefined ? { Marker: answer.Marker } : null;
  }
  return results;
};

const answerOf = (one: Result, resource: string | null): Answer => {
  if (one.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return BY[0];
  if (one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return BY[1];
  if (one.EvalDecision === "allowed" || resource === null) return "allowed";
  if (one.MissingContextValues.length > 0) return { hangs: one.MissingContextValues.join(", ") };
  return one.EvalDecision === "explicitDeny" ? BY[2] : BY[3];
};

/** Where no role of ours is sure to be allowed, and not all are sure to be kept from it. */
const opennessOf = (ask: Ask, known: readonly Answers[]): readonly string[] => {
  const answers = known.map((one) => one.get(keyOf(ask)));
  if (known.length === 0 || answers.includes("allowed")) return [];
  return answers.flatMap((answer) =>
    answer === undefined
      ? [`IAM said nothing of ${ask.action}`]
      : typeof answer === "object"
        ? [`${ask.action} hangs on ${answer.hangs}`]
        : [],
  );
};

/** Forbidden is what every role of ours that could be asked about is kept from. */
const marked = (action: PlannedAction, stamp: Stamp, known: readonly Answers[]): PlannedAction => {
  const kept = asksOf(action, stamp).flatMap((ask) => {
    const answers = known.map((one) => one.get(keyOf(ask)));
    const by = BY.find((each) => answers.includes(each));
    return by !== undefined && answers.every((answer) => BY.includes(answer as (typeof BY)[number]))
      ? [{ by, name: ask.action }]
      : [];
  });
  if (kept.length === 0) return action;
  const reasons = [...Map.groupBy(kept, ({ by }) => by)].map(
    ([by, those]) => `${by} ${distinct(those.map(({ name }) => name)).join(", ")}`,
  );
  const warning = `Our own role may not do this here: ${reasons.join("; ")}. Lift that first, or pull another lever.`;
  return { ...action, warnings: [...(action.warnings ?? []), warning] };
};
