import type { Credential, Hop, RoleChain } from "../../lib/case/chain.ts";
import type { Opinion, SensitivityHints } from "../../lib/case/opinion.ts";
import type { Watch } from "../../lib/case/plan.ts";
import type { AccessLogSummary, FlowSummary } from "../../lib/case/sideLogs.ts";
import type { Spending } from "../../lib/report/dossier.ts";

const ADDRESS = "185.220.101.34";

const JANE: Credential = {
  type: "IAMUser",
  principalId: "AIDAJANEDEV2Q7EXAMPLE",
  arn: "arn:aws:iam::123456789012:user/developer-jane",
  accountId: "123456789012",
  userName: "developer-jane",
  accessKeyId: "AKIAJANE4DEV7EXAMPLE",
  issuerArn: null,
};

/** A session of a role, as the answer of AssumeRole names it. */
export const session = (role: string, name: string, accessKeyId: string): Credential => ({
  type: "AssumedRole",
  principalId: `AROA${role.toUpperCase()}:${name}`,
  arn: `arn:aws:sts::123456789012:assumed-role/${role}/${name}`,
  accountId: "123456789012",
  userName: null,
  accessKeyId,
  issuerArn: `arn:aws:iam::123456789012:role/${role}`,
});

export const hop = (from: Credential | null, to: Credential, minute: number, byThief = true): Hop => ({
  eventId: `0000${String(minute).padStart(4, "0")}-1111-4222-8333-444455556666`,
  at: `2026-02-23T02:${String(minute % 60).padStart(2, "0")}:00Z`,
  how: "AssumeRole",
  from,
  to,
  address: ADDRESS,
  userAgent: "aws-cli/2.15.30",
  link: "key",
  candidates: 1,
  byThief,
});

const ETL = session("etl-runner", "night-run", "ASIAETLRUNNEREXAMPLE");
const EXPORT = session("data-exporter", "export-7", "ASIAEXPORTER7EXAMPLE");
const STORE = session("store-admin", "copy-1", "ASIASTORECOPYEXAMPLE");

/** jane's key → etl-runner → data-exporter, which is the suspect; from that one more session. */
export const ROLE_CHAIN: RoleChain = {
  schema: "cordon/role-chain/v1",
  chains: [
    {
      suspect: EXPORT,
      hops: [hop(JANE, ETL, 40), hop(ETL, EXPORT, 41)],
      start: {
        kind: "user-key",
        name: "developer-jane",
        provider: null,
        sourceIdentity: null,
        onBehalfOf: null,
        basis: "record",
        why: "AKIAJANE4DEV7EXAMPLE is a long-term key; no call in the logs made it.",
        signIn: {
          provider: "okta",
          eventId: "okta-1",
          eventType: "user.session.start",
          at: "2026-02-23T02:30:00Z",
          secondsBefore: 600,
          actor: { id: "00u1", name: "jane@example.com", display: "Jane" },
          match: "name and address",
          clientIp: ADDRESS,
          sameAddress: true,
          thiefAddress: true,
          mfa: "not seen",
          factors: [],
          failedBefore: 3,
          application: null,
          why: "The last sign-in of this user before the session was opened.",
        },
      },
      ended: "start",
    },
  ],
  sessions: [
    { ...hop(JANE, ETL, 40), depth: 1 },
    { ...hop(ETL, EXPORT, 41), depth: 1 },
    { ...hop(EXPORT, STORE, 42), depth: 1 },
  ],
  cut: {
    credential: JANE,
    holder: "stolen",
    stops: ["AKIAJANE4DEV7EXAMPLE", "ASIAEXPORTER7EXAMPLE"],
    revokeToo: ["ASIAETLRUNNEREXAMPLE", "ASIAEXPORTER7EXAMPLE", "ASIASTORECOPYEXAMPLE"],
    reason: "AKIAJANE4DEV7EXAMPLE is the most upstream credential in the thief's hands.",
  },
  notKnown: ["Who else holds the session copy-1 is not known."],
};

const NOVELTY = { before: 1, during: [ADDRESS], fresh: [ADDRESS] } as const;
const VOLUME = {
  points: 20,
  mean: 24.1,
  deviation: 5,
  threshold: 39.1,
  busiest: { hour: "2026-02-23T03:00:00Z", value: 10_406 },
  above: true,
} as const;

