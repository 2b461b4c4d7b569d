import { GetUsageStatisticsCommand } from "@aws-sdk/client-macie2";
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { isRefusal } from "../failures.ts";
import { type Check, looked, pass, warn } from "./check.ts";
import type { DoctorOptions } from "./options.ts";

interface Quota {
  readonly id: string;
  readonly service: string;
  readonly code: string;
  readonly what: string;
  /** Below this a response is slowed down. */
  readonly least: number;
  readonly why: string;
}

/** Codes as Service Quotas lists them (list-service-quotas, 2026). */
const QUOTAS: readonly Quota[] = [
  {
    id: "quota athena-queries",
    service: "athena",
    code: "L-FC5F6546",
    what: "Athena queries at a time",
    // The smallest default of any region; a case asks a few at a time, and so does whoever else uses Athena here.
    least: 20,
    why: "queries beyond it are refused and tried again",
  },
  {
    id: "quota athena-minutes",
    service: "athena",
    code: "L-E80DC288",
    what: "minutes for an Athena query",
    least: 30,
    why: "a scan that takes longer is cut off",
  },
  {
    id: "quota lambda-concurrency",
    service: "lambda",
    code: "L-B99A9384",
    what: "Lambda functions at a time",
    // New accounts begin with 10 for everything in them.
    least: 50,
    why: "steps wait for each other, and for every other function of the account",
  },
  {
    id: "quota states-transitions",
    service: "states",
    code: "L-AD9B4E93",
    what: "state transitions a second",
    // Hundreds by default; new accounts begin with fewer. A case makes about ten a second for its first minute.
    least: 100,
    why: "machines pause between steps when several cases run, and share it with every other machine of the account",
  },
  {
    id: "quota states-executions",
    service: "states",
    code: "L-B8A5B662",
    what: "open executions",
    // A case holds three while its question is open.
    least: 1000,
    why: "a response cannot start where others fill it",
  },
];

export const checkQuotas = async (options: DoctorOptions): Promise<readonly Check[]> => {
  const looks = QUOTAS.map((quota) =>
    looked(
      quota.id,
      `aws service-quotas get-service-quota --service-code ${quota.service} --quota-code ${quota.code}`,
      () => checkQuota(quota, options),
    ).then(softened),
  );
  const macie = looked("quota macie", "aws macie2 get-usage-statistics", () => checkMacieQuota(options)).then(softened);
  return (await Promise.all([...looks, ...(options.settings.classification.enabled ? [macie] : [])])).flat();
};

/** Whoever may not read quotas still has a deployment that works. */
const softened = (checks: readonly Check[]): readonly Check[] =>
  checks.map((check) => (check.status === "fail" ? warn(check.id, check.says, check.mend) : check));

const checkQuota = async (
  { id, service, code, what, least, why }: Quota,
  { clients }: DoctorOptions,
): Promise<Check> => {
  const key = { ServiceCode: service, QuotaCode: code };
  const value = await applied(clients.quotas, key);
  return value >= least
    ? pass(id, `${value} ${what}`)
    : warn(
        id,
        `${value} ${what}, fewer than ${least}: ${why}`,
        `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${least}`,
      );
};

/** The value in force; where the account never had one of its own, the default. */
const applied = async (
  quotas: DoctorOptions["clients"]["quotas"],
  key: { readonly ServiceCode: string; readonly QuotaCode: string },
): Promise<number> => {
  try {
    return (await quotas.send(new GetServiceQuotaCommand(key))).Quota!.Value!;
  } catch (error) {
    if (!isRefusal(error, "NoSuchResourceException")) throw error;
    return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(key))).Quota!.Value!;
  }
};

/** Jobs share a monthly quota; when it is used up Macie pauses them until next month (Macie user guide, quotas). */
const checkMacieQuota = async ({ clients, account }: DoctorOptions): Promise<Check> => {
  const { records = [] } = await clients.macie.send(
    new GetUsageStatisticsCommand({ filterBy: [{ key: "accountId", comparator: "EQ", values: [account] }] }),
  );
  const jobs = records.flatMap(({ usage = [] }) => usage).find(({ type }) => type === "SENSITIVE_DATA_DISCOVERY");
  const limit = jobs?.serviceLimit;
  return limit?.isServiceLimited === true
    ? warn(
        "quota macie",
        `this month's ${limit.value ?? "?"} ${limit.unit ?? "TERABYTES"} of Macie are used up: jobs are paused until the next`,
        "https://console.aws.amazon.com/macie/home#/usage",
      )
    : pass("quota macie", "Macie's monthly quota is not used up");
};
