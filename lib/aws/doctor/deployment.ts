import { GetWorkGroupCommand } from "@aws-sdk/client-athena";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { counted } from "../../base/figures.ts";
import type { Settings } from "../../core/settings.ts";
import { createAthena } from "../athena.ts";
import { overTable } from "../athenaText.ts";
import { securityLakeOf } from "../securityLake.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import type { DoctorOptions, Outputs } from "./options.ts";

const PROBE_SECONDS = 120;
const DAY_MS = 86_400_000;

export const checkEvidence = async (
  { clients, account }: DoctorOptions,
  { EvidenceBucket = "" }: Outputs,
): Promise<readonly Check[]> => {
  const bucket = { Bucket: EvidenceBucket, ExpectedBucketOwner: account };
  const { ObjectLockConfiguration: lock } = await clients.s3.send(new GetObjectLockConfigurationCommand(bucket));
  const retention = lock?.Rule?.DefaultRetention;
  const { PublicAccessBlockConfiguration: block } = await clients.s3.send(new GetPublicAccessBlockCommand(bucket));
  const { Status } = await clients.s3.send(new GetBucketVersioningCommand(bucket));
  const closed =
    block?.BlockPublicAcls === true &&
    block.BlockPublicPolicy === true &&
    block.IgnorePublicAcls === true &&
    block.RestrictPublicBuckets === true;
  const locked = lock?.ObjectLockEnabled === "Enabled" && retention?.Mode !== undefined && Status === "Enabled";
  return [
    locked
      ? pass(
          "object-lock",
          `evidence is locked: ${retention.Mode}, ${retention.Days ?? (retention.Years ?? 0) * 365} days`,
        )
      : fail(
          "object-lock",
          `${EvidenceBucket} has no default retention: a bundle in it could be deleted`,
          "npx cdk deploy CordonStack",
        ),
    closed
      ? pass("evidence-private", "the evidence bucket blocks all public access")
      : fail("evidence-private", `${EvidenceBucket} does not block public access`, "npx cdk deploy CordonStack"),
  ];
};

export const checkKeys = ({ clients }: DoctorOptions, outputs: Outputs): Promise<readonly Check[]> =>
  Promise.all(
    ["EvidenceKey", "LedgerKey"].map(async (name) => {
      const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: outputs[name] ?? "" }));
      const { KeyState, KeySpec } = KeyMetadata ?? {};
      if (KeyState === "Enabled" && KeySpec === "ECC_NIST_P256") return pass(name, "enabled, ECC_NIST_P256");
      return fail(
        name,
        `expected an enabled key ECC_NIST_P256, got ${KeySpec} ${KeyState}: nothing can be sealed`,
        KeyState === "PendingDeletion"
          ? `aws kms cancel-key-deletion --key-id ${outputs[name]}`
          : `aws kms enable-key --key-id ${outputs[name]}`,
      );
    }),
  );

export const checkNotices = async ({ clients }: DoctorOptions, { NoticesTopic = "" }: Outputs): Promise<Check> => {
  const { Subscriptions = [] } = await clients.sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: NoticesTopic }),
  );
  const confirmed = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith("arn:")).length;
  return confirmed > 0
    ? pass("notices", `${counted(confirmed, "subscription")} to notices`)
    : fail(
        "notices",
        "nobody hears that an approval is needed",
        `aws sns subscribe --topic-arn ${NoticesTopic} --protocol email --notification-endpoint YOU@EXAMPLE.COM`,
      );
};

/** A query over one day of the table: it costs what that day holds, within the cap of the workgroup. */
export const checkTable = async ({
  clients,
  clock,
  name,
  account: own,
  memberAccounts,
  logRegions,
  securityLake,
}: DoctorOptions): Promise<readonly Check[]> => {
  const database = name.replaceAll("-", "_");
  // The table has the partitions of the accounts that are looked at; the one that Cordon runs in need not be among them.
  const account = memberAccounts.includes(own) ? own : (memberAccounts[0] ?? own);
  const { WorkGroup } = await clients.athena.send(new GetWorkGroupCommand({ WorkGroup: name }));
  const { EnforceWorkGroupConfiguration, BytesScannedCutoffPerQuery } = WorkGroup?.Configuration ?? {};
  const capped = EnforceWorkGroupConfiguration === true && BytesScannedCutoffPerQuery !== undefined;
  const workgroup = capped
    ? pass("workgroup", `a scan is stopped at ${BytesScannedCutoffPerQuery} bytes`)
    : fail("workgroup", `${name} has no enforced scan cap`, "npx cdk deploy CordonTrailStack");
  const athena = createAthena({
    athena: clients.athena,
    workgroup: name,
    database,
    clock,
    querySeconds: PROBE_SECONDS,
    pollMs: 500,
  });
  const day = new Date(Date.parse(clock.now()) - DAY_MS).toISOString().slice(0, 10).replaceAll("-", "/");
  const sql =
    "SELECT count(*) AS events, max(eventtime) AS latest FROM cloudtrail_logs WHERE day = ? AND account = ? AND region = ?";
  const window = { from: `${day.replaceAll("/", "-")}T00:00:00Z`, to: clock.now(), accounts: [account] };
  const { rows, bytesScanned } = await athena.run({
    sql: securityLake === null ? sql : overTable(sql, "cloudtrail_logs", securityLakeOf(securityLake, window)),
    parameters: [day, account, logRegions[0] ?? ""],
    seed: `doctor|${clock.now()}`,
  });
  const { events = 0, latest = null } = rows[0] ?? {};
  const probe =
    Number(events) > 0
      ? pass(
          "table",
          `cloudtrail_logs answers: ${events} events on ${day}, the last at ${latest}; ${bytesScanned} bytes read`,
        )
      : warn(
          "table",
          `cloudtrail_logs answers, and has no event of ${account} on ${day} in ${logRegions[0]}: is its location the one that the trail writes to?`,
          `aws glue get-table --database-name ${database} --name cloudtrail_logs`,
        );
  return [workgroup, probe];
};

/** Too few people is found here and not at three in the morning. */
export const checkApprovers = ({ approvers, quorum, mode }: Settings, now: string): readonly Check[] => {
  const humans = new Set(approvers.map(({ humanId }) => humanId)).size;
  const nameless = approvers.filter(({ principals }) => principals.length === 0).map(({ humanId }) => humanId);
  const fresh = approvers
    .filter(({ since }) => Date.parse(since) > Date.parse(now) - DAY_MS)
    .map(({ humanId }) => humanId);
  const needed = Math.max(...Object.values(quorum).filter((value) => typeof value === "number"));
  return [
    humans > needed
      ? pass("approvers", `${humans} approvers for a quorum of ${needed}`)
      : warn(
          "approvers",
          `${humans} approvers for a quorum of ${needed}: one who is away, or is a suspect, stops everything`,
          "edit approvers in the settings file and deploy",
        ),
    ...nameless.map((humanId) =>
      fail(
        `approver ${humanId}`,
        "has no principal: the decision API would refuse every decision",
        "edit principals in the settings file and deploy",
      ),
    ),
    ...fresh.map((humanId) =>
      warn(`approver ${humanId}`, "was added less than a day ago and does not count for incidents before that", null),
    ),
    mode === "enforce"
      ? pass("mode", "enforce: approved changes are made")
      : warn(
          "mode",
          "dry-run: approved changes are only written down",
          "set mode to enforce in the settings file and deploy",
        ),
  ];
};
