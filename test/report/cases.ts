import { sha256Hex } from "../../lib/base/jcs.ts";
import { nextEvent } from "../../lib/case/auditTrail.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import type { CaseEvent, NewCaseEvent } from "../../lib/case/events.ts";
import type { Finding } from "../../lib/case/finding.ts";
import type { StoryEntry } from "../../lib/case/queries.ts";
import type { Cell } from "../../lib/case/scan.ts";
import { candidateClocks } from "../../lib/report/clocks.ts";
import type { CaseDossier } from "../../lib/report/dossier.ts";
import { prefixesOf } from "../../lib/report/prefixes.ts";
import { NO_FACTS } from "../../lib/response/investigate/scopeIdentity.ts";
import { ANALYTICS, CUSTOMERS, FINANCE, hoursOf, loot } from "./loot.ts";
import { ACCESS_LOG, FLOW_LOGS, HINTS, OPINION, ROLE_CHAIN, SPENDING, WATCH } from "./opinions.ts";
import { containedPart, dryRunPart, followUpPart } from "./plans.ts";

const CASE = "case-20260223-0a1b2c3d4e";
const JANE = {
  type: "IAMUser",
  accountId: "123456789012",
  principalId: "AIDAJANEDEV2Q7EXAMPLE",
  arn: "arn:aws:iam::123456789012:user/developer-jane",
  userName: "developer-jane",
  accessKeyId: "AKIAJANE4DEV7EXAMPLE",
  roleSession: null,
  issuerArn: null,
} as const;

const FINDING: Finding = {
  id: "16c7bb8a4fd0e21e9c7b2a1f0d3e5c4b",
  arn: null,
  type: "Exfiltration:S3/AnomalousBehavior",
  severity: 8,
  accountId: "123456789012",
  region: "us-east-1",
  partition: "aws",
  createdAt: "2026-02-23T04:15:02.000Z",
  updatedAt: "2026-02-23T04:15:02.000Z",
  count: 1,
  archived: false,
  sample: false,
  title: "An IAM entity invoked S3 APIs in a suspicious way",
  description: "",
  detectorId: "12abc34d567e8fa901bc2d34e56789f0",
  principals: [JANE],
  buckets: [{ name: CUSTOMERS, arn: `arn:aws:s3:::${CUSTOMERS}`, accountId: "123456789012", public: false }],
  addresses: [
    { ip: "185.220.101.34", country: "Germany", asn: "60729", organisation: "Tor exit, Stiftung Erneuerbare Freiheit" },
  ],
  window: { firstSeen: "2026-02-23T02:47:11.000Z", lastSeen: "2026-02-23T04:12:38.000Z" },
  signals: [],
  remoteAccount: null,
  api: "GetObject",
  unusual: { unusualASNs: "60729" },
};

const HEAD: CaseHead = {
  caseId: CASE,
  status: "contained",
  version: 9,
  openedAt: "2026-02-23T04:15:40.000Z",
  openedBy: "respond-1",
  updatedAt: "2026-02-23T05:26:10.000Z",
  closedAt: null,
  accountId: "123456789012",
  region: "us-east-1",
  sample: false,
  exercise: false,
  findings: [],
  revisions: { theft: 2 },
  notKnown: [],
  sealed: [{ revision: 1, path: "/bundles/r1", digest: sha256Hex("r1"), at: "2026-02-23T04:21:00.000Z" }],
};

const EVENTS = [
  ["04:15:40", "case.opened", "openCase"],
  ["04:16:20", "plan.proposed", "planContainment"],
  ["04:24:05", "decision.recorded", "human:sec-lead-omar"],
  ["04:25:00", "execution.started", "applyContainment"],
  ["04:25:05", "execution.finished", "applyContainment"],
  ["04:26:10", "containment.verified", "verifyContainment"],
] as const;

const trail = (): readonly CaseEvent[] => {
  const lines: CaseEvent[] = [];
  for (const [at, type, actor] of EVENTS)
    lines.push(
      nextEvent(
        lines.at(-1) ?? null,
        { type, actor, data: { planId: "contain-1" } } as NewCaseEvent,
        `2026-02-23T${at}.000Z`,
      ),
    );
  return lines;
};

