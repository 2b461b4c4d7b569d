import { isIP } from "node:net";
import { canonicalAddress } from "../base/address.ts";
import { CordonError } from "../base/errors.ts";
import { type AlertSays, readAlert } from "../core/hunt/alert.ts";
import type { Typed, Verb } from "./command.ts";
import { HUNT_OPTIONS, huntLogs } from "./huntLogs.ts";
import { readDocument } from "./sources.ts";

export const investigate: Verb = {
  usage:
    "--bucket B | --key AKIA… | --principal ARN | --address IP | --object KEY | --alert FILE  --logs DIR [--open N --reason TEXT]",
  dataDirectoryOnly: true,
  options: {
    bucket: { type: "string", value: "NAME", help: "who touched this bucket" },
    key: { type: "string", value: "AKIA…", help: "who used this access key" },
    principal: { type: "string", value: "ARN", help: "what this identity did: its ARN, stable id or user name" },
    address: { type: "string", value: "IP", help: "who came from this address" },
    object: { type: "string", value: "KEY", help: "who touched objects of this key" },
    alert: {
      type: "string",
      value: "FILE",
      help: "an alert of Splunk, Elastic, Security Hub or another tool as JSON (- for standard input): what it names",
    },
    ...HUNT_OPTIONS,
    buckets: { type: "string", value: "DIR", help: "bucket settings for a case that is opened (docs/embedded.md)" },
  },
  examples: [
    "cordon investigate --bucket acme-customer-records --logs ./cloudtrail",
    "cordon investigate --address 185.220.101.34 --logs ./cloudtrail --json",
    'cordon investigate --key AKIA… --logs ./cloudtrail --open 1 --reason "customer data offered for sale"',
  ],
  run: (typed, io) => {
    const { bucket, key, principal, address, object, alert } = typed.values as Readonly<
      Record<string, string | undefined>
    >;
    const said = alert === undefined ? null : alertIn(alert);
    const of = (given: string | undefined, named: readonly string[] = []): string =>
      [...(given === undefined ? [] : [given]), ...named].join("\n");
    const all = {
      bucket: of(bucketIn(bucket), said?.buckets),
      accessKeyId: of(keyIn(key), said?.accessKeyIds),
      principal: of(principal, said?.principals),
      address: of(addressIn(address), said?.addresses),
      objectKey: of(object, said?.objectKeys),
    };
    const indicator = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
    if (Object.keys(indicator).length === 0)
      throw new CordonError(
        "USAGE",
        said === null
          ? "expected --bucket, --key, --principal, --address, --object or --alert; `cordon hunt` needs none of them"
          : "the alert names no bucket, key, identity, address or object",
      );
    return huntLogs(indicator, said === null ? typed : withWindow(typed, said.times), io);
  },
};

/** As people copy it: a name, an ARN, or `s3://name/…`. */
const bucketIn = (bucket: string | undefined): string | undefined =>
  bucket?.replace(/^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)/, "").replace(/\/.*$/s, "");

/** What can be no key would be found in no log, and the answer would read as if nobody had used it. Throws USAGE. */
const keyIn = (key: string | undefined): string | undefined => {
  if (key === undefined || /^A[KS]IA[A-Z0-9]{12,124}$/i.test(key.trim())) return key?.trim().toUpperCase();
  throw new CordonError("USAGE", `--key ${key}: expected the id of an access key, AKIA… or ASIA…, not its secret`);
};

/** In the one spelling of the tables. Throws USAGE. */
const addressIn = (address: string | undefined): string | undefined => {
  if (address === undefined) return undefined;
  if (isIP(address.trim()) !== 0) return canonicalAddress(address.trim());
  throw new CordonError("USAGE", `--address ${address}: expected one IP address, version 4 or 6`);
};

/** Several alerts in one file are one question. Throws INPUT_UNREADABLE, INPUT_INVALID. */
const alertIn = (file: string): AlertSays => readAlert(readDocument(file));

const DAY = 86_400_000;

/** A day around what the alert is about, unless the command says another window. */
const withWindow = (typed: Typed, times: readonly string[]): Typed => {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || typed.values.from !== undefined || typed.values.to !== undefined)
    return typed;
  const at = (time: string, days: number): string => new Date(Date.parse(time) + days * DAY).toISOString();
  return { ...typed, values: { ...typed.values, from: at(first, -1), to: at(last, 1) } };
};
