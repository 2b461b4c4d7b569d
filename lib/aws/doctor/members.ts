import { InvokeCommand } from "@aws-sdk/client-lambda";
import { type Check, fail, pass } from "./check.ts";
import { type MemberState, MembersAnswer, type MembersRequest } from "./memberRoles.ts";
import type { DoctorOptions } from "./options.ts";

/** Accounts of one call: the function has two minutes. */
const PER_CALL = 25;

type Members = Pick<
  DoctorOptions,
  "clients" | "name" | "region" | "partition" | "account" | "memberAccounts" | "externalId"
>;

/**
 * The roles in member accounts trust Cordon's functions and nobody at a command line: a function of the deployment tries
 * them, and says for each account what it met.
 */
export const checkMembers = async (options: Members): Promise<readonly Check[]> => {
  const { found, failed } = await askMembers(options, {});
  return [...failed, ...found.map(checkOf)];
};

/** What the function says of every account, and a line for each call that failed. */
export const askMembers = async (
  options: Members,
  more: Pick<MembersRequest, "changes" | "logs">,
): Promise<{ readonly found: readonly MemberState[]; readonly failed: readonly Check[] }> => {
  const found: MemberState[] = [];
  const failed: Check[] = [];
  for (let begin = 0; begin < options.memberAccounts.length; begin += PER_CALL) {
    const accounts = options.memberAccounts.slice(begin, begin + PER_CALL);
    const answer = await askSome(options, { ...requestOf(options, accounts), ...more });
    if ("id" in answer) failed.push(answer);
    else found.push(...answer.found);
  }
  return { found, failed };
};

const askSome = async (
  { clients, name, region }: Members,
  request: MembersRequest,
): Promise<Check | { readonly found: readonly MemberState[] }> => {
  const { Payload, FunctionError } = await clients.lambda.send(
    new InvokeCommand({
      FunctionName: `${name}-${region}-examineMembers`,
      Payload: Buffer.from(JSON.stringify(request)),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError === undefined) return { found: MembersAnswer.parse(JSON.parse(text)) };
  const mend = `aws logs tail /aws/lambda/${name}-${region}-examineMembers`;
  return fail("member-roles", `examineMembers failed: ${text}`.slice(0, 300), mend);
};

const requestOf = (
  { name, region, partition, account, externalId }: Members,
  accounts: readonly string[],
): MembersRequest => ({
  region,
  accounts: [...accounts],
  containRole: `${name}-contain`,
  container: `arn:${partition}:iam::${account}:role/${name}-${region}-applyContainment`,
  externalId,
});

const MEND = "deploy the member stack in that account: npx cdk deploy CordonMemberStack, or the StackSet";

const checkOf = ({ accountId, state, why }: MemberState): Check => {
  const id = `member ${accountId}`;
  if (state === "ready") return pass(id, why);
  return state === "no-read-role"
    ? fail(id, `cannot be looked at: ${why}`, MEND)
    : fail(id, `can be looked at and not be contained: ${why}`, MEND);
};
