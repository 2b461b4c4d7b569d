import type { ScanRequest, SideLogName } from "../case/scan.ts";
import { isInside } from "../core/logs/flowLog.ts";
import { caseTableParameters } from "../sql/case-table.ts";
import { ACCESS_LOG_COLUMNS, type AccessLogEntry, parseAccessLogLine } from "./ingest-access-log.ts";
import { createFlowReader, FLOW_LOG_COLUMNS, type FlowEntry } from "./ingest-flow-log.ts";
import { IDENTITY_LOG_COLUMNS, isSignIn, parseIdentityEvent } from "./ingest-identity-log.ts";

/** A log beside CloudTrail: the table its entries go into, and the name of that table's file in the case. */
export interface SideLog {
  readonly log: SideLogName;
  readonly table: string;
  readonly file: string;
  readonly columns: string;
}

export const SIDE_LOGS: readonly SideLog[] = [
  { log: "s3-access-log", table: "access_log", file: "access", columns: ACCESS_LOG_COLUMNS },
  { log: "vpc-flow-log", table: "flow_log", file: "flow", columns: FLOW_LOG_COLUMNS },
  { log: "okta-system-log", table: "identity_log", file: "identity", columns: IDENTITY_LOG_COLUMNS },
];

/** What a file of such a log held. `entries` lie in the window, `unread` are lines that are none. */
export interface SideTally {
  readonly log: SideLogName;
  entries: number;
  unread: number;
  earliest: string | null;
  latest: string | null;
}

export const emptyTally = (log: SideLogName): SideTally => ({
  log,
  entries: 0,
  unread: 0,
  earliest: null,
  latest: null,
});

/** Takes an entry that belongs to the case; it is written as a line of the log's table. */
export type KeepEntry = (log: SideLogName, entry: object) => void;

export interface SideReader {
  /** The reader of one file's lines; it answers whether a line is one of the log, a header, or blank. */
  lines(log: "s3-access-log" | "vpc-flow-log", tally: SideTally, keep: KeepEntry): (line: string) => boolean;
  /** Whether something out of an envelope is an entry of a log: an event of an identity provider, or a line of text. */
  entry(found: unknown, tally: (log: SideLogName) => SideTally, keep: KeepEntry): boolean;
}

/** A transfer to the internet of this size in one record is kept whoever made it: the size that seed 2 looks for. */
const LARGE_BYTES = 10_000_000;

export const createSideReader = (request: ScanRequest): SideReader => {
  const [, , from, to] = caseTableParameters(request);
  const touched = createTouched(request);
  const flows = createFlowTest(request);
  const inWindow = (at: string): boolean => at >= from! && at < to!;
  const keepLine = (log: LineLog, entry: AccessLogEntry | FlowEntry, tally: SideTally, keep: KeepEntry): void => {
    const at = "request_at" in entry ? entry.request_at : entry.start_at;
    note(tally, at, inWindow(at));
    if (inWindow(at) && ("request_at" in entry ? touched(entry) : flows(entry))) keep(log, entry);
  };
  return {
    lines: (log, tally, keep) => {
      const readFlow = createFlowReader();
      return (line) => {
        const entry = log === "s3-access-log" ? parseAccessLogLine(line) : readFlow(line);
        if (entry !== null && entry !== "header") keepLine(log, entry, tally, keep);
        if (entry !== null || line.trim() === "") return true;
        tally.unread++;
        return false;
      };
    },
    entry: (found, tally, keep) => {
      if (typeof found === "string") {
        const access = parseAccessLogLine(found);
        const entry = access ?? createFlowReader()(found.trim());
        if (entry === null || entry === "header") return false;
        const log = access === null ? "vpc-flow-log" : "s3-access-log";
        keepLine(log, entry, tally(log), keep);
        return true;
      }
      const event = parseIdentityEvent(found);
      if (event === null) return false;
      note(tally("okta-system-log"), event.event_at, inWindow(event.event_at));
      if (inWindow(event.event_at) && isSignIn(event)) keep("okta-system-log", event);
      return true;
    },
  };
};

type LineLog = "s3-access-log" | "vpc-flow-log";

const note = (tally: SideTally, at: string, isInWindow: boolean): void => {
  if (isInWindow) tally.entries++;
  if (tally.earliest === null || at < tally.earliest) tally.earliest = at;
  if (tally.latest === null || at > tally.latest) tally.latest = at;
};

/** Whether a request was made to a bucket, from an address or by a principal in question. */
const createTouched = ({ indicators }: ScanRequest): ((entry: AccessLogEntry) => boolean) => {
  const { buckets, addresses, arns, principalIds } = indicators;
  const values: ReadonlySet<string | null> = new Set([...buckets, ...addresses, ...arns, ...principalIds]);
  return ({ bucket, remote_ip, requester }) => values.has(bucket) || values.has(remote_ip) || values.has(requester);
};

/** Whether a flow went to or came from an address in question, or an instance that is one, or is large and goes out. */
const createFlowTest = ({ indicators }: ScanRequest): ((entry: FlowEntry) => boolean) => {
  const addresses: ReadonlySet<string | null> = new Set(indicators.addresses);
  const instances: ReadonlySet<string | null> = new Set(
    indicators.principalIds.flatMap((id) => /:(i-[0-9a-f]{8,17})$/.exec(id)?.[1] ?? []),
  );
  return ({ srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, instance_id, bytes }) => {
    if ([srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr].some((address) => address !== null && addresses.has(address)))
      return true;
    if (instance_id !== null && instances.has(instance_id)) return true;
    const [source, target] = [pkt_srcaddr ?? srcaddr, pkt_dstaddr ?? dstaddr];
    if (source === null || target === null) return false;
    return (bytes ?? 0) >= LARGE_BYTES && isInside(source) && !isInside(target);
  };
};