export const OPINION: Opinion = {
  schema: "cordon/likelihood/v1",
  likelihood: "very likely theft",
  rule: "Decisive signs are those that ordinary work does not show.",
  reasons: [
    "Decisive: 1 change(s) that hide what follows: StopLogging.",
    "Decisive: 1 lasting credential(s) or user(s) were made by the suspect's calls.",
    "66 of its calls were refused.",
    "Automated backup: does not fit (1 of 6 criteria hold; against it: 4; not known from the logs: 1).",
  ],
  signs: [
    { id: "covering-tracks", decisive: true, holds: true, text: "1 change(s) that hide what follows: StopLogging." },
    { id: "new-bucket", decisive: false, holds: false, text: "0 of its 3 bucket(s) were new." },
    { id: "spike", decisive: false, holds: null, text: "Whether it is a spike cannot be told." },
  ],
  explanations: [
    {
      id: "backup",
      title: "Automated backup",
      verdict: "does not fit",
      criteria: [{ id: "regular", holds: false, text: "It called at the same hour on 0 of 4 days." }],
      verify: "Look for the schedule.",
    },
  ],
  baseline: {
    schema: "cordon/baseline/v1",
    note: "The baseline is only as long as the lookback.",
    from: "2026-02-20T02:47:03.000Z",
    until: "2026-02-23T02:38:12Z",
    hours: 72,
    activeHours: 20,
    address: NOVELTY,
    network: NOVELTY,
    agent: { ...NOVELTY, fresh: null },
    bucket: { ...NOVELTY, fresh: [] },
    hourOfDay: NOVELTY,
    days: { active: 3, sameHour: 0 },
    callsPerHour: VOLUME,
    readsPerHour: VOLUME,
    bytesPerHour: { ...VOLUME, points: 3, threshold: null, above: null },
  },
  notKnown: ["Whether it is a spike cannot be told."],
};

const named = (bucket: string, key: string, rules: readonly string[]) => ({
  bucket,
  key,
  certainty: "certain" as const,
  rules,
});

export const HINTS: SensitivityHints = {
  schema: "cordon/sensitivity-hints/v1",
  note: "Told from names and tags alone.",
  objects: 12_847,
  hinted: 7_914,
  rules: [
    { id: "private-key", kind: "credential", means: "A private key: replace it.", objects: 1, certain: 1 },
    { id: "health-words", kind: "health", means: "Named after data on health.", objects: 0, certain: 0 },
    {
      id: "personal-words",
      kind: "personal",
      means: "Named after data about persons.",
      objects: 7_912,
      certain: 7_912,
    },
  ],
  list: [
    { ...named("acme-analytics", "keys/deploy.pem", ["private-key"]), tags: { owner: "platform" } },
    named("acme-customer-records", "customers/part-1.csv", ["personal-words"]),
  ],
  rotation: [
    {
      bucket: "acme-analytics",
      key: "keys/deploy.pem",
      certainty: "certain",
      rule: "private-key",
      means: "A private key: replace it.",
    },
  ],
};

export const SPENDING: Spending = {
  lines: [
    { what: "Athena, the lake", dollars: 0.0031, how: "2 scans, 9.4 MB" },
    { what: "Macie", dollars: 4.71, how: "4.7 GB" },
  ],
  dollars: 4.7131,
  prices: "List prices of us-east-1.",
};

export const ACCESS_LOG: AccessLogSummary = {
  schema: "cordon/access-log/v1",
  state: "used",
  objects: { stolen: 12_847, corroborated: 12_001, accessLogOnly: 12, cloudTrailOnly: 834 },
  requests: { both: 12_400, accessLogOnly: 12, partial: 251 },
  bytes: { cloudTrail: 4_712_338_467, accessLog: 4_600_000_000 },
  notes: ["Access logs are delivered best effort."],
};

export const FLOW_LOGS: FlowSummary = {
  schema: "cordon/flow-logs/v1",
  state: "used",
  transfers: [
    {
      kind: "to-thief",
      source: "10.0.3.17",
      target: ADDRESS,
      interfaceIds: ["eni-0a1b2c3d"],
      instanceIds: ["i-0a1b2c3d4e5f6a7b8"],
      flows: 41,
      bytes: 812_000_000,
      firstAt: "2026-02-23T02:50:00Z",
      lastAt: "2026-02-23T03:20:00Z",
    },
  ],
  transfersTotal: 1,
  bytes: { "to-thief": 812_000_000, "by-instance": 0, "from-s3": 0, large: 0 },
  stolenBytes: 4_712_338_467,
  notes: [],
};

export const WATCH: Watch = {
  schema: "cordon/watch/v1",
  planId: "contain-1",
  from: "2026-02-23T04:25:05.000Z",
  until: "2026-02-23T05:25:05.000Z",
  rounds: [],
  settledUntil: "2026-02-23T05:10:00.000Z",
  breaches: [
    {
      is: "removed",
      actions: ["a1"],
      call: "iam:DeleteUserPolicy",
      by: "arn:aws:iam::123456789012:user/developer-jane",
      accessKeyId: "AKIAJANE4DEV7EXAMPLE",
      address: ADDRESS,
      bucket: null,
      calls: 1,
      firstAt: "2026-02-23T04:40:00Z",
      lastAt: "2026-02-23T04:40:00Z",
      eventKey: "e1",
    },
  ],
  notKnown: ["What was called after 05:10 is not known."],
};
