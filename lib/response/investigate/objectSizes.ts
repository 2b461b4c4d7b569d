import { isApiError } from "../../base/errors.ts";
import type { Finding } from "../../case/finding.ts";
import { parseCopySource, type ReadRow } from "../../core/theft/theft.ts";
import type { Ports } from "../../ports/ports.ts";

/** HeadObject costs a call each; beyond this many objects sizes stay unknown, and the ledger says so. */
const MAXIMUM_HEADS = 50_000;
const AT_ONCE = 32;

/** Stored sizes of the objects read, keyed `bucket\nkey`, as they are now. What is gone, forbidden or not known is simply absent. */
export const sizesOf = async (
  rows: readonly ReadRow[],
  finding: Finding,
  { isTold, ...ports }: Pick<Ports, "account"> & { readonly isTold: (bucket: string, key: string) => boolean },
): Promise<ReadonlyMap<string, number>> => {
  const places = rows.map(placeOf).filter(({ bucket, key }) => !isTold(bucket, key));
  const objects = new Map(places.map((place) => [`${place.bucket}\n${place.key}`, place]));
  const sizes = new Map<string, number>();
  if (objects.size > MAXIMUM_HEADS) return sizes;
  const queue = [...objects];
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const size = await sizeOf(next[1], finding, ports);
      if (size === "stop") queue.length = 0;
      else if (size !== null) sizes.set(next[0], size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sizes;
};

const placeOf = (row: ReadRow): { bucket: string; key: string } => {
  const source = row.copy_source === null ? null : parseCopySource(row.copy_source);
  return { bucket: source?.bucket ?? row.bucket ?? "", key: source?.key ?? row.object_key ?? "" };
};

/** `stop`: nothing is known of buckets here at all, so the other thousands need not be asked. */
const sizeOf = async (
  { bucket, key }: { bucket: string; key: string },
  { accountId, region }: Finding,
  { account }: Pick<Ports, "account">,
): Promise<number | null | "stop"> => {
  try {
    const { output } = await account.call({
      service: "s3",
      operation: "HeadObject",
      region,
      accountId,
      input: { Bucket: bucket, Key: key },
    });
    return typeof output.ContentLength === "number" ? output.ContentLength : null;
  } catch (error) {
    if (!isApiError(error)) throw error;
    return error.awsCode === "NotKnown" ? "stop" : null;
  }
};
