import { GetBucketMetadataConfigurationCommand } from "@aws-sdk/client-s3";
import { counted } from "../../base/figures.ts";
import { failureOf } from "../failures.ts";
import { type Check, pass, warn } from "./check.ts";
import type { DoctorOptions } from "./options.ts";

/** What a bucket has: a live inventory that is whole, a journal alone, neither, or why that is not known. */
type Found = { readonly bucket: string } & (
  | { readonly state: "inventory" | "journal" | "none" }
  | { readonly state: "unknown"; readonly why: string }
);

const AT_ONCE = 10;
const NAMED = 5;
const ID = "object-metadata";
const LOST = "sizes of objects that are deleted after they were taken, and how many there were, will not be known";

/** Which buckets lack S3 Metadata tables. Less is known without; nothing depends on them. */
export const checkObjectMetadata = async (options: DoctorOptions): Promise<readonly Check[]> => {
  const { buckets, isMetadataAsked } = options;
  const found: Found[] = [];
  for (let at = 0; at < buckets.length; at += AT_ONCE)
    found.push(...(await Promise.all(buckets.slice(at, at + AT_ONCE).map((bucket) => look(bucket, options)))));
  const of = (state: Found["state"]): readonly Found[] => found.filter((one) => one.state === state);
  const [whole, lacking, unknown] = [of("inventory"), [...of("none"), ...of("journal")], of("unknown")];
  return [
    ...(whole.length === 0 ? [] : [asked(whole, isMetadataAsked)]),
    ...(lacking.length === 0
      ? []
      : [
          warn(
            `${ID} lacking`,
            `${counted(lacking.length, "bucket")} without a live inventory of S3 Metadata (${named(lacking)}): ${LOST}`,
            `aws s3api create-bucket-metadata-configuration --bucket ${lacking[0]!.bucket} --metadata-configuration '{"JournalTableConfiguration":{"RecordExpiration":{"Expiration":"DISABLED"}},"InventoryTableConfiguration":{"ConfigurationState":"ENABLED"}}'`,
          ),
        ]),
    ...(unknown.length === 0
      ? []
      : [warn(`${ID} unknown`, `of ${counted(unknown.length, "bucket")} it is not known (${named(unknown)})`, null)]),
  ];
};

const asked = (whole: readonly Found[], isAsked: boolean): Check =>
  isAsked
    ? pass(ID, `${counted(whole.length, "bucket")} with a live inventory of S3 Metadata`)
    : warn(
        ID,
        `${counted(whole.length, "bucket")} with a live inventory of S3 Metadata, and the deployment does not ask it: ${LOST}`,
        "name objectMetadata in the context (docs/deploy.md) and deploy",
      );

const named = (found: readonly Found[]): string => {
  const some = found.slice(0, NAMED).map((one) => (one.state === "unknown" ? `${one.bucket}: ${one.why}` : one.bucket));
  return [...some, ...(found.length > NAMED ? [`and ${found.length - NAMED} more`] : [])].join(", ");
};

const look = async (bucket: string, { clients, account }: DoctorOptions): Promise<Found> => {
  try {
    const { GetBucketMetadataConfigurationResult: told } = await clients.s3.send(
      new GetBucketMetadataConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: account }),
    );
    const { InventoryTableConfigurationResult: inventory, JournalTableConfigurationResult: journal } =
      told?.MetadataConfigurationResult ?? {};
    if (inventory?.ConfigurationState === "ENABLED" && inventory.TableStatus === "ACTIVE")
      return { bucket, state: "inventory" };
    return { bucket, state: journal?.TableStatus === "ACTIVE" ? "journal" : "none" };
  } catch (error) {
    const { status, code, message } = failureOf(error);
    return status === 404
      ? { bucket, state: "none" }
      : { bucket, state: "unknown", why: `${code}: ${message}`.slice(0, 100) };
  }
};
