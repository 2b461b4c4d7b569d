/** VPC flow logs, as text. */
import * as z from "zod";
import { canonicalAddress } from "../base/address.ts";
import type { Indicators } from "../case/scan.ts";
import { INSIDE, isInside } from "../core/logs/flowLog.ts";
import { BucketName, dayFrom, KeyArn, oneOf, Prefix, rootOf } from "./lake.ts";
import { type Lake, type LogSource, places, textBeside } from "./source.ts";

/** A record of a VPC flow log, as table `flow_log` has it. Times are ISO 8601 UTC; what the record leaves out is null. */
export type FlowEntry = {
  readonly start_at: string;
  readonly end_at: string;
  readonly account_id: string | null;
  readonly interface_id: string | null;
  readonly instance_id: string | null;
  readonly srcaddr: string | null;
  readonly dstaddr: string | null;
  /** The addresses inside the packets: behind a NAT gateway or a load balancer they are not the interface's. */
  readonly pkt_srcaddr: string | null;
  readonly pkt_dstaddr: string | null;
  readonly srcport: number | null;
  readonly dstport: number | null;
  readonly protocol: number | null;
  readonly packets: number | null;
  readonly bytes: number | null;
  /** `ACCEPT` or `REJECT`. */
  readonly action: string | null;
  readonly flow_direction: string | null;
  /** Name of the AWS service whose address the source or destination is, for example `S3`. */
  readonly src_service: string | null;
  readonly dst_service: string | null;
};

/** The default format, version 2. Source: Amazon VPC user guide, "Flow log records". */
const DEFAULT_FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
/** Fields without which a record says nothing of who sent how much to whom and when. */
const NEEDED = ["srcaddr", "dstaddr", "bytes", "start", "end"] as const;
const HEADER = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)+$/;
const DEFAULT_LINE =
  /^2 \S+ eni-\S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d{9,11} \d{9,11} (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)\s*$/;

/** Whether the beginning of a file is that of a flow log: a header of field names, or a record of the default format. */
export const isFlowLog = (head: string): boolean => {
  const [first = ""] = head.split("\n", 1);
  return fieldsOf(first) !== null || DEFAULT_LINE.test(first);
};

const fieldsOf = (line: string): readonly string[] | null => {
  const text = line.replace(/^\uFEFF/, "").trim();
  if (!HEADER.test(text)) return null;
  const fields = text.split(" ");
  return NEEDED.every((name) => fields.includes(name)) ? fields : null;
};

/**
 * Reads the lines of one file in their order: a header line sets the fields of those after it. Answers `header` for
 * one, null for a line that is no record; a record without data (`NODATA`, `SKIPDATA`) has null members.
 */
export const createFlowReader = (): ((line: string) => FlowEntry | "header" | null) => {
  let fields: readonly string[] = DEFAULT_FIELDS;
  return (line) => {
    const header = fieldsOf(line);
    if (header === null) return parseFlowLine(line, fields);
    fields = header;
    return "header";
  };
};

export const parseFlowLine = (line: string, fields: readonly string[]): FlowEntry | null => {
  const values = line.trim().split(" ");
  if (values.length !== fields.length) return null;
  const text = (name: string): string | null => {
    const value = values[fields.indexOf(name)];
    return value === undefined || value === "-" ? null : value;
  };
  const address = (name: string): string | null => {
    const value = text(name);
    return value === null ? null : canonicalAddress(value);
  };
  const number = (name: string): number | null => (/^\d{1,15}$/.test(text(name) ?? "") ? Number(text(name)) : null);
  const [start, end] = [toIso(number("start")), toIso(number("end"))];
  if (start === null || end === null) return null;
  return {
    start_at: start,
    end_at: end,
    account_id: text("account-id"),
    interface_id: text("interface-id"),
    instance_id: text("instance-id"),
    srcaddr: address("srcaddr"),
    dstaddr: address("dstaddr"),
    pkt_srcaddr: address("pkt-srcaddr"),
    pkt_dstaddr: address("pkt-dstaddr"),
    srcport: number("srcport"),
    dstport: number("dstport"),
    protocol: number("protocol"),
    packets: number("packets"),
    bytes: number("bytes"),
    action: text("action"),
    flow_direction: text("flow-direction"),
    src_service: text("pkt-src-aws-service"),
    dst_service: text("pkt-dst-aws-service"),
  };
};

/** Seconds since 1970; null beyond the year 9999. */
const toIso = (seconds: number | null): string | null =>
  seconds === null || seconds > 253_402_300_799 ? null : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** A transfer to the internet of this size in one record is kept whoever made it: the size that seed 2 looks for. */
