/** `cordon doctor --org`: for every account and region, whether a theft there would be answered. */
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  GetDetectorCommand,
  GetMemberDetectorsCommand,
  ListDetectorsCommand,
  ListMembersCommand,
} from "@aws-sdk/client-guardduty";
import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import * as z from "zod";
import { failureOf } from "../failures.ts";
import type { Check } from "./check.ts";
import type { LogTried, MemberState } from "./memberRoles.ts";
import { askMembers } from "./members.ts";
import type { OrganisationOptions, RegionClients } from "./options.ts";

const Cell = z.object({
  ok: z.boolean(),
  says: z.string().describe("what was met, and what is missing where it is not well"),
});
type Cell = z.output<typeof Cell>;

/** What `cordon doctor --org --json` prints. */
export const OrganisationReport = z.object({
  schema: z.literal("cordon/doctor-organisation/v1"),
  at: z.iso.datetime(),
  ready: z.boolean().describe("every cell and line is well"),
  deployment: z
    .array(z.object({ id: z.string(), ok: z.boolean(), says: z.string() }))
    .describe("what holds for all accounts: alarms that ring, and each role that reads log files"),
  accounts: z.array(
    z.object({
      accountId: z.string().regex(/^\d{12}$/),
      ready: z.boolean(),
      roles: Cell.describe("both member roles are there, trusted and assumable"),
      guardrails: Cell.describe(
        "whether a service control policy forbids a change that containment makes, as far as IAM's simulator judges them",
      ),
      regions: z.array(
        z.object({
          region: z.string(),
          findings: Cell.describe(
            "GuardDuty and its S3 protection are on for the account, and its findings reach the deployment",
          ),
          logs: Cell.describe("a log file of this account and region was listed, read and decrypted"),
        }),
      ),
    }),
  ),
});
export type OrganisationReport = z.output<typeof OrganisationReport>;

const well = (says: string): Cell => ({ ok: true, says });
const ill = (says: string): Cell => ({ ok: false, says });

/** Looks everywhere; what could not be looked at is not well, and says why. `alarms`: what ringing one showed. */
export const examineOrganisation = async (
  options: OrganisationOptions,
  alarms: readonly Check[],
): Promise<OrganisationReport> => {
  const { memberAccounts, logRegions, changes, since, clock } = options;
  const [arrivals, { found, failed }, readers] = await Promise.all([
    arrivalsOf(options),
    askMembers(options, { changes: [...changes], logs: { regions: [...logRegions], since } }),
    readersOf(options),
  ]);
  const members = new Map(found.map((one) => [one.accountId, one]));
  const accounts = memberAccounts.map((accountId) => {
    const member = members.get(accountId);
    const regions = logRegions.map((region) => ({
      region,
      findings: arrivals.get(region)!(accountId),
      logs: logsOf(member?.logs?.find((one) => one.region === region)),
    }));
    const [roles, guardrails] = [rolesOf(member), guardrailsOf(member)];
    const ready = roles.ok && guardrails.ok && regions.every(({ findings, logs }) => findings.ok && logs.ok);
    return { accountId, ready, roles, guardrails, regions };
  });
  const deployment = [
    ...[...alarms, ...failed].map(({ id, status, says }) => ({ id, ok: status !== "fail", says })),
    ...readers,
  ];
  return {
    schema: "cordon/doctor-organisation/v1",
    at: clock.now(),
    ready: accounts.every(({ ready }) => ready) && deployment.every(({ ok }) => ok),
    deployment,
    accounts,
  };
};

const NOT_ASKED = "not looked at: examineMembers gave no answer";

const rolesOf = (member: MemberState | undefined): Cell =>
  member === undefined ? ill(NOT_ASKED) : { ok: member.state === "ready", says: member.why };

const guardrailsOf = (member: MemberState | undefined): Cell => {
  const forbidden = member?.forbidden;
  if (forbidden === undefined || forbidden === null)
    return ill(`what the organisation forbids is not known: ${member?.notAsked ?? "IAM was not asked"}`);
  return forbidden.length === 0
    ? well("no service control policy that IAM's simulator judges forbids a change that containment makes")
    : ill(`the organisation forbids ${forbidden.join(", ")}: exempt the containing role`);
};

const logsOf = (tried: LogTried | undefined): Cell =>
  tried === undefined ? ill(NOT_ASKED) : { ok: tried.state === "read", says: tried.why };

type Arrives = (accountId: string) => Cell;

const arrivalsOf = async (options: OrganisationOptions): Promise<ReadonlyMap<string, Arrives>> =>
  new Map(
    await Promise.all(
      options.logRegions.map(async (region): Promise<readonly [string, Arrives]> => {
        try {
          return [region, await arrivalsIn(region, options)];
        } catch (error) {
          const { code, message } = failureOf(error);
          return [region, () => ill(`could not be looked at: ${code}: ${message}`.slice(0, 300))];
        }
      }),
    ),
  );

