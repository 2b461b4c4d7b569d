import { CordonError } from "../base/errors.ts";
import type { Verb } from "./command.ts";
import { HUNT_OPTIONS, huntLogs } from "./huntLogs.ts";

export const investigate: Verb = {
  usage:
    "--bucket B | --key AKIA… | --principal ARN | --address IP | --object KEY  --logs DIR [--open N --reason TEXT]",
  dataDirectoryOnly: true,
  options: {
    bucket: { type: "string", value: "NAME", help: "who touched this bucket" },
    key: { type: "string", value: "AKIA…", help: "who used this access key" },
    principal: { type: "string", value: "ARN", help: "what this identity did: its ARN, stable id or user name" },
    address: { type: "string", value: "IP", help: "who came from this address" },
    object: { type: "string", value: "KEY", help: "who touched objects of this key" },
    ...HUNT_OPTIONS,
    buckets: { type: "string", value: "DIR", help: "bucket settings for a case that is opened (docs/embedded.md)" },
  },
  examples: [
    "cordon investigate --bucket acme-customer-records --logs ./cloudtrail",
    "cordon investigate --address 185.220.101.34 --logs ./cloudtrail --json",
    'cordon investigate --key AKIA… --logs ./cloudtrail --open 1 --reason "customer data offered for sale"',
  ],
  run: (typed, io) => {
    const { bucket, key, principal, address, object } = typed.values as Readonly<Record<string, string | undefined>>;
    const indicator = {
      ...(bucket === undefined ? {} : { bucket }),
      ...(key === undefined ? {} : { accessKeyId: key }),
      ...(principal === undefined ? {} : { principal }),
      ...(address === undefined ? {} : { address }),
      ...(object === undefined ? {} : { objectKey: object }),
    };
    if (Object.keys(indicator).length === 0)
      throw new CordonError(
        "USAGE",
        "expected --bucket, --key, --principal, --address or --object; `cordon hunt` needs none of them",
      );
    return huntLogs(indicator, typed, io);
  },
};
