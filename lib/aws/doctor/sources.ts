import {
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type Trail,
} from "@aws-sdk/client-cloudtrail";
import { GetDetectorCommand, type GetDetectorCommandOutput, ListDetectorsCommand } from "@aws-sdk/client-guardduty";
import { GetMacieSessionCommand } from "@aws-sdk/client-macie2";
import { counted } from "../../base/figures.ts";
import { recordsReads } from "../../core/logs/trailSelectors.ts";
import { failureOf } from "../failures.ts";
import { type Check, fail, pass, warn } from "./check.ts";
import type { DoctorOptions } from "./options.ts";

export const checkGuardDuty = async ({ clients, region }: DoctorOptions): Promise<readonly Check[]> => {
  const { DetectorIds = [] } = await clients.guardDuty.send(new ListDetectorsCommand({}));
  const [id] = DetectorIds;
  if (id === undefined)
    return [
      fail(
        "guardduty",
        `GuardDuty is off in ${region}: nothing is ever detected`,
        "aws guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES --features Name=S3_DATA_EVENTS,Status=ENABLED",
      ),
    ];
  const detector = await clients.guardDuty.send(new GetDetectorCommand({ DetectorId: id }));
  return [isOn(detector, id), protectsS3(detector, id), isPrompt(detector, id)];
};

const isOn = ({ Status }: GetDetectorCommandOutput, id: string): Check =>
  Status === "ENABLED"
    ? pass("guardduty", "GuardDuty is on")
    : fail("guardduty", "the detector is suspended", `aws guardduty update-detector --detector-id ${id} --enable`);

const protectsS3 = ({ Features = [] }: GetDetectorCommandOutput, id: string): Check =>
  Features.some(({ Name, Status }) => Name === "S3_DATA_EVENTS" && Status === "ENABLED")
    ? pass("s3-protection", "S3 protection is on")
    : fail(
        "s3-protection",
        "S3 protection is off: no finding about objects is made",
        `aws guardduty update-detector --detector-id ${id} --features Name=S3_DATA_EVENTS,Status=ENABLED`,
      );

const isPrompt = ({ FindingPublishingFrequency: frequency }: GetDetectorCommandOutput, id: string): Check =>
  frequency === "FIFTEEN_MINUTES"
    ? pass("finding-frequency", "findings are updated every fifteen minutes")
    : warn(
        "finding-frequency",
        `findings are updated ${frequency}: a theft that goes on is heard of late`,
        `aws guardduty update-detector --detector-id ${id} --finding-publishing-frequency FIFTEEN_MINUTES`,
      );

interface Recording {
  readonly trail: Trail;
  readonly isLogging: boolean;
  readonly records: (bucket: string) => boolean;
}

export const checkTrail = async (options: DoctorOptions): Promise<readonly Check[]> => {
  const { clients, buckets } = options;
  const { trailList = [] } = await clients.cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  if (trailList.length === 0)
    return [
      fail("trail", "there is no trail: nothing that was taken can be counted", "npx cdk deploy CordonTrailStack"),
    ];
  const recordings = await Promise.all(trailList.map((trail) => recordingOf(trail, options)));
  const live = recordings.filter(({ isLogging }) => isLogging);
  if (live.length === 0)
    return [fail("trail", "no trail is logging", `aws cloudtrail start-logging --name ${trailList[0]!.TrailARN}`)];
  return [
    pass("trail", `${counted(live.length, "trail")} logging`),
    validated(live),
    ...buckets.map((bucket) => covered(bucket, live)),
  ];
};

const recordingOf = async (trail: Trail, { clients, partition }: DoctorOptions): Promise<Recording> => {
  const name = trail.TrailARN!;
  const { IsLogging = false } = await clients.cloudTrail.send(new GetTrailStatusCommand({ Name: name }));
  const { EventSelectors = [], AdvancedEventSelectors = [] } = await clients.cloudTrail.send(
    new GetEventSelectorsCommand({ TrailName: name }),
  );
  return {
    trail,
    isLogging: IsLogging,
    records: (bucket) => recordsReads({ basic: EventSelectors, advanced: AdvancedEventSelectors }, bucket, partition),
  };
};

const validated = (live: readonly Recording[]): Check => {
  const bare = live.filter(({ trail }) => trail.LogFileValidationEnabled !== true).map(({ trail }) => trail.TrailARN!);
  return bare.length === 0
    ? pass("log-validation", "log files are signed by CloudTrail")
    : warn(
        "log-validation",
        `${counted(bare.length, "trail")} without log file validation: that files are complete cannot be proven`,
        `aws cloudtrail update-trail --name ${bare[0]} --enable-log-file-validation`,
      );
};

const covered = (bucket: string, live: readonly Recording[]): Check =>
  live.some(({ records }) => records(bucket))
    ? pass(`data-events ${bucket}`, `reads of ${bucket} are on record`)
    : fail(
        `data-events ${bucket}`,
        `no trail records reads of objects in ${bucket}: what was taken from it cannot be counted afterwards`,
        `aws cloudtrail put-event-selectors --trail-name ${live[0]!.trail.TrailARN} --advanced-event-selectors '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]'`,
      );

export const checkMacie = async ({ clients, region, partition, settings }: DoctorOptions): Promise<Check> => {
  if (!settings.classification.enabled) return pass("macie", "classification is switched off in the settings");
  try {
    const { status } = await clients.macie.send(new GetMacieSessionCommand({}));
    return status === "ENABLED"
      ? pass("macie", "Macie is on")
      : warn(
          "macie",
          `Macie is ${status}: how sensitive the loot is stays unknown`,
          "aws macie2 update-macie-session --status ENABLED",
        );
  } catch (error) {
    const { message, status } = failureOf(error);
    // Where there is no Macie at all its name has no address, and no answer is all that comes.
    if (status === 0 && partition !== "aws")
      return warn(
        "macie",
        `no Macie answers in ${region}: how sensitive the loot is stays unknown`,
        "set classification.enabled to false in the settings file and deploy",
      );
    if (!/not enabled/i.test(message)) throw error;
    return warn(
      "macie",
      `Macie is not enabled in ${region}: how sensitive the loot is stays unknown`,
      "aws macie2 enable-macie --finding-publishing-frequency FIFTEEN_MINUTES",
    );
  }
};