const LARGE_BYTES = 10_000_000;
const INSIDE_SQL = `(?i)${INSIDE.source}`;

/** EC2 names the session of an instance's role by the instance id. */
const instancesIn = ({ principalIds }: Pick<Indicators, "principalIds">): readonly string[] =>
  principalIds.flatMap((id) => /:(i-[0-9a-f]{8,17})$/.exec(id)?.[1] ?? []);

/** Text below `AWSLogs/<account>/vpcflowlogs/<region>/<day>/`. */
const Place = z.strictObject({
  bucket: BucketName,
  prefix: Prefix,
  /** The format in its order. */
  fields: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/, "expected the name of a field such as pkt-srcaddr"))
    .refine((fields) => new Set(fields).size === fields.length, "expected each field once")
    .refine((fields) => NEEDED.every((name) => fields.includes(name)), `expected ${NEEDED.join(", ")} among them`)
    .default([...DEFAULT_FIELDS]),
  keyArn: KeyArn,
});
type Place = z.output<typeof Place>;

/** Fields that the queries read; those that the format lacks are columns behind it, and null. */
const READ_FIELDS =
  "account-id interface-id instance-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action flow-direction pkt-src-aws-service pkt-dst-aws-service".split(
    " ",
  );

/** The format's fields, one column for what is too much, and fields that the format lacks. */
export const flowColumns = (fields: readonly string[]): readonly string[] =>
  [...fields, "beyond", ...READ_FIELDS.filter((name) => !fields.includes(name))].map((name) =>
    name.replaceAll("-", "_"),
  );

const LAKE: Lake<Place> = {
  key: "flowLogs",
  Place,
  byAccount: true,
  placed: (place, around) => ({
    ...{ bucket: place.bucket, folder: `${place.prefix}AWSLogs/`, keyArn: place.keyArn, flatFolders: [] },
    table: {
      ...{ id: "FlowLogRecords", name: "flow_log_records", separator: " ", columns: flowColumns(place.fields) },
      location: `${rootOf(place)}AWSLogs/`,
      partitions: { account: around.accounts, region: oneOf(around.regions), day: dayFrom(around) },
      template: "${account}/vpcflowlogs/${region}/${day}",
    },
  }),
  lines: textBeside(import.meta.url, "flow-log"),
  touched: `arrays_overlap(ARRAY[srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr], ${places(8)})
    OR contains(${places(2)}, instance_id)
    OR (bytes >= ${LARGE_BYTES} AND regexp_like(coalesce(pkt_srcaddr, srcaddr), '${INSIDE_SQL}')
      AND NOT regexp_like(coalesce(pkt_dstaddr, dstaddr), '${INSIDE_SQL}'))`,
  touchedBy: ({ indicators }) => [
    { values: indicators.addresses, texts: 8 },
    { values: instancesIn(indicators), texts: 2 },
  ],
};

export const flowLog = {
  id: "vpc-flow-log",
  name: "VPC flow log",
  uses: "are held against the bytes stolen and added to no total",
  without: "what left by the network on other ways than the S3 API is not known",
  table: "flow_log",
  file: "flow",
  columns: {
    start_at: "varchar",
    end_at: "varchar",
    account_id: "varchar",
    interface_id: "varchar",
    instance_id: "varchar",
    srcaddr: "varchar",
    dstaddr: "varchar",
    pkt_srcaddr: "varchar",
    pkt_dstaddr: "varchar",
    srcport: "bigint",
    dstport: "bigint",
    protocol: "bigint",
    packets: "bigint",
    bytes: "bigint",
    action: "varchar",
    flow_direction: "varchar",
    src_service: "varchar",
    dst_service: "varchar",
  },
  at: "start_at",
  reads: { form: "lines", isLine: isFlowLog, reader: createFlowReader },
  /** A flow to or from an address in question, of an instance that is one, or a large one that goes out. */
  keeper: ({ indicators }) => {
    const addresses: ReadonlySet<string | null> = new Set(indicators.addresses);
    const instances: ReadonlySet<string | null> = new Set(instancesIn(indicators));
    return {
      keeps: ({ srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, instance_id, bytes }) => {
        if ([srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr].some((address) => address !== null && addresses.has(address)))
          return true;
        if (instance_id !== null && instances.has(instance_id)) return true;
        const [source, target] = [pkt_srcaddr ?? srcaddr, pkt_dstaddr ?? dstaddr];
        if (source === null || target === null) return false;
        return (bytes ?? 0) >= LARGE_BYTES && isInside(source) && !isInside(target);
      },
    };
  },
  lake: LAKE,
} as const satisfies LogSource<FlowEntry>;
