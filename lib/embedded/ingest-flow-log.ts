import { canonicalAddress } from "../base/address.ts";

/** A record of a VPC flow log, as table `flow_log` has it. Times are ISO 8601 UTC; what the record leaves out is null. */
export interface FlowEntry {
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
}

export const FLOW_LOG_COLUMNS = `{start_at: 'VARCHAR', end_at: 'VARCHAR', account_id: 'VARCHAR', interface_id: 'VARCHAR',
  instance_id: 'VARCHAR', srcaddr: 'VARCHAR', dstaddr: 'VARCHAR', pkt_srcaddr: 'VARCHAR', pkt_dstaddr: 'VARCHAR',
  srcport: 'BIGINT', dstport: 'BIGINT', protocol: 'BIGINT', packets: 'BIGINT', bytes: 'BIGINT', action: 'VARCHAR',
  flow_direction: 'VARCHAR', src_service: 'VARCHAR', dst_service: 'VARCHAR', source_file: 'VARCHAR'}`;

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
