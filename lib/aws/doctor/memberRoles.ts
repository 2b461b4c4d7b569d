import * as z from "zod";
import { isApiError } from "../../base/errors.ts";
import { decodedDocument } from "../../core/plan/policyDocument.ts";
import type { Ports } from "../../ports/ports.ts";
import { failureOf } from "../failures.ts";

/** What the function `examineMembers` is asked, and what it answers: one line per account. */
export const MembersRequest = z.strictObject({
  region: z.string(),
  accounts: z.array(z.string().regex(/^\d{12}$/)).max(1000),
  containRole: z.string(),
  /** ARN of the function role that contains. */
  container: z.string(),
  externalId: z.string(),
  /** Changes that containment makes, asked of the organisation's policies; absent: not asked. */
  changes: z.array(z.string()).max(128).optional(),
  /** Regions, and the first delivery day (`yyyy/MM/dd`) whose log files are tried; absent: not tried. */
  logs: z.strictObject({ regions: z.array(z.string()), since: z.string() }).optional(),
});
export type MembersRequest = z.output<typeof MembersRequest>;

export const LogTried = z.object({
  region: z.string(),
  state: z.enum(["read", "none", "refused"]),
  why: z.string(),
});
export type LogTried = z.output<typeof LogTried>;

export const MembersAnswer = z.array(
  z.object({
    accountId: z.string(),
    state: z.enum(["ready", "no-read-role", "no-contain-role", "not-trusted"]),
    why: z.string(),
    /** Changes that a service control policy forbids; null: not known (`notAsked` says why). Absent: not asked. */
    forbidden: z.array(z.string()).nullable().optional(),
    notAsked: z.string().optional(),
    logs: z.array(LogTried).optional(),
  }),
);
export type MemberState = z.output<typeof MembersAnswer>[number];

/** Tries one log file of an account in some regions. */
export type TryLogs = (accountId: string, where: NonNullable<MembersRequest["logs"]>) => Promise<readonly LogTried[]>;

/** Accounts at once: five hundred together would meet the limit of STS. */
const AT_ONCE = 10;

/**
 * Whether the roles in member accounts can be assumed, from where they will be: the reading role is assumed indeed, with
 * the external id, and reads the containing role, which nobody but the containing function may try.
 */
export const examineMembers = async (
  request: MembersRequest,
  ports: Pick<Ports, "account">,
  tryLogs: TryLogs,
): Promise<readonly MemberState[]> => {
  const waiting = [...request.accounts.entries()];
  const found: MemberState[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, accountId] = next;
      found[at] = await examineWhole(accountId, request, ports, tryLogs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
};

const examineWhole = async (
  accountId: string,
  request: MembersRequest,
  ports: Pick<Ports, "account">,
  tryLogs: TryLogs,
): Promise<MemberState> => {
  const { changes, logs } = request;
  const roles = await examineOne(accountId, request, ports);
  return {
    ...roles,
    ...(changes === undefined ? {} : await forbiddenIn(accountId, { ...request, changes }, ports)),
    ...(logs === undefined ? {} : { logs: [...(await tryLogs(accountId, logs))] }),
  };
};

const examineOne = async (
  accountId: string,
  { region, containRole, container, externalId }: MembersRequest,
  { account }: Pick<Ports, "account">,
): Promise<MemberState> => {
  try {
    const input = { RoleName: containRole };
    const { output } = await account.call({ service: "iam", operation: "GetRole", region, accountId, input });
    const { AssumeRolePolicyDocument = "{}" } = (output.Role ?? {}) as { readonly AssumeRolePolicyDocument?: string };
    const trusted = isTrusted(decodedDocument(AssumeRolePolicyDocument), container, externalId);
    return trusted
      ? { accountId, state: "ready", why: "both roles are there, and trust the functions that need them" }
      : { accountId, state: "not-trusted", why: `${containRole} does not trust ${container} with our external id` };
  } catch (error) {
    const why = (error as Error).message.slice(0, 300);
    return { accountId, state: isApiError(error, "NoSuchEntity") ? "no-contain-role" : "no-read-role", why };
  }
};

const SimulatedPage = z.looseObject({
  EvaluationResults: z
    .array(
      z.looseObject({
        EvalActionName: z.string(),
        OrganizationsDecisionDetail: z.looseObject({ AllowedByOrganizations: z.boolean() }).optional(),
      }),
    )
    .default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().optional(),
});

/**
 * What service control policies would forbid the containing role, as IAM's own simulator says. It judges no policy with a
 * condition and no resource control policy (IAM user guide, policy simulator), and an answer without the organisation's part
 * says nothing of it: then, and where it could not be asked, it is not known.
 */
const forbiddenIn = async (
  accountId: string,
  { region, container, containRole, changes }: MembersRequest & { readonly changes: readonly string[] },
  { account }: Pick<Ports, "account">,
): Promise<Pick<MemberState, "forbidden" | "notAsked">> => {
  const PolicySourceArn = `${container.split(":").slice(0, 4).join(":")}:${accountId}:role/${containRole}`;
  const [forbidden, silent, judged] = [[] as string[], [] as string[], new Set<string>()];
  let marker: string | undefined;
  try {
    do {
      const page = marker === undefined ? {} : { Marker: marker };
      const input = { PolicySourceArn, ActionNames: changes, ...page };
      const answer = await account.call({
        ...{ service: "iam", operation: "SimulatePrincipalPolicy", region, accountId, input },
      });
      const { EvaluationResults, IsTruncated, Marker } = SimulatedPage.parse(answer.output);
      for (const { EvalActionName, OrganizationsDecisionDetail: detail } of EvaluationResults) {
        judged.add(EvalActionName);
        if (detail === undefined) silent.push(EvalActionName);
        else if (!detail.AllowedByOrganizations) forbidden.push(EvalActionName);
      }
      marker = IsTruncated ? Marker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    const { code, message } = failureOf(error);
    return { forbidden: null, notAsked: `${code}: ${message}`.slice(0, 300) };
  }
  silent.push(...changes.filter((one) => !judged.has(one)));
  if (forbidden.length > 0 || silent.length === 0) return { forbidden: forbidden.sort() };
  return {
    forbidden: null,
    notAsked: `IAM's answer names no decision of the organisation on ${silent.slice(0, 5).join(", ")}`,
  };
};

/** As `memberStack` writes it: one statement with both conditions. Anything else a person must judge. */
const isTrusted = (document: string, container: string, externalId: string): boolean => {
  const { Statement = [] } = JSON.parse(document) as { readonly Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as readonly {
    readonly Effect?: string;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  }[];
  const values = (value: string | readonly string[] | undefined): readonly string[] =>
    value === undefined ? [] : [value].flat();
  return statements.some(
    ({ Effect, Condition = {} }) =>
      Effect === "Allow" &&
      values(Condition.ArnEquals?.["aws:PrincipalArn"]).includes(container) &&
      values(Condition.StringEquals?.["sts:ExternalId"]).includes(externalId),
  );
};