const entry = (at: string, phase: StoryEntry["phase"], technique: string | null, text: string, events = 1) => ({
  at: `2026-02-23T${at}Z`,
  phase,
  technique,
  text,
  eventIds: Array.from(
    { length: events },
    (_, index) => `${sha256Hex(text + index).slice(0, 8)}-0000-4000-8000-000000000000`,
  ),
});

const query = (name: string, rows: number) => ({
  name,
  engine: "DuckDB 1.5",
  bytesScanned: 48_211_984,
  rows,
  resultDigest: sha256Hex(name),
  document: `queries/${name}.json`,
});

/** A row of a detection with the columns that every one begins with. */
const sign = (detail: string, rest: Readonly<Record<string, Cell>>): Readonly<Record<string, Cell>> => ({
  first_at: "2026-02-23T02:47:11Z",
  last_at: "2026-02-23T04:12:38Z",
  principal: JANE.arn,
  access_key_id: JANE.accessKeyId,
  sourceip: "185.220.101.34",
  bucket: null,
  events: 1,
  event_ids: `${sha256Hex(detail).slice(0, 8)}-0000-4000-8000-000000000000`,
  detail,
  outcome: "succeeded",
  via: "direct",
  ...rest,
});

/** The first seed's incident, contained by the approved plan, with a follow-up plan that waits. */
export const fullCase = (): CaseDossier => {
  const stolen = loot();
  const bytes = stolen.reduce((sum, { bytesOut }) => sum + bytesOut!, 0);
  const calls = stolen.reduce((sum, one) => sum + one.calls, 0);
  return {
    revision: 2,
    kind: "final",
    sealedAt: "2026-02-23T05:30:00.000Z",
    head: HEAD,
    view: {
      caseId: CASE,
      status: "contained",
      state: {
        ...{
          is: "contained",
          tone: "good",
          word: "Contained",
          doors: [],
          made: 4,
          due: 4,
          question: null,
          watch: null,
        },
        sentence: "Identity cut. All 4 changes are in force.",
        next: "Nothing more happens by itself.",
      },
      openedAt: HEAD.openedAt,
      closedAt: null,
      finding: { id: FINDING.id, type: FINDING.type, severity: 8, sample: false },
      principal: {
        type: "IAMUser",
        arn: JANE.arn,
        principalId: JANE.principalId,
        accessKeyIds: ["AKIAJANE4DEV7EXAMPLE", "AKIAM2NTED5QZEXAMPLE"],
        roleSession: null,
        issuerArn: null,
      },
      theft: {
        certain: { objects: stolen.length, calls, bytes },
        likely: { objects: stolen.length + 112, calls: calls + 112, bytes: bytes + 41_000_000 },
        upperBound: { objects: stolen.length + 5_112, calls: calls + 112, bytes: null },
        notKnown: [
          `Reads of ${ANALYTICS} between 02:00 and 03:00 UTC left no trace: its data events were switched on at 03:04 UTC.`,
        ],
        firstAt: stolen[0]!.firstAt,
        lastAt: stolen.at(-1)!.lastAt,
        buckets: [CUSTOMERS, FINANCE, ANALYTICS],
        addresses: ["185.220.101.34", "185.220.101.51"],
      },
      coverage: {
        watermark: "2026-02-23T05:21:40Z",
        filesRead: 412,
        filesSetAside: 1,
        setAside: [
          {
            file: "AWSLogs/123456789012/CloudTrail/us-east-1/2026/02/23/123456789012_CloudTrail_us-east-1_20260223T0330Z_aB3dE5fG7hI9jK1l.json.gz",
            reason: "not a gzip file: unexpected end of file",
          },
        ],
        buckets: [
          { name: CUSTOMERS, dataEvents: "covered" },
          { name: FINANCE, dataEvents: "covered" },
          { name: ANALYTICS, dataEvents: "partly" },
        ],
        holes: ["no log file was delivered for the hour 2026-02-23T01 in us-east-1"],
      },
      plan: null,
      plans: [],
      notKnown: [],
      reviews: [],
      quarantine: null,
      evidence: [],
    },
    finding: FINDING,
    principals: [
      {
        ...NO_FACTS,
        principal: JANE,
        entity: "user",
        arn: JANE.arn,
        path: "/",
        stableId: JANE.principalId,
        createdAt: "2023-05-08T14:02:11.000Z",
        consoleLogin: false,
        mfaDevices: [],
        groups: ["developers"],
        attachedPolicies: ["arn:aws:iam::123456789012:policy/data-read"],
        inlinePolicies: [],
        keys: [
          {
            accessKeyId: "AKIAJANE4DEV7EXAMPLE",
            status: "Inactive",
            userName: "developer-jane",
            createdAt: "2023-05-08T14:03:00.000Z",
          },
          {
            accessKeyId: "AKIAM2NTED5QZEXAMPLE",
            status: "Inactive",
            userName: "developer-jane",
            createdAt: "2026-02-23T02:41:19.000Z",
          },
        ],
        notKnown: [{ what: "permissions boundary of the group", reason: "AccessDenied: GetGroupPolicy" }],
      },
    ],
    discovered: {
      suspects: [JANE],
      keys: [],
      buckets: [CUSTOMERS, FINANCE, ANALYTICS],
      addresses: ["185.220.101.34", "185.220.101.51"],
      changes: [
        {
          eventId: "c1",
          eventTime: "2026-02-23T02:41:19Z",
          eventName: "CreateAccessKey",
          eventSource: "iam.amazonaws.com",
          bucket: null,
          request: { userName: "developer-jane" },
          response: {},
        },
        {
          eventId: "c2",
          eventTime: "2026-02-23T04:13:20Z",
          eventName: "PutBucketPolicy",
          eventSource: "s3.amazonaws.com",
          bucket: FINANCE,
          request: { bucketName: FINANCE },
          response: {},
        },
        {
          eventId: "c3",
          eventTime: "2026-02-23T04:14:02Z",
          eventName: "StopLogging",
          eventSource: "cloudtrail.amazonaws.com",
          bucket: null,
          request: { name: "management-trail" },
          response: {},
        },
      ],
    },
    hours: hoursOf(stolen),
    objects: stolen.toSorted((a, b) => b.bytesOut! - a.bytesOut!).slice(0, 500),
    objectsTotal: stolen.length,
    denied: [
      {
        eventName: "ListUsers",
        errorCode: "AccessDenied",
        calls: 3,
        firstAt: "2026-02-23T02:36:02Z",
        lastAt: "2026-02-23T02:36:44Z",
      },
      {
        eventName: "GetObject",
        errorCode: "AccessDenied",
        calls: 41,
        firstAt: "2026-02-23T02:45:10Z",
        lastAt: "2026-02-23T02:46:58Z",
      },
    ],
    prefixes: prefixesOf(stolen),
    story: [
      entry(
        "02:35:48",
        "reconnaissance",
        "T1087.004",
        "GetCallerIdentity with the key of developer-jane from 185.220.101.34, never seen before",
      ),
      entry("02:36:02", "reconnaissance", "T1580", "44 calls denied: ListUsers, GetObject", 44),
      entry("02:41:19", "persistence", "T1098.001", "New access key AKIAM2NTED5QZEXAMPLE made for developer-jane"),
      entry("02:47:11", "theft", "T1530", "First anomalous GetObject from 185.220.101.34"),
      entry("04:12:38", "theft", "T1530", "Last of 12,847 objects read out of 3 buckets"),
      entry("04:13:20", "collection", "T1537", `Bucket policy of ${FINANCE} opened to account 210987654321`),
      entry("04:14:02", "covering tracks", "T1562.008", "StopLogging on management-trail"),
    ],
    detections: [
      {
        id: "bulk-download",
        title: "Bulk read of objects by one principal",
        technique: "T1530",
        severity: "high",
        fired: 1,
        attempts: 0,
        rowsTotal: 1,
        error: null,
        rows: [
          sign("11,205 reads within an hour, 12,847 objects", {
            bucket: CUSTOMERS,
            events: 13_246,
            objects: 12_847,
            most_in_an_hour: 11_205,
          }),
        ],
      },
      {
        id: "trail-tampering",
        title: "The trail was stopped or thinned out",
        technique: "T1562.008",
        severity: "critical",
        fired: 1,
        attempts: 1,
        rowsTotal: 2,
        error: null,
        rows: [
          sign("StopLogging stopped management-trail", {}),
          sign("DeleteTrail of management-trail", { outcome: "attempted", errorcode: "AccessDenied" }),
        ],
      },
      {
        id: "presigned-url-access",
        title: "Objects read by presigned URL",
        technique: "T1530",
        severity: "medium",
        fired: 0,
        attempts: 0,
        rowsTotal: 0,
        error: null,
        rows: [],
      },
      {
        id: "access-log-new-address",
        title: "New address in the access log",
        technique: "T1530",
        severity: "low",
        fired: 0,
        attempts: 0,
        rowsTotal: 0,
        error: "not run, for want of access_log",
        rows: [],
      },
    ],
    classification: {
      jobId: "b1",
      state: "done",
      complete: true,
      reason: "12847 of 12847 objects",
      findings: [
        {
          bucket: CUSTOMERS,
          key: "customers/kyc/part-00002.csv",
          severity: "High",
          categories: { PERSONAL_INFORMATION: 48_112 },
          source: "Macie",
        },
        {
          bucket: FINANCE,
          key: "card-settlements/part-00001.csv",
          severity: "High",
          categories: { FINANCIAL_INFORMATION: 9_003 },
          source: "Macie",
        },
      ],
    },
    clocks: candidateClocks({
      firstEventAt: "2026-02-23T02:35:48.000Z",
      detectedAt: FINDING.createdAt,
      alertedAt: HEAD.openedAt,
      firstHumanAt: "2026-02-23T04:24:05.000Z",
      confirmedAt: "2026-02-23T04:24:05.000Z",
      classifiedAt: null,
      materialityDeterminedAt: null,
    }),
    queries: [query("objects", 12_847), query("hours", 2), query("denied", 2), query("changes", 3), query("actors", 4)],
    roleChain: ROLE_CHAIN,
    likelihood: OPINION,
    hints: HINTS,
    spending: SPENDING,
    accessLog: ACCESS_LOG,
    flowLogs: FLOW_LOGS,
    plans: [{ ...containedPart(), watch: WATCH }, followUpPart()],
    events: trail(),
  };
};

