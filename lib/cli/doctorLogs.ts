import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Check, fail, pass, warn } from "../aws/doctor/check.ts";
import { counted } from "../base/figures.ts";
import { visible } from "../base/visible.ts";
import type { ScanRequest, ScanResult } from "../case/scan.ts";
import { inputSentences, notUnderstoodSentence } from "../core/logs/input.ts";
import { assertIamSnapshot, readIamSnapshot } from "../embedded/account/iamSnapshot.ts";
import { systemClock } from "../embedded/clock.ts";
import { createTrail } from "../embedded/trail.ts";
import { KIND_NAMES } from "../logs/index.ts";
import type { Trail } from "../ports/ports.ts";

export interface LogSources {
  readonly logs: string;
  readonly iam: string | null;
  readonly buckets: string | null;
  /** Buckets whose reads should be in the logs; empty: those that the logs name in their S3 data events are listed. */
  readonly wanted: readonly string[];
}

const CASE = "case-19700101-0000000000";
const POLL_MS = 100;

/** What the same questions mean for a folder of exported logs: can it be read, what does it cover, what is missing. */
export const examineLogs = async (sources: LogSources): Promise<readonly Check[]> => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-doctor-"));
  const trail = createTrail({ logsDir: sources.logs, caseDir: () => folder, memoryLimitMb: 600, threads: 2 });
  try {
    const wanted = sources.wanted.length > 0 ? sources.wanted : bucketsIn(sources.buckets);
    const result = await scan(trail, wanted);
    return [...filesIn(result), ...(await coverage(trail, wanted)), ...snapshots(sources)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const bucketsIn = (folder: string | null): readonly string[] =>
  folder === null
    ? []
    : readdirSync(folder)
        .filter((name) => name.endsWith(".json") && name !== "services.json")
        .map((name) => name.slice(0, -5));

const scan = async (trail: Trail, buckets: readonly string[]): Promise<ScanResult> => {
  const request: ScanRequest = {
    caseId: CASE,
    round: 1,
    from: "1970-01-01T00:00:00.000Z",
    // A record of the future is none that a log can be known up to.
    to: systemClock.now(),
    indicators: { accessKeyIds: [], principalIds: [], arns: [], addresses: [], buckets },
  };
  const ticket = await trail.start(request);
  for (;;) {
    const status = await trail.check(ticket);
    if (status.state === "done") return status.result;
    if (status.state === "failed") throw new Error(status.reason);
    await pause(POLL_MS);
  }
};

const filesIn = ({
  filesRead,
  filesSetAside,
  eventsSeen,
  earliest,
  watermark,
  inventory,
}: ScanResult): readonly Check[] => {
  const says = inventory?.input === undefined ? [] : inputSentences(inventory.input, KIND_NAMES);
  const validation = inventory?.digestFiles.length ?? 0;
  return [
    filesRead > 0
      ? pass(
          "logs",
          `${counted(filesRead, "log file")}, ${counted(eventsSeen ?? 0, "event")} from ${earliest} to ${watermark}`,
        )
      : fail(
          "logs",
          ["no CloudTrail log file was found", ...says].join("; "),
          "aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ACCOUNT/CloudTrail/ logs/",
        ),
    ...says.map((line) => pass("input", line)),
    filesSetAside.length === 0
      ? pass("readable", "every log file could be read")
      : warn("readable", notUnderstoodSentence(filesSetAside), null),
    ...filesSetAside.map(({ file, reason }) => warn("not read", visible(`${file}: ${reason}`), null)),
    validation > 0
      ? pass("log-validation", `${counted(validation, "digest file")} there`)
      : warn(
          "log-validation",
          "CloudTrail's digest files are not there: that no log file is missing cannot be proven",
          "aws s3 sync s3://TRAIL-BUCKET/AWSLogs/ACCOUNT/CloudTrail-Digest/ logs/digest/",
        ),
  ];
};

const COVERAGE =
  "SELECT bucket, count_if(eventcategory = 'Data') AS data_events, count(*) AS events FROM case_events WHERE bucket IS NOT NULL GROUP BY bucket ORDER BY bucket";

const coverage = async (trail: Trail, wanted: readonly string[]): Promise<readonly Check[]> => {
  if (wanted.length === 0)
    return [
      warn(
        "data-events",
        "no bucket was named: whether reads of yours are on record was not looked at",
        "cordon doctor --logs DIR --bucket NAME",
      ),
    ];
  const { rows } = await trail.query(CASE, "doctor", COVERAGE, []);
  return wanted.map((bucket) => {
    const found = Number(rows.find((row) => row.bucket === bucket)?.data_events ?? 0);
    return found > 0
      ? pass(`data-events ${bucket}`, `${found} data events`)
      : warn(
          `data-events ${bucket}`,
          "no data event of it: they were off, or nobody used it, or its files are not here; what was taken from it cannot be counted",
          null,
        );
  });
};

const snapshots = ({ iam, buckets }: LogSources): readonly Check[] => [
  iam === null
    ? warn(
        "iam",
        "no snapshot of identities: plans will be instructions for a person",
        "aws iam get-account-authorization-details > iam.json",
      )
    : iamCheck(iam),
  buckets === null
    ? warn(
        "buckets",
        "no bucket settings: nothing can be said about policies and encryption",
        "docs/embedded.md names the commands",
      )
    : pass("buckets", `${counted(bucketsIn(buckets).length, "bucket")} described`),
];

const iamCheck = (path: string): Check => {
  try {
    assertIamSnapshot(path);
    const found = readIamSnapshot({ iamSnapshotPath: path, accessKeysPath: null, credentialReportPath: null });
    return found.size > 0
      ? pass("iam", `${found.size} identities and policies`)
      : warn("iam", "the snapshot is empty", "aws iam get-account-authorization-details > iam.json");
  } catch (error) {
    return fail("iam", (error as Error).message, "aws iam get-account-authorization-details > iam.json");
  }
};
