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
      bucket: of(bucket, said?.buckets),
      accessKeyId: of(key, said?.accessKeyIds),
      principal: of(principal, said?.principals),
      address: of(address, said?.addresses),
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
