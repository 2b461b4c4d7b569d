import { isIP } from "node:net";
import { canonicalAddress } from "../../base/address.ts";

/** What an alert of another tool names, wherever it says so. Times ISO 8601 UTC. */
export interface AlertSays {
  readonly buckets: readonly string[];
  readonly accessKeyIds: readonly string[];
  readonly principals: readonly string[];
  readonly addresses: readonly string[];
  readonly objectKeys: readonly string[];
  readonly times: readonly string[];
}

/** Members beyond this are another kind of document. */
const MOST_MEMBERS = 20_000;
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

/**
 * Reads an alert as Splunk, Elastic, Security Hub or anybody writes it: by what a value is (an access key, an ARN, an
 * address), and by the name of its member where a value alone says too little (a bucket, an object's key, a time).
 */
export const readAlert = (value: unknown): AlertSays => {
  const found = { buckets: [], accessKeyIds: [], principals: [], addresses: [], objectKeys: [], times: [] } as Record<
    keyof AlertSays,
    string[]
  >;
  for (const [path, text] of membersOf(value)) sort(path, text, found);
  return Object.fromEntries(
    Object.entries(found).map(([name, values]) => [name, [...new Set(values)].sort()]),
  ) as unknown as AlertSays;
};

/** Text and numbers with the dotted names that lead to them; text that is JSON (`_raw`) is opened. */
const membersOf = (value: unknown): readonly (readonly [string, string])[] => {
  const members: (readonly [string, string])[] = [];
  const open: (readonly [string, unknown])[] = [["", value]];
  for (let one = open.pop(); one !== undefined && members.length < MOST_MEMBERS; one = open.pop()) {
    const [path, inner] = one;
    if (typeof inner === "object" && inner !== null)
      for (const [name, each] of Object.entries(inner)) {
        const here = Array.isArray(inner) ? path : `${path}.${name}`;
        if (open.length < MOST_MEMBERS) open.push([here, each]);
      }
    else if (typeof inner === "string" && /^\s*[{[]/.test(inner) && parsedOf(inner) !== null)
      open.push([path, parsedOf(inner)]);
    else if (typeof inner === "string" || typeof inner === "number") members.push([path, String(inner)]);
  }
  return members;
};

const parsedOf = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
};

const sort = (path: string, text: string, found: Record<keyof AlertSays, string[]>): void => {
  const name = path.replace(/^.*\./, "");
  const bucket = /^arn:aws[a-z-]*:s3:::([^/]+)(?:\/(.+))?$/.exec(text);
  if (bucket !== null) {
    found.buckets.push(bucket[1]!);
    if (bucket[2] !== undefined) found.objectKeys.push(bucket[2]);
  } else if (/^A[KS]IA[A-Z0-9]{12,124}$/.test(text)) found.accessKeyIds.push(text);
  else if (/^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user|root)/.test(text))
    found.principals.push(text);
  else if (isIP(text) !== 0) found.addresses.push(canonicalAddress(text));
  else if (/bucket_?(?:name)?$/i.test(name) && BUCKET_NAME.test(text)) found.buckets.push(text);
  else if (/\bbucket\b/i.test(path) && /^name$/i.test(name) && BUCKET_NAME.test(text)) found.buckets.push(text);
  else if (/^(?:object_?key|key|object)$/i.test(name) && /requestparameters|object/i.test(path))
    found.objectKeys.push(text);
  else if (
    /^(?:@timestamp|_time|event_?time|time|first(?:seen|observed)at|last(?:seen|observed)at|created_?at|updated_?at)$/i.test(
      name,
    )
  ) {
    const at = timeOf(text);
    if (at !== null) found.times.push(at);
  }
};

/** ISO 8601, or seconds or milliseconds since 1970. */
const timeOf = (text: string): string | null => {
  const number = /^\d{10}(?:\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /^\d{13}$/.test(text)
      ? Number(text)
      : Number.NaN;
  const at = Number.isNaN(number) ? Date.parse(text) : number;
  return Number.isNaN(at) || at < 0 || at > 253_402_300_799_000 ? null : new Date(at).toISOString();
};
