/** Alerts of the hunt as findings of Security Hub (AWS Security Finding Format, 2018-10-08). */
import { CordonError } from "../base/errors.ts";
import { visible } from "../base/visible.ts";
import { SUSPICION_TYPE } from "../core/finding/suspicion.ts";
import type { Alert } from "../response/hunt/again.ts";
import type { JsonService } from "./jsonCall.ts";
import { callRest } from "./jsonCall.ts";

const LABELS = { "likely theft": "HIGH", "worth a look": "MEDIUM", ordinary: "INFORMATIONAL" } as const;
/** BatchImportFindings takes a hundred (API reference). */
const PER_CALL = 100;

export interface FindingPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** One finding; the same alert, handed over again, is the same finding (`Id`), and a graver one or another day's is a new one. Limits: API reference, AwsSecurityFinding. */
export const toAsff = ({ key, suspect }: Alert, at: string, { partition, region, account }: FindingPlace) => ({
  SchemaVersion: "2018-10-08",
  Id: `cordon/hunt/${key}`,
  ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
  GeneratorId: "cordon-hunt",
  AwsAccountId: account,
  Types: ["TTPs/Exfiltration/Unusual Object Access", `Unusual Behaviors/User/${SUSPICION_TYPE.replaceAll("/", "-")}`],
  FirstObservedAt: suspect.firstAt,
  LastObservedAt: suspect.lastAt,
  CreatedAt: at,
  UpdatedAt: at,
  Severity: { Label: LABELS[suspect.level] },
  Title: visible(`${suspect.level}: ${suspect.name} from ${suspect.network}`).slice(0, 256),
  Description: visible(suspect.signs.map(({ id, says }) => `${id}: ${says}`).join(" ")).slice(0, 1024),
  Resources: [
    { Type: "AwsIamAccessKey", Id: suspect.accessKeyIds[0] ?? suspect.identity, Partition: partition, Region: region },
    ...suspect.buckets
      .slice(0, 31)
      .map((name) => ({ Type: "AwsS3Bucket", Id: `arn:${partition}:s3:::${name}`, Partition: partition })),
  ],
});

/** Hands all of them over, then throws STATE_UNKNOWN where one was not taken, with the reason of the first. */
export const importFindings = async (
  service: JsonService,
  alerts: readonly Alert[],
  at: string,
  place: FindingPlace,
): Promise<void> => {
  const failed: Failed[] = [];
  for (let begin = 0; begin < alerts.length; begin += PER_CALL) {
    const Findings = alerts.slice(begin, begin + PER_CALL).map((alert) => toAsff(alert, at, place));
    const { FailedFindings = [] } = (await callRest(service, "/findings/import", { Findings })) as Imported;
    failed.push(...FailedFindings);
  }
  if (failed.length === 0) return;
  const why = failed[0]!.ErrorMessage ?? "no reason given";
  throw new CordonError(
    "STATE_UNKNOWN",
    `Security Hub did not take ${failed.length} of ${alerts.length} findings: ${why}`,
  );
};

interface Failed {
  readonly ErrorMessage?: string;
}
interface Imported {
  readonly FailedFindings?: readonly Failed[];
}
