import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { systemClock } from "../aws/clock.ts";
import { looked } from "../aws/doctor/check.ts";
import { ringOf } from "../aws/doctor/doctor.ts";
import { examineOrganisation, type OrganisationReport } from "../aws/doctor/organisation.ts";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import { bucketName, type CordonContext, stackName } from "../stack/context.ts";
import { logReaders } from "../stack/logAccess.ts";
import { containingChanges } from "../stack/memberPolicy.ts";
import { rootOf } from "../stack/trailTable.ts";
import { DEFAULT_STACK } from "./awsPlace.ts";
import type { Typed } from "./command.ts";
import { checkCaller, clientsWith, membersOf, optionsFor } from "./doctorAws.ts";

const DAY_MS = 86_400_000;

/** Every account and region of a deployment, with the caller's own credentials and those of `examineMembers`. Throws USAGE. */
export const examineOrganisationAws = async (context: CordonContext, typed: Typed): Promise<OrganisationReport> => {
  const options = await optionsFor(context.region, typed);
  const stranger = await checkCaller(new STSClient(options), context.account);
  if (stranger !== null) throw new CordonError("USAGE", stranger.says);
  const { account, region, partition, externalId, name, logs, findingRegions } = context;
  const clients = clientsWith(options);
  const memberAccounts = await membersOf(context, options);
  const stack = String(typed.values.stack ?? stackName(context, DEFAULT_STACK));
  const alarms =
    typed.values.ring === true
      ? await looked("ring", "aws cloudwatch describe-alarms", () => ringOf({ clients, stack, clock: systemClock }))
      : [];
  const bucket = logs.bucket ?? bucketName(context, "trail");
  return examineOrganisation(
    {
      ...{ clients, clock: systemClock, region, partition, account, externalId, name, findingRegions, memberAccounts },
      ...{ logRegions: logs.regions, changes: containingChanges(), logReaders: logReaders(context) },
      logFile: `${rootOf(bucket, logs).replace("s3://", `arn:${partition}:s3:::`)}${account}/CloudTrail/x`,
      since: new Date(Date.parse(systemClock.now()) - DAY_MS).toISOString().slice(0, 10).replaceAll("-", "/"),
      relayStack: (one) => stackName(context, `CordonRelay-${one}`),
      iam: new IAMClient(options),
      clientsIn: (one) => clientsWith({ ...options, region: one }),
    },
    alarms,
  );
};

/** A line an account; below it what is not well, regions with the same fault together. */
export const organisationTable = ({ accounts, deployment, ready }: OrganisationReport): string => {
  const mark = (ok: boolean): string => (ok ? "pass" : "FAIL");
  const lines = accounts.flatMap(({ accountId, ready: isReady, roles, guardrails, regions }) => [
    `${mark(isReady)}  ${accountId}  ${counted(regions.length, "region")}`,
    ...[roles, guardrails].filter(({ ok }) => !ok).map(({ says }) => `      ${says}`),
    ...grouped(regions.flatMap(({ region, findings, logs }) => [findings, logs].map((cell) => ({ ...cell, region })))),
  ]);
  const well = accounts.filter((one) => one.ready).length;
  return [
    ...deployment.map(({ id, ok, says }) => `${mark(ok)}  ${id}: ${says}`),
    ...lines,
    `${ready ? "Ready" : "Not ready"}: ${well} of ${counted(accounts.length, "account")} would be answered.`,
  ].join("\n");
};

const grouped = (
  cells: readonly { readonly ok: boolean; readonly says: string; readonly region: string }[],
): readonly string[] => {
  const bad = cells.filter(({ ok }) => !ok);
  return [...Map.groupBy(bad, ({ says, region }) => says.replaceAll(region, "REGION"))].map(([says, same]) =>
    same.length === 1
      ? `      ${same[0]!.region}: ${same[0]!.says}`
      : `      ${same.map(({ region }) => region).join(", ")}: ${says}`,
  );
};
