import { z } from "zod";
import { isApiError } from "../../base/errors.ts";
import { decodedDocument } from "../../core/plan/policyDocument.ts";
import type { Ports } from "../../ports/ports.ts";

/** What the function `examineMembers` is asked, and what it answers: one line per account. */
export const MembersRequest = z.strictObject({
  region: z.string(),
  accounts: z.array(z.string().regex(/^\d{12}$/)).max(1000),
  containRole: z.string(),
  /** ARN of the function role that contains. */
  container: z.string(),
  externalId: z.string(),
});
export type MembersRequest = z.output<typeof MembersRequest>;

export const MembersAnswer = z.array(
  z.object({
    accountId: z.string(),
    state: z.enum(["ready", "no-read-role", "no-contain-role", "not-trusted"]),
    why: z.string(),
  }),
);
export type MemberState = z.output<typeof MembersAnswer>[number];

/**
 * Whether the roles in member accounts can be assumed, from where they will be: the reading role is assumed indeed, with
 * the external id, and reads the containing role, which nobody but the containing function may try.
 */
export const examineMembers = (
  request: MembersRequest,
  ports: Pick<Ports, "account">,
): Promise<readonly MemberState[]> =>
  Promise.all(request.accounts.map((accountId) => examineOne(accountId, request, ports)));

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
