import { isApiError } from "../../base/errors.ts";
import type { Finding } from "../../case/finding.ts";
import type { TakenObject } from "../../case/objects.ts";
import type { Ports } from "../../ports/ports.ts";

/** A call each (S3 has no listing of tags), so that a sample must do; the hints say how large it was. */
export const MAXIMUM_TAGGED = 500;
const AT_ONCE = 16;

export interface ObjectTags {
  /** By `bucket\nkey`; objects without a tag have an empty one. */
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly asked: number;
  readonly of: number;
  /** Why objects that were asked about have no answer, the first reason; null where all have one. */
  readonly notKnown: string | null;
}

/**
 * Tags of stolen objects, certain and likely, as they are now; of many an even sample over the ledger's order. Never
 * throws for what a service answers: a tag that cannot be read is a hint less.
 */
export const tagsOf = async (
  ledger: readonly TakenObject[],
  finding: Finding,
  { account }: Pick<Ports, "account">,
): Promise<ObjectTags> => {
  const places = [
    ...new Map(
      ledger.filter(({ certainty }) => certainty !== "upper-bound").map((one) => [`${one.bucket}\n${one.key}`, one]),
    ),
  ];
  const queue = sampleOf(places, MAXIMUM_TAGGED);
  const asked = queue.length;
  const tags = new Map<string, Readonly<Record<string, string>>>();
  let notKnown: string | null = null;
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [place, { bucket, key }] = next;
      const answer = await askFor(bucket, key, finding, account);
      if (typeof answer === "object") tags.set(place, answer);
      else notKnown ??= answer;
      // Reading tags is not allowed: the others need not be asked.
      if (answer === "AccessDenied") queue.length = 0;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { tags, asked, of: places.length, notKnown };
};

const sampleOf = <T>(all: readonly T[], most: number): T[] =>
  all.length <= most ? [...all] : Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]!);

/** The tags, or the error code. */
const askFor = async (
  bucket: string,
  key: string,
  { accountId, region }: Finding,
  account: Ports["account"],
): Promise<Readonly<Record<string, string>> | string> => {
  const input = { Bucket: bucket, Key: key };
  try {
    const { output } = await account.call({ service: "s3", operation: "GetObjectTagging", region, accountId, input });
    const set = (output.TagSet ?? []) as readonly { readonly Key?: unknown; readonly Value?: unknown }[];
    return Object.fromEntries(set.map(({ Key, Value }) => [String(Key), String(Value)]));
  } catch (error) {
    if (isApiError(error)) return error.awsCode;
    return (error as Error).name;
  }
};
