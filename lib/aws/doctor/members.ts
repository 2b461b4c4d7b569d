import { InvokeCommand } from "@aws-sdk/client-lambda";
import { type Check, fail, pass } from "./check.ts";
import { type MemberState, MembersAnswer, type MembersRequest } from "./memberRoles.ts";
import type { DoctorOptions } from "./options.ts";

/**
 * The roles in member accounts trust Cordon's functions and nobody at a command line: a function of the deployment tries
 * them, and says for each account what it met.
 */
export const checkMembers = async (options: DoctorOptions): Promise<readonly Check[]> => {
  const { clients, name, region } = options;
  const { Payload, FunctionError } = await clients.lambda.send(
    new InvokeCommand({
      FunctionName: `${name}-${region}-examineMembers`,
      Payload: Buffer.from(JSON.stringify(requestOf(options))),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError !== undefined)
    return [
      fail(
        "member-roles",
        `examineMembers failed: ${text}`.slice(0, 300),
        `aws logs tail /aws/lambda/${name}-${region}-examineMembers`,
      ),
    ];
  return MembersAnswer.parse(JSON.parse(text)).map(checkOf);
};

const requestOf = ({
  name,
  region,
  partition,
  account,
  memberAccounts,
  externalId,
}: DoctorOptions): MembersRequest => ({
  region,
  accounts: [...memberAccounts],
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