/** A finding and nothing else: no logs, no account, no plan. */
export const unknownCase = (): CaseDossier => {
  const full = fullCase();
  const notKnown = [{ step: "startScan", reason: "CordonError: no log file was found under the folder given" }];
  return {
    ...full,
    revision: 1,
    kind: "preliminary",
    head: { ...HEAD, status: "attention", notKnown, sealed: [] },
    finding: { ...FINDING, principals: [], addresses: [], buckets: [] },
    view: {
      ...full.view,
      status: "attention",
      principal: null,
      theft: {
        certain: null,
        likely: null,
        upperBound: null,
        notKnown: ["The logs have not been read (yet), so nothing can be said about what was taken."],
        firstAt: null,
        lastAt: null,
        buckets: [],
        addresses: [],
      },
      coverage: { watermark: null, filesRead: 0, filesSetAside: 0, setAside: [], buckets: [], holes: [] },
    },
    principals: [],
    discovered: null,
    hours: [],
    objects: [],
    objectsTotal: 0,
    denied: [],
    prefixes: [],
    story: [],
    detections: [],
    classification: null,
    clocks: [],
    queries: [],
    roleChain: null,
    likelihood: null,
    hints: null,
    spending: null,
    accessLog: null,
    flowLogs: null,
    plans: [],
    events: trail().slice(0, 1),
  };
};

/** Everything found, nothing changed. */
export const dryRunCase = (): CaseDossier => {
  const full = fullCase();
  return {
    ...full,
    head: { ...HEAD, status: "not-contained" },
    view: { ...full.view, status: "not-contained" },
    plans: [dryRunPart()],
  };
};