const arrivalsIn = async (region: string, options: OrganisationOptions): Promise<Arrives> => {
  const { account, region: home, findingRegions, relayStack, clientsIn } = options;
  if (region !== home && !findingRegions.includes(region))
    return () => ill(`${region} is not among findingRegions of the context: its findings do not arrive`);
  const { guardDuty, cloudFormation } = clientsIn(region);
  if (region !== home) await cloudFormation.send(new DescribeStacksCommand({ StackName: relayStack(region) }));
  const { DetectorIds = [] } = await guardDuty.send(new ListDetectorsCommand({}));
  const [DetectorId] = DetectorIds;
  if (DetectorId === undefined) return () => ill(`GuardDuty is off in ${region}`);
  const { Status, Features = [] } = await guardDuty.send(new GetDetectorCommand({ DetectorId }));
  if (Status !== "ENABLED") return () => ill(`the detector in ${region} is suspended`);
  const members = await membersOf(guardDuty, DetectorId);
  const enabled = [...members].filter(([, status]) => status === "Enabled").map(([accountId]) => accountId);
  const s3 = new Map([
    [account, s3Of(Features, region)],
    ...(await s3OfMembers(guardDuty, DetectorId, enabled, region)),
  ]);
  return (accountId) => {
    const status = accountId === account ? "Enabled" : members.get(accountId);
    if (status === undefined) return ill(`no member of the administrator's detector in ${region}`);
    if (status !== "Enabled") return ill(`GuardDuty's relationship in ${region} is ${status}`);
    return s3.get(accountId) ?? ill(`GuardDuty did not say whether S3 protection is on in ${region}`);
  };
};

const s3Of = (
  features: readonly { readonly Name?: string | undefined; readonly Status?: string | undefined }[],
  region: string,
): Cell =>
  features.some(({ Name, Status }) => Name === "S3_DATA_EVENTS" && Status === "ENABLED")
    ? well("findings arrive")
    : ill(`S3 protection is off in ${region}`);

/** Accounts of one call (GuardDuty API reference, GetMemberDetectors). */
const DETECTORS_PER_CALL = 50;

/** S3 protection is a setting of each member: the administrator's says nothing of theirs. */
const s3OfMembers = async (
  guardDuty: RegionClients["guardDuty"],
  DetectorId: string,
  accounts: readonly string[],
  region: string,
): Promise<ReadonlyMap<string, Cell>> => {
  const found = new Map<string, Cell>();
  for (let at = 0; at < accounts.length; at += DETECTORS_PER_CALL) {
    const AccountIds = accounts.slice(at, at + DETECTORS_PER_CALL);
    const page = await guardDuty.send(new GetMemberDetectorsCommand({ DetectorId, AccountIds }));
    for (const { AccountId = "", Features = [] } of page.MemberDataSourceConfigurations ?? [])
      found.set(AccountId, s3Of(Features, region));
    for (const { AccountId = "", Result = "" } of page.UnprocessedAccounts ?? [])
      found.set(AccountId, ill(`GuardDuty did not say whether S3 protection is on in ${region}: ${Result}`));
  }
  return found;
};

const membersOf = async (
  guardDuty: RegionClients["guardDuty"],
  DetectorId: string,
): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await guardDuty.send(
      new ListMembersCommand({
        ...{ DetectorId, OnlyAssociated: "true", MaxResults: 50 },
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const { AccountId, RelationshipStatus } of page.Members ?? [])
      if (AccountId !== undefined) found.set(AccountId, RelationshipStatus ?? "not known");
    token = page.NextToken === "" ? undefined : page.NextToken;
  } while (token !== undefined);
  return found;
};

/** Each role that reads log files, by IAM's simulator: its own policies, its boundary, and what the organisation allows. */
const readersOf = (options: OrganisationOptions): Promise<OrganisationReport["deployment"]> =>
  Promise.all(
    options.logReaders.map(async (arn) => {
      const id = `logs by ${arn.slice(arn.lastIndexOf("/") + 1)}`;
      try {
        const { EvaluationResults = [] } = await options.iam.send(
          new SimulatePrincipalPolicyCommand({
            ...{ PolicySourceArn: arn, ActionNames: ["s3:GetObject"], ResourceArns: [options.logFile] },
          }),
        );
        const decision = EvaluationResults[0]?.EvalDecision ?? "not known";
        return { id, ok: decision === "allowed", says: `its policies say ${decision}` };
      } catch (error) {
        const { code, message } = failureOf(error);
        return { id, ok: false, says: `could not be looked at: ${code}: ${message}`.slice(0, 300) };
      }
    }),
  );
